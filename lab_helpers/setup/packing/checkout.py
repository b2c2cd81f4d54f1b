"""This checkout as a piece of a bundle: what is committed, with enough of git to pull later."""

import gzip
import re
import subprocess
import tarfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from lab_helpers.errors import WorkshopError
from lab_helpers.setup.images import ROOT


class Checkout:
    """A copy of what is committed here.

    Args:
        folder: where to make it; it must not be there yet.

    Raises:
        WorkshopError: this is no checkout of git.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.commit = _git("rev-parse", "HEAD")
        # No hooks of this machine's, and no log, which would tell its paths and its user.
        clone = ("-c", "core.logAllRefUpdates=false", "clone", "--quiet", "--template=")
        _git(*clone, "--no-local", "--depth=1", "--no-tags", str(ROOT), str(folder))
        origin = public(_git("config", "--default", "", "--get", "remote.origin.url"))
        here = ("-C", str(folder))
        if origin:
            _git(*here, "remote", "set-url", "origin", origin)
            every = "+refs/heads/*:refs/remotes/origin/*"
            _git(*here, "config", "remote.origin.fetch", every)
        else:
            _git(*here, "remote", "remove", "origin")

    @property
    def left_out(self) -> list[str]:
        """Files that are changed here and not committed."""
        lines = _git("status", "--porcelain", "--untracked-files=no").splitlines()
        return [line.split()[-1] for line in lines]

    def pack(self, archive: Path) -> int:
        """Write it into an archive; the answer is how many bytes it holds."""
        size = 0

        def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
            nonlocal size
            size += entry.size
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = ""
            return entry

        with (
            open(archive, "wb") as file,
            gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed,
            tarfile.open(fileobj=packed, mode="w") as tar,
        ):
            tar.add(self.folder, ".", filter=plain)
        return size


def public(address: str) -> str:
    """The address of a repository as others may have it: no password, and no path of this machine.

    >>> public("https://me:secret@forge.example/workshop.git")
    'https://forge.example/workshop.git'
    >>> public("/home/me/workshop")
    ''
    """
    parts = urlsplit(address)
    user, _, host = parts.netloc.rpartition("@")
    if parts.scheme in ("https", "http", "git"):
        return urlunsplit(parts._replace(netloc=host))
    if parts.scheme == "ssh":
        user = user.partition(":")[0]
        return urlunsplit(parts._replace(netloc=f"{user}@{host}" if user else host))
    return address if re.fullmatch(r"[\w.-]+@[\w.-]+:.+", address) else ""


def _git(*words: str) -> str:
    try:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)
    except FileNotFoundError:
        raise WorkshopError("A bundle has the checkout in it: install git.") from None
    if done.returncode:
        said = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1]
        raise WorkshopError(
            f"A bundle has the checkout in it, and git cannot copy this one (git said: {said}): "
            "make the bundle in a clone of the workshop."
        )
    return done.stdout.strip()
