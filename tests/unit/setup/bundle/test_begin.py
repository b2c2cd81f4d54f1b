"""The checkout that a bundle brings: within its folder, whole, or not at all."""

import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from lab_helpers.errors import BundleRefused
from lab_helpers.setup.bundle import begin
from lab_helpers.setup.bundle.file import Bundle
from lab_helpers.setup.bundle.store import Store
from tests.broken_machine import BARE
from tests.made_bundle import MadeUp


def checkout(folder: Path) -> Path:
    """The least that is known as a checkout."""
    for name in ("Makefile", "lab_helpers/setup/bundle/__main__.py", ".git/HEAD"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    (folder / "Makefile").chmod(0o755)
    return folder


def is_nothing_left(folder: Path) -> bool:
    return not list(folder.glob("*.begun"))


def test_it_appears_whole(tmp_path: Path) -> None:
    with Bundle(MadeUp(tmp_path / "made", checkout(tmp_path / "old")).make()) as bundle:
        for place in (tmp_path / "new", tmp_path / "a" / "b"):
            begin.bring_checkout(bundle, bundle.manifest, place, "there")
            assert begin.is_checkout(place)
            assert (place / ".git" / "HEAD").read_text() == ".git/HEAD"
            assert (place / "Makefile").stat().st_mode & 0o777 == 0o755
            assert is_nothing_left(place.parent)
        (tmp_path / "empty").mkdir()
        begin.bring_checkout(bundle, bundle.manifest, tmp_path / "empty", "there")
        with pytest.raises(BundleRefused, match=r"is there, and is not the workshop, .*, there"):
            begin.bring_checkout(bundle, bundle.manifest, tmp_path / "made", "there")
        (tmp_path / "file").write_text("mine")
        with pytest.raises(BundleRefused, match=r"is there, and is not the workshop, .*, there"):
            begin.bring_checkout(bundle, bundle.manifest, tmp_path / "file", "there")
        with pytest.raises(BundleRefused, match="take a folder on this machine's own disk, there"):
            begin.bring_checkout(bundle, bundle.manifest, Path("/proc/nowhere"), "there")


def test_two_at_once_do_not_write_the_same(tmp_path: Path) -> None:
    place = tmp_path / "new"
    with Bundle(MadeUp(tmp_path / "made", checkout(tmp_path / "old")).make()) as bundle:
        with (
            Store(tmp_path / "new.begun").alone(),
            pytest.raises(BundleRefused, match=r"Another command is at work on .*: wait until it"),
        ):
            begin.bring_checkout(bundle, bundle.manifest, place, "there")
        assert not place.exists() and is_nothing_left(tmp_path)
        begin.bring_checkout(bundle, bundle.manifest, place, "there")
    assert begin.is_checkout(place) and is_nothing_left(tmp_path)


def test_nothing_is_left_of_one_that_is_damaged(tmp_path: Path) -> None:
    path = MadeUp(tmp_path / "made", checkout(tmp_path / "old")).make()
    with Bundle(path) as bundle, open(path, "r+b") as file:
        file.seek(bundle.place(bundle.manifest.checkout.digest)[0])
        file.write(b"damaged")
        file.flush()
        with pytest.raises(BundleRefused, match="the workshop's folder in the bundle is damaged"):
            begin.bring_checkout(bundle, bundle.manifest, tmp_path / "new", "there")
    assert not (tmp_path / "new").exists() and is_nothing_left(tmp_path)


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="needs root on Linux")
def test_a_disk_that_is_too_small_is_left_as_it_was(tmp_path: Path) -> None:
    path = MadeUp(tmp_path / "made", checkout(tmp_path / "old")).make()
    small = 'mount -t tmpfs -o size=4k none /mnt && cd /mnt && ("$@"; ls -A)'
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", small, "sh", *BARE, path],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.stderr.startswith("bundle: The disk is too small: this bundle needs ")
    assert "at /mnt/practical-monitoring.begun, and " in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


def entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, link
    made.size = 4 if kind == tarfile.REGTYPE else 0
    return made


@pytest.mark.parametrize(
    "bad",
    [
        entry("../evil"), entry("/tmp/evil-of-a-bundle"), entry("a/../../evil"),
        entry("a", tarfile.SYMTYPE, "/etc"), entry("a", tarfile.LNKTYPE, "good"),
        entry("a", tarfile.FIFOTYPE), entry("a", tarfile.CHRTYPE), entry("..", tarfile.DIRTYPE),
    ],
    ids=lambda bad: f"{bad.name}-{bad.type.decode()}",
)  # fmt: skip
def test_what_leads_outside_is_refused(tmp_path: Path, bad: tarfile.TarInfo) -> None:
    archive = tmp_path / "archive"
    with tarfile.open(archive, "w:gz") as tar:
        for one in (entry("good"), bad):
            tar.addfile(one, io.BytesIO(b"evil"[: one.size]))
    with pytest.raises(BundleRefused, match="which is no file of its own: nothing of it is used"):
        begin.unpack(archive, tmp_path / "inner" / "folder")
    assert not (tmp_path / "evil").exists() and not (tmp_path / "inner" / "evil").exists()
    assert not Path("/tmp/evil-of-a-bundle").exists()


def test_an_archive_that_is_none_is_refused(tmp_path: Path) -> None:
    for content in (b"", b"no archive", b"\x1f\x8b\x08\0"):
        (tmp_path / "archive").write_bytes(content)
        with pytest.raises(BundleRefused, match="The workshop cannot be unpacked"):
            begin.unpack(tmp_path / "archive", tmp_path / "folder")
