"""A bundle that is small and whole: real pieces, of which there are few."""

import gzip
import hashlib
import io
import json
import shutil
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

from lab_helpers.setup import environment, images
from lab_helpers.setup.bundle.manifest import Image
from lab_helpers.setup.packing.writer import Writer

MACHINES = tuple(f"{s}/amd64 {p}" for s in ("linux", "macos") for p in ("3.11", "3.12", "3.13"))
#: Larger than what is copied at a time.
LARGE = 3 * 2**20 + 17


def layer(name: str, size: int) -> bytes:
    """A layer with one file, which no packing makes smaller than it is."""
    noise = b"".join(hashlib.sha256(f"{name}{n}".encode()).digest() for n in range(size // 32 + 1))
    with io.BytesIO() as made:
        with tarfile.open(fileobj=made, mode="w") as tar:
            entry = tarfile.TarInfo(name)
            entry.size = size
            tar.addfile(entry, io.BytesIO(noise))
        return made.getvalue()


class MadeUp:
    """A bundle for linux/amd64.

    Args:
        folder: where to make it.
        checkout: what it has as the workshop's folder.
        lock, recipes: what it is said to be made from; by default what is here.
    """

    def __init__(
        self, folder: Path, checkout: Path | None = None, lock: str = "", recipes: str = ""
    ) -> None:
        self.path = folder / "workshop.bundle"
        self._scratch = folder / "scratch"
        self._scratch.mkdir(parents=True)
        self._checkout = checkout
        self._from = {
            "lock": lock or environment.packages(), "images": recipes or images.made_from(),
        }  # fmt: skip

    def make(
        self, wheels: Iterable[Path] = (), services: Iterable[str] = ("shop", "prometheus")
    ) -> Path:
        """Write it; the images share their lowest layer, which is `LARGE`."""
        with Writer(self.path) as writer:
            self._add_checkout(writer)
            for wheel in wheels or [self._wheel()]:
                writer.add(wheel, "wheel", wheel.name, wheel.stat().st_size, MACHINES)
            for service in services:
                writer.images.append(self._image(writer, service))
            writer.finish(
                {"made": "2026-03-09T09:00:00Z", "commit": "c0ffee" + "0" * 34,
                 "from": self._from, "platforms": ["linux/amd64"]}
            )  # fmt: skip
        shutil.rmtree(self._scratch)
        return self.path

    def _add_checkout(self, writer: Writer) -> None:
        archive = self._scratch / "checkout"
        with tarfile.open(archive, "w:gz") as tar:
            if self._checkout:
                tar.add(self._checkout, ".")
            else:
                tar.addfile(tarfile.TarInfo("README.md"))
        writer.add(archive, "checkout", "the workshop's folder", 10_000)

    def _wheel(self) -> Path:
        wheel = self._scratch / "a-1.0-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as packed:
            packed.writestr("a.py", "")
        return wheel

    def _image(self, writer: Writer, service: str) -> Image:
        contents = [layer("below", LARGE), layer(service, 100)]
        plain = [f"sha256:{hashlib.sha256(one).hexdigest()}" for one in contents]
        about = {"architecture": "amd64", "os": "linux", "config": {"Cmd": [f"/{service}"]},
                 "rootfs": {"type": "layers", "diff_ids": plain}}  # fmt: skip
        digests = list[str]()
        for content in [json.dumps(about).encode(), *contents]:
            file = self._scratch / "part"
            is_layer = bool(digests)
            file.write_bytes(gzip.compress(content, 1, mtime=0) if is_layer else content)
            kind = "layer" if is_layer else "config"
            digests.append(writer.add(file, kind, f"{service}, {kind}", len(content)))
        config, *layers = digests
        return Image(service, "linux/amd64", f"made-up/{service}:1", config, tuple(layers))
