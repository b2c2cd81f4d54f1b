"""What goes into a bundle: the packages of each machine, and the checkout."""

import gzip
import io
import os
import subprocess
import tarfile
from pathlib import Path

import pytest
from packaging import tags
from packaging.requirements import Requirement

from lab_helpers.errors import WorkshopError
from lab_helpers.setup.packing import checkout, make, wheels
from lab_helpers.setup.packing.checkout import Checkout, public
from lab_helpers.setup.packing.writer import Writer

MACHINES = [
    (system, architecture, python)
    for system in wheels.SYSTEMS for architecture in ("amd64", "arm64") for python in wheels.PYTHONS
]  # fmt: skip


@pytest.mark.parametrize("machine", MACHINES, ids="-".join)
def test_a_machine_has_each_package_once(machine: tuple[str, str, str]) -> None:
    names = [Requirement(line).name for line in wheels.requirements(*machine)]
    assert len(names) == len(set(names)) > 100
    assert {"jupyterlab", "hatchling", "uv"} <= set(names)
    assert ("appnope" in names) == (machine[0] == "macos")
    assert ("overrides" in names) == (machine[2] == "3.11")
    assert not {"pywin32", "colorama"} & set(names)


def test_macs_with_intels_processors_have_versions_of_their_own() -> None:
    intel = wheels.requirements("macos", "amd64", "3.12")
    others = wheels.requirements("macos", "arm64", "3.12")
    assert len(intel) == len(others)
    assert {one.partition("==")[0] for one in set(intel) - set(others)} == {
        "argon2-cffi-bindings", "cryptography",
    }  # fmt: skip


def test_this_linux_takes_what_is_asked_for() -> None:
    if tags.sys_tags().__next__().platform.partition("_")[0] not in ("manylinux", "linux"):
        pytest.skip("this is no Linux with glibc")
    architecture = "arm64" if os.uname().machine == "aarch64" else "amd64"
    mine = {tag.platform for tag in tags.sys_tags()}
    assert set(wheels.platforms("linux", architecture)) <= mine


def test_a_macs_wheels_are_of_its_processor() -> None:
    assert wheels.platforms("macos", "arm64") == ["macosx_13_0_arm64"]
    assert wheels.platforms("macos", "amd64") == ["macosx_13_0_x86_64"]


def git(folder: Path, *words: str) -> str:
    who = ["-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", *who, *words], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with two commits, of which one file was changed since."""
    folder = tmp_path / "ours"
    folder.mkdir()
    git(folder, "init")
    for text in ("one", "two"):
        (folder / "lab.txt").write_text(text)
        git(folder, "add", ".")
        git(folder, "commit", "-m", text)
    (folder / "lab.txt").write_text("three")
    (folder / "mine.txt").write_text("not added")
    monkeypatch.setattr(checkout, "ROOT", folder)
    return folder


def test_the_checkout_has_what_is_committed_and_can_be_pulled(ours: Path, tmp_path: Path) -> None:
    git(ours, "remote", "add", "origin", "https://me:secret@forge.example/workshop.git")
    copied = Checkout(tmp_path / "copied")
    assert copied.commit == git(ours, "rev-parse", "HEAD")
    assert copied.left_out == ["lab.txt"]
    size = copied.pack(tmp_path / "packed")
    packed = gzip.decompress((tmp_path / "packed").read_bytes())
    for secret in (b"secret", str(ours).encode()):
        assert secret not in packed
    there = tmp_path / "there"
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        assert size == sum(entry.size for entry in tar)
        tar.extractall(there, filter="data")
    assert (there / "lab.txt").read_text() == "two" and not (there / "mine.txt").exists()
    assert git(there, "status", "--porcelain") == ""
    assert git(there, "remote", "get-url", "origin") == "https://forge.example/workshop.git"
    git(ours, "commit", "-a", "-m", "three")
    git(there, "remote", "set-url", "origin", f"file://{ours}")
    git(there, "pull", "--ff-only")
    assert (there / "lab.txt").read_text() == "three"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://forge.example/w.git", "https://forge.example/w.git"),
        ("https://token@forge.example:8443/w", "https://forge.example:8443/w"),
        ("git@forge.example:me/w.git", "git@forge.example:me/w.git"),
        ("ssh://git@forge.example/w", "ssh://git@forge.example/w"),
        ("ssh://me:secret@forge.example/w", "ssh://me@forge.example/w"),
        ("/home/me@work/w:1", ""), ("../w", ""), ("file:///home/me/w", ""), ("", ""),
        (r"C:\w", ""),
    ],
)  # fmt: skip
def test_where_to_pull_from_is_told_without_passwords(address: str, told: str) -> None:
    assert public(address) == told


def test_what_is_no_checkout_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkout, "ROOT", tmp_path)
    with pytest.raises(WorkshopError, match="make the bundle in a clone of the workshop"):
        Checkout(tmp_path / "copied")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WorkshopError, match="install git"):
        Checkout(tmp_path / "copied")


@pytest.mark.parametrize("platform", ["linux/riscv64", "macos/arm64", "arm64", "linux/amd64 "])
def test_a_platform_that_there_is_not_is_said(platform: str, tmp_path: Path) -> None:
    with pytest.raises(WorkshopError, match="is no platform that the workshop runs on: linux/amd6"):
        make.make([platform], tmp_path / "workshop.bundle")
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_said() -> None:
    with pytest.raises(WorkshopError, match="/proc/nowhere/a cannot be written: "):
        make.make([], Path("/proc/nowhere/a"))


def test_what_breaks_leaves_the_old_bundle_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "workshop.bundle"
    path.write_bytes(b"the one of yesterday")
    with pytest.raises(KeyboardInterrupt), Writer(path) as writer:
        writer.add(Path(__file__), "checkout", "the workshop's folder", 1)
        raise KeyboardInterrupt
    assert path.read_bytes() == b"the one of yesterday"
    assert os.listdir(tmp_path) == ["workshop.bundle"]
