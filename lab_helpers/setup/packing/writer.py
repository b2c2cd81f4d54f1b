"""Writing a bundle: each piece once, under its digest."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from lab_helpers.setup.bundle.file import BEGINS, MANIFEST, PIECES
from lab_helpers.setup.bundle.manifest import FORMAT, Image, Piece
from lab_helpers.setup.images import ROOT

_CHUNK = 2**20
_MAIN = "from lab_helpers.setup.bundle.begin import main\n\nraise SystemExit(main())\n"
#: The code that unpacks, beside the folder `setup/bundle`.
_CODE = ("__init__.py", "errors.py", "progress.py", "setup/__init__.py")


class Writer:
    """A bundle that is being written; a context manager. It appears whole or not at all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._partial = path.with_name(f"{path.name}.partial")
        self._pieces: dict[str, Piece] = {}
        self.images: list[Image] = []

    def add(
        self, file: Path, kind: str, name: str, unpacked: int, targets: Iterable[str] = ()
    ) -> str:
        """Take a file in as a piece, if it is not in yet; the answer is its digest."""
        with open(file, "rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        known = self._pieces.get(digest)
        piece = known or Piece(digest, file.stat().st_size, kind, name, unpacked)
        self._pieces[digest] = piece._replace(targets=piece.targets.union(targets))
        if known is None:
            with open(file, "rb") as content, self._zip.open(_entry(PIECES + digest), "w") as into:
                shutil.copyfileobj(content, into, _CHUNK)
        return digest

    def size(self, kinds: tuple[str, ...]) -> int:
        """Bytes of all pieces of these kinds."""
        return sum(piece.size for piece in self._pieces.values() if piece.kind in kinds)

    def finish(self, about: dict[str, Any]) -> None:
        """Write the manifest, and what starts."""
        pieces = [
            {"digest": one.digest, "size": one.size, "kind": one.kind, "name": one.name,
             "unpacked": one.unpacked} | ({"for": sorted(one.targets)} if one.targets else {})
            for one in self._pieces.values()
        ]  # fmt: skip
        said = {"format": FORMAT, **about, "pieces": pieces}
        said["images"] = [image._asdict() for image in self.images]
        self._small(MANIFEST, json.dumps(said, indent=1).encode())
        package = ROOT / "lab_helpers"
        code = [package / name for name in _CODE]
        for file in [*code, *sorted((package / "setup" / "bundle").glob("*.py"))]:
            self._small(str(file.relative_to(ROOT)), file.read_bytes())
        self._small("__main__.py", _MAIN.encode())
        self._zip.close()
        self._partial.replace(self.path)

    def _small(self, name: str, content: bytes) -> None:
        self._zip.writestr(_entry(name), content, zipfile.ZIP_DEFLATED)

    def __enter__(self) -> Self:
        self._partial.write_bytes(BEGINS)
        self._zip = zipfile.ZipFile(self._partial, "a", zipfile.ZIP_STORED)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if kind is not None:  # closing it would write its directory, to a disk that may be full
            file, self._zip.fp = self._zip.fp, None
            if file:
                file.close()
        self._partial.unlink(missing_ok=True)


def _entry(name: str) -> zipfile.ZipInfo:
    """A member without a time of its own, so that the same content makes the same file."""
    return zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
