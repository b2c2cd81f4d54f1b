"""Images of another platform than this engine's, fetched from their registries as they are."""

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from docker import auth
from docker.utils import parse_repository_tag

from lab_helpers.errors import ImageUnavailable
from lab_helpers.progress import Progress
from lab_helpers.setup.bundle.manifest import Image
from lab_helpers.setup.packing.exported import unpacked_size
from lab_helpers.setup.packing.writer import Writer
from lab_helpers.setup.registry import Registry, Unanswered

#: Seconds that one image may take.
LIMIT = 1800.0


def find(names: Mapping[str, str], platform: str) -> "dict[str, Published]":
    """Ask the registries for images of a platform, before any is fetched.

    Args:
        names: of the images, by service.
        platform: which they are wanted of, such as linux/arm64.

    Raises:
        ImageUnavailable: one is not published for that platform, or its registry does not answer.
    """
    found = {service: Published(name, platform) for service, name in names.items()}
    for image in found.values():
        with _in_words(image):
            image.parts()
    return found


def add(found: "Mapping[str, Published]", writer: Writer, scratch: Path) -> None:
    """Take images in; a layer that several share is fetched and kept once.

    Raises:
        ImageUnavailable: one is not published for that platform, or its registry does not give it.
    """
    known: dict[str, str] = {}  # pieces, by the registry's digests
    with Progress() as progress:
        for service, image in found.items():
            pieces = []
            for part, kind in image.parts():
                digest = part["digest"]
                if digest not in known:
                    with _in_words(image):
                        known[digest] = image.blob(part, kind, writer, scratch, progress)
                pieces.append(known[digest])
            config, *layers = pieces
            made = Image(service, image.platform, image.name, config, tuple(layers))
            writer.images.append(made)
        progress.done(f"✓ {len(found)} images from their registries ({progress.elapsed:.0f} s)")


@contextmanager
def _in_words(image: "Published") -> Iterator[None]:
    try:
        yield
    except Unanswered as problem:
        raise ImageUnavailable(
            f"{image.name} for {image.platform} cannot be had: {problem}"
        ) from None


class Published:
    """An image in its registry."""

    def __init__(self, name: str, platform: str) -> None:
        self.name, self.platform = name, platform
        bare, reference = parse_repository_tag(name)
        host, self._repository = auth.resolve_repository_name(bare)
        if host == auth.INDEX_NAME and "/" not in self._repository:
            self._repository = f"library/{self._repository}"
        self._registry = Registry(str(host), time.monotonic() + LIMIT)
        self._reference = reference or "latest"
        self._manifest: dict[str, Any] = {}

    def parts(self) -> list[tuple[dict[str, Any], str]]:
        """The descriptions of its configuration and its layers, and which is what."""
        if not self._manifest:
            found = self._registry.manifest(self._repository, self._reference)
            if "manifests" in found:
                digest = self._of_the_platform(found["manifests"])
                found = self._registry.manifest(self._repository, digest)
            self._manifest = found
        layers = [(layer, "layer") for layer in self._manifest["layers"]]
        return [(self._manifest["config"], "config"), *layers]

    def blob(
        self, part: dict[str, Any], kind: str, writer: Writer, scratch: Path, progress: Progress
    ) -> str:
        """Fetch a part and take it in; the answer is the digest of the piece."""
        file = scratch / "blob"
        summary, size = hashlib.sha256(), 0
        with open(file, "wb") as into:
            for chunk in self._registry.blob(self._repository, part["digest"]):
                size += len(chunk)
                summary.update(chunk)
                into.write(chunk)
                progress.say(f"fetching {self.name} for {self.platform}, {size / 1e6:.0f} MB")
        if part["digest"] != f"sha256:{summary.hexdigest()}":
            raise Unanswered(f"what came of {part['digest'][:19]} is damaged: try again.")
        if kind == "config":
            self._check(json.loads(file.read_bytes()))
        unpacked = size if kind == "config" else unpacked_size(file)
        return writer.add(file, kind, f"{self.name}, {kind}", unpacked)

    def _of_the_platform(self, published: list[dict[str, Any]]) -> str:
        for one in published:
            about = one.get("platform") or {}
            if f"{about.get('os')}/{about.get('architecture')}" == self.platform:
                return str(one["digest"])
        raise ImageUnavailable(f"{self.name} is not published for {self.platform}.")

    def _check(self, config: dict[str, Any]) -> None:
        if f"{config.get('os')}/{config.get('architecture')}" != self.platform:
            raise ImageUnavailable(f"{self.name} is not published for {self.platform}.")
