"""From nothing but Python, an engine and a bundle to JupyterLab: `python3 workshop.bundle`.

It brings the checkout, which brings the code for the rest. It runs from within the bundle, so that
it imports nothing that is not in there.
"""

from __future__ import annotations

import argparse
import errno
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from lab_helpers.errors import BundleRefused, WorkshopError
from lab_helpers.setup.bundle.file import MANIFEST, Bundle
from lab_helpers.setup.bundle.manifest import Manifest, this_python
from lab_helpers.setup.bundle.store import Source, Store

FOLDER = "practical-monitoring"
#: By these a folder is known as a checkout that knows of bundles.
_SIGNS = ("Makefile", "lab_helpers/setup/bundle/__main__.py")


def main() -> int:
    """Run the command line; the answer is the exit status."""
    parser = argparse.ArgumentParser(
        description="Set the workshop up from this file, and open JupyterLab; no network is needed."
    )
    parser.add_argument("folder", nargs="?", type=Path, help="where the workshop is to be; by "
                        f"default {FOLDER}, or this folder if it has the workshop")  # fmt: skip
    parser.add_argument("--from", dest="address", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    try:
        return begin(Path(sys.argv[0]), options.address, options.folder)
    except WorkshopError as problem:
        print(f"bundle: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bundle: stopped; what came is kept: the same command goes on.", file=sys.stderr)
        return 130


def begin(file: Path, address: str, folder: Path | None) -> int:
    """Set the workshop up and become JupyterLab; the answer is what failed with.

    Args:
        file: the zip that runs: the bundle, or at least its beginning.
        address: where the instructor's machine has the pieces, if the file has not.
        folder: where the workshop is to be.
    """
    source: Source
    if address:
        from lab_helpers.setup.bundle.served import Served

        source, said = Served(address), ["--from", address]
        manifest = Manifest.read(zipfile.ZipFile(file).read(MANIFEST))
    else:
        source, said = Bundle(file), [str(file.resolve())]
        manifest = source.manifest
    manifest.packages_for(*this_python())
    place = folder or (Path() if is_checkout(Path()) else Path(FOLDER))
    if not is_checkout(place):
        again = (
            "`mkdir ~/workshop; cd ~/workshop`, and paste the line there"
            if address
            else "`python3 FILE ~/workshop`"
        )
        bring_checkout(source, manifest, place, again)
    if address:
        Store(place.resolve() / ".workshop" / "bundle").note(MANIFEST, manifest.text)
    python: tuple[str | Path, ...] = (sys.executable, "-m")
    program = place.resolve() / ".venv" / "bin" / "workshop"
    commands: tuple[tuple[str | Path, ...], ...] = (
        (*python, "lab_helpers.setup.bundle", *said),
        (*python, "lab_helpers.setup.bootstrap"),
        (program, "setup"),
    )
    for name in ("PYTHONPATH", "PYTHONHOME"):  # what they name would stand before the workshop's
        os.environ.pop(name, None)
    for command in commands:
        if status := subprocess.run(command, cwd=place).returncode:
            return status
    told = f"The workshop is in {place.resolve()}; `.venv/bin/workshop lab` there opens it again."
    print(told, flush=True)
    if address:
        file.unlink(missing_ok=True)  # what the line left where it was pasted
    os.chdir(place)
    os.execv(program, [str(program), "lab"])


def is_checkout(folder: Path) -> bool:
    """Whether a folder has the workshop, of a version that knows of bundles."""
    return all((folder / name).is_file() for name in _SIGNS)


def bring_checkout(source: Source, manifest: Manifest, folder: Path, again: str) -> None:
    """Bring the workshop into a folder, which appears whole or not at all.

    Args:
        again: how to begin in another folder, in words.

    Raises:
        BundleRefused: the folder has something else in it, or cannot be made; or the piece cannot
            be brought.
    """
    folder = folder.resolve()
    store = Store(folder.with_name(f"{folder.name}.begun"))
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise BundleRefused(
                f"{folder} is there, and is not the workshop, or one that is too old for a bundle: "
                f"take another folder, {again}."
            )
        store.folder.mkdir(parents=True, exist_ok=True)
        with store.alone():
            if not is_checkout(folder):  # another command may just have brought it
                _bring(source, manifest, folder, store)
    except OSError as problem:
        raise BundleRefused(
            f"The workshop cannot be in {folder} ({problem.strerror or problem}): take a folder on "
            f"this machine's own disk, {again}."
        ) from None


def _bring(source: Source, manifest: Manifest, folder: Path, store: Store) -> None:
    with tempfile.TemporaryDirectory(dir=store.folder) as new:
        Path(new, "link").symlink_to("nowhere")  # as an environment has them
    store.check_room([manifest.checkout], None)
    source.fetch(store.lacking([manifest.checkout]), store)
    with tempfile.TemporaryDirectory(dir=store.folder) as new:
        unpack(store.path(manifest.checkout), Path(new, "workshop"))
        if folder.exists():
            folder.rmdir()
        Path(new, "workshop").replace(folder)
    store.empty()


def unpack(archive: Path, folder: Path) -> None:
    """Unpack the workshop's archive, of files and folders alone, each within the folder.

    Raises:
        BundleRefused: it has something else in it, or cannot be written.
    """
    try:
        with tarfile.open(archive, "r:gz") as packed:
            for entry in packed:
                place = (folder / entry.name).resolve()
                inside = folder.resolve() in (place, *place.parents)
                if not inside or not (entry.isfile() or entry.isdir()):
                    raise BundleRefused(
                        f"The workshop in the bundle has {entry.name!r} in it, which is no file of "
                        "its own: nothing of it is used."
                    )
                if entry.isdir():
                    place.mkdir(parents=True, exist_ok=True)
                    continue
                place.parent.mkdir(parents=True, exist_ok=True)
                content = packed.extractfile(entry)
                assert content is not None
                place.write_bytes(content.read())
                place.chmod(0o755 if entry.mode & 0o100 else 0o644)
    except (tarfile.TarError, EOFError, OSError) as problem:
        if isinstance(problem, OSError) and problem.errno in (errno.ENOSPC, errno.EDQUOT):
            told = "the disk is full: make room, and run the same command again"
        else:
            told = str(problem)
        raise BundleRefused(f"The workshop cannot be unpacked: {told}.") from None
