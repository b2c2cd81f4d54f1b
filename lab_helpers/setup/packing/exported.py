"""Images that the engine has, taken out of it layer by layer."""

import gzip
import json
import posixpath
import tarfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, cast

from lab_helpers.progress import Progress
from lab_helpers.setup import stages
from lab_helpers.setup.bundle.manifest import Image
from lab_helpers.setup.images import spellings
from lab_helpers.setup.packing.writer import Writer

_CHUNK = 2**20
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
#: How hard layers are packed: 9 makes them 1% smaller, in four times as long.
_LEVEL = 6


def add(
    names: Mapping[str, str], platform: str, writer: Writer, scratch: Path, rename: str = ""
) -> None:
    """Take images in; a layer that several share is exported, packed and kept once.

    Args:
        names: of the images, by service.
        platform: which they are of, such as linux/amd64.
        rename: what the one image is to be called, if not as here.

    Raises:
        ImageUnavailable: the engine does not give them.
    """
    with Progress() as progress, stages.exported(set(names.values())) as answer:
        progress.say("exporting the engine's images")
        archive = _Archive(cast(IO[bytes], answer.raw), writer, scratch, progress)
        for service, name in names.items():
            config, layers = archive.image(name)
            writer.images.append(Image(service, platform, rename or name, config, layers))
        size = writer.size(("config", "layer")) / 1e6
        progress.done(
            f"✓ {len(names)} images for {platform} from the engine, {size:.0f} MB in layers "
            f"({progress.elapsed:.0f} s)"
        )


class _Archive:
    """What an engine exports: layers and configurations by path, and which image has which."""

    def __init__(
        self, stream: IO[bytes], writer: Writer, scratch: Path, progress: Progress
    ) -> None:
        self._writer, self._scratch = writer, scratch
        self._layers: dict[str, str] = {}  # digests, by path
        self._came = 0
        self._texts: dict[str, bytes] = {}
        links: dict[str, str] = {}
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            for entry in tar:
                path = posixpath.normpath(entry.name)
                if entry.issym() or entry.islnk():
                    base = posixpath.dirname(path) if entry.issym() else ""
                    links[path] = posixpath.normpath(posixpath.join(base, entry.linkname))
                elif entry.isfile() and (content := tar.extractfile(entry)):
                    self._take(path, content, progress)
        self._layers |= {path: self._layers[to] for path, to in links.items() if to in self._layers}
        self._images = json.loads(self._texts["manifest.json"])

    def image(self, name: str) -> tuple[str, tuple[str, ...]]:
        """The digests of an image's configuration and layers."""
        (said,) = (one for one in self._images if _is_among(name, one["RepoTags"] or ()))
        config = self._scratch / "config"
        text = self._texts[posixpath.normpath(said["Config"])]
        config.write_bytes(text)
        layers = (self._layers[posixpath.normpath(path)] for path in said["Layers"])
        return self._writer.add(config, "config", f"{name}, config", len(text)), tuple(layers)

    def _take(self, path: str, content: IO[bytes], progress: Progress) -> None:
        head = content.read(_CHUNK)
        if head[:1] in (b"{", b"[") or posixpath.basename(path) == "VERSION":
            self._texts[path] = head + content.read()
            return
        packed = self._scratch / "layer"
        unpacked = 0
        as_it_is = head.startswith((_GZIP, _ZSTD))
        with open(packed, "wb") as file:
            into: IO[bytes] = file
            if not as_it_is:
                into = gzip.GzipFile("", "wb", _LEVEL, file, mtime=0)  # type: ignore[assignment]
            for chunk in _all(head, content):
                unpacked += len(chunk)
                into.write(chunk)
                self._came += len(chunk)
                progress.say(f"packing layers, {self._came // 10**8 * 100} MB so far")
            if not as_it_is:
                into.close()
        size = unpacked_size(packed) if as_it_is else unpacked
        self._layers[path] = self._writer.add(packed, "layer", f"a layer of {path[:12]}", size)


def unpacked_size(layer: Path) -> int:
    """Bytes of a layer when it is unpacked; thrice as many where this Python cannot unpack it."""
    size = 0
    unzip = zlib.decompressobj(31)
    try:
        with open(layer, "rb") as file:
            while chunk := file.read(_CHUNK):
                while chunk:
                    size += len(unzip.decompress(chunk))
                    chunk = unzip.unused_data
                    unzip = zlib.decompressobj(31) if chunk else unzip
    except zlib.error:
        return 3 * layer.stat().st_size
    return size


def _all(head: bytes, rest: IO[bytes]) -> Iterator[bytes]:
    while head:
        yield head
        head = rest.read(_CHUNK)


def _is_among(name: str, tags: Iterable[str]) -> bool:
    return any(name in spellings(tag) for tag in tags)
