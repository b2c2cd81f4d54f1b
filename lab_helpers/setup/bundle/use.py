"""Installing what a bundle brought, in a checkout: packages, images, and which of them to run."""

from __future__ import annotations

import json
import os
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from lab_helpers.errors import BundleRefused, EngineUnavailable
from lab_helpers.progress import Progress
from lab_helpers.setup import advice, bootstrap, daemon, environment, images
from lab_helpers.setup.bundle.manifest import (
    ARCHITECTURES,
    Image,
    Machine,
    Manifest,
    Piece,
    this_python,
)
from lab_helpers.setup.bundle.store import Store

FOLDER = images.ROOT / ".workshop" / "bundle"
#: Seconds that an engine may be silent while it unpacks a layer.
_PATIENCE = 600.0
_CHUNK = 2**20


class Engine:
    """The container engine that the workshop uses.

    Raises:
        EngineUnavailable: none answers.
    """

    def __init__(self) -> None:
        self._daemon = daemon.Daemon(daemon.address(), _PATIENCE)
        if self._daemon.where.startswith("ssh:"):
            raise EngineUnavailable(str(advice.tunnel(self._daemon.where)))
        about = self._get("/version")
        architecture = str(about.get("Arch"))
        self.platform = f"{about.get('Os')}/{ARCHITECTURES.get(architecture, architecture)}"
        root = str(self._get("/info").get("DockerRootDir") or "")
        self.disk = Path(root) if self._daemon.socket and root else None

    def has(self) -> set[str]:
        """The names of its images, in each spelling."""
        names = [name for image in self._get("/images/json") for name in image["RepoTags"] or ()]
        return {spelling for name in names for spelling in images.spellings(name)}

    def load(self, wanted: list[Image], store: Store, manifest: Manifest) -> None:
        """Have it unpack images.

        Raises:
            BundleRefused: it does not take them; it keeps what it has unpacked.
        """
        try:
            archive = _archive(wanted, store, manifest)
            for message in self._daemon.send("/images/load?quiet=0", archive):
                if "error" in message:
                    raise daemon.NoEngine(str(message["error"]))
        except (OSError, daemon.NoEngine) as problem:
            full = "no space left" in str(problem)
            remedy = "make room (`docker system df` says where)" if full else "see that it runs"
            raise BundleRefused(
                f"The container engine does not take the images ({problem}): {remedy}, and run the "
                "same command again; what was copied is kept."
            ) from None
        if missing := [image.name for image in wanted if image.name not in self.has()]:
            raise BundleRefused(
                f"The container engine took the images, and does not show {', '.join(missing)}."
            )

    def _get(self, path: str) -> Any:
        try:
            return self._daemon.get(path)
        except OSError as problem:
            raise EngineUnavailable(str(advice.nobody_answers(str(problem)))) from None
        except daemon.NoEngine as problem:
            told = advice.no_engine(self._daemon.where, str(problem))
            raise EngineUnavailable(str(told)) from None


class Needs:
    """What a bundle has that is lacking in this checkout, on this machine and its engine.

    Attributes:
        pieces: to be brought, the checkout not among them.

    Raises:
        BundleRefused: it is of another version, or for other machines.
        EngineUnavailable: no engine answers.
    """

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest
        _check_version(manifest)
        self._packages = environment.why_not_ready() is not None
        self._engine = Engine()
        machine = Machine(*this_python(), self._engine.platform)
        self._images = manifest.images_for(machine)
        has = self._engine.has()
        chosen = images.read(images.RECORD_FILE).values() if images.is_chosen() else ()
        if chosen and has.issuperset(chosen):
            self._images = []
        self._lacking = [image for image in self._images if image.name not in has]
        self.pieces = manifest.wanted(
            machine, has | {image.name for image in manifest.images} if not self._images else has,
            self._packages,
        )  # fmt: skip

    def check_room(self, store: Store) -> None:
        """See that there is room on the disks.

        Raises:
            BundleRefused: there is not.
        """
        store.check_room(self.pieces, self._engine.disk)

    def install(self, store: Store) -> None:
        """Install all of it, side by side; nothing is used unless every piece is whole.

        Raises:
            BundleRefused: a piece is lacking or damaged, or the engine refuses an image.
        """
        if damaged := store.lacking(self.pieces):
            raise BundleRefused(
                f"{damaged[0].name} is not whole at {store.folder}: run the same command again."
            )
        with Progress() as progress, ThreadPoolExecutor() as pool:
            progress.say("installing packages and images")
            jobs = [pool.submit(self._load, store)] if self._lacking else []
            if self._packages:
                wheels = store.folder / "wheels"
                _named(self.pieces, store, wheels)
                jobs.append(pool.submit(bootstrap.make_environment, wheels))
            for job in jobs:
                job.result()
            if self._images:
                images.record({image.service: image.name for image in self._images})
            progress.done(f"✓ all of it is installed ({progress.elapsed:.0f} s)")
        store.empty()

    def _load(self, store: Store) -> None:
        self._engine.load(self._lacking, store, self._manifest)


def _check_version(manifest: Manifest) -> None:
    here = (environment.packages(), images.made_from())
    if (manifest.lock, manifest.recipes) != here:
        raise BundleRefused(
            f"This bundle was made from another version of the workshop, {manifest.commit[:7]} of "
            f"{manifest.made[:10]}, and its packages or images are not this checkout's: "
            f"`git checkout {manifest.commit[:7]}` here, or begin in another folder, which "
            "then gets the bundle's own version."
        )


def _named(pieces: list[Piece], store: Store, folder: Path) -> None:
    """Give wheels the names by which they are installed."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for piece in pieces:
        if piece.kind == "wheel":
            try:
                os.link(store.path(piece), folder / piece.name)
            except OSError:  # a disk that knows no second names
                shutil.copyfile(store.path(piece), folder / piece.name)


def _archive(wanted: list[Image], store: Store, manifest: Manifest) -> Iterator[bytes]:
    """Images as engines load them; a layer that several share is in it once."""
    described: list[Mapping[str, object]] = []
    parts: dict[str, Piece] = {}
    for image in wanted:
        described.append(
            {"Config": f"{image.config}.json", "RepoTags": [image.name],
             "Layers": [f"{layer}.tar" for layer in image.layers]}
        )  # fmt: skip
        parts[f"{image.config}.json"] = manifest.pieces[image.config]
        parts.update({f"{layer}.tar": manifest.pieces[layer] for layer in image.layers})
    text = json.dumps(described).encode()
    yield from _member("manifest.json", len(text), iter([text]))
    for name, piece in parts.items():
        yield from _member(name, piece.size, _chunks(store.path(piece)))
    yield bytes(2 * tarfile.BLOCKSIZE)


def _member(name: str, size: int, content: Iterator[bytes]) -> Iterator[bytes]:
    entry = tarfile.TarInfo(name)
    entry.size = size
    yield entry.tobuf()
    yield from content
    yield bytes(-size % tarfile.BLOCKSIZE)


def _chunks(path: Path) -> Iterator[bytes]:
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
