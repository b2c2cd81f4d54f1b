"""Bundles that are whole, and bundles that are not: each is refused before anything is used."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lab_helpers.errors import BundleRefused
from lab_helpers.setup.bundle.file import MANIFEST, PIECES, Bundle
from lab_helpers.setup.bundle.store import Store
from tests.broken_machine import BARE
from tests.made_bundle import LARGE, MadeUp


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return MadeUp(tmp_path_factory.mktemp("bundle")).make()


def refusal(path: Path) -> str:
    """Why a file is refused when it is opened, in one sentence or two."""
    with pytest.raises(BundleRefused) as told:
        Bundle(path)
    assert "\n" not in str(told.value)
    return str(told.value)


def altered(whole: Path, into: Path, change: dict[str, bytes | None]) -> Path:
    """A copy in which members have other contents, or are missing (None), or are new."""
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(into, "w") as new:
        for info in old.infolist():
            if (content := change.get(info.filename, b"as it is")) == b"as it is":
                new.writestr(info, old.read(info), info.compress_type)
            elif content is not None:
                new.writestr(info, content)
        for name in change.keys() - set(old.namelist()):
            new.writestr(name, change[name] or b"")
    return into


def test_what_is_in_it_is_read_where_it_lies(whole: Path) -> None:
    with Bundle(whole) as bundle:
        pieces = bundle.manifest.pieces.values()
        assert sorted(piece.kind for piece in pieces) == [
            "checkout", "config", "config", "layer", "layer", "layer", "wheel",
        ]  # fmt: skip
        for piece in pieces:
            content = bundle.read(piece.digest)
            assert (len(content), hashlib.sha256(content).hexdigest()) == piece[1::-1]
            begin, size = bundle.place(piece.digest)
            assert whole.read_bytes()[begin : begin + size] == content
            assert bundle.read(piece.digest, 7, 5) == content[7:12]
            assert bundle.read(piece.digest, piece.size) == b""
        with pytest.raises(KeyError):
            bundle.read("0" * 64)


def test_the_same_makes_the_same_file(whole: Path, tmp_path: Path) -> None:
    with Bundle(whole) as bundle, Bundle(MadeUp(tmp_path).make()) as again:
        layers = [one for one in bundle.manifest.pieces.values() if one.kind == "layer"]
        assert all(piece in again.manifest.pieces.values() for piece in layers)


def test_what_is_no_bundle_is_said(whole: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as made:
        made.writestr("a.txt", "a")
    (tmp_path / "text").write_text("Prometheus")
    (tmp_path / "empty").write_bytes(b"")
    for path, said in (
        (tmp_path / "nowhere", "There is no file"),
        (tmp_path, "is a folder: name the bundle in it"),
        (
            Path("http://192.0.2.1:8000/x"),
            "http://192.0.2.1:8000/x is an address, and a bundle is a file",
        ),
        (tmp_path / "text", "is no bundle of the workshop;"),
        (tmp_path / "empty", "is no bundle of the workshop;"),
        (other, "(it has no manifest)"),
        (Path("a\0b"), "cannot be read"),
        (Path("/dev/null"), "is no bundle of the workshop"),
    ):
        assert said in refusal(path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")
def test_one_that_is_not_open_to_this_user_is_said(whole: Path) -> None:
    whole.chmod(0)
    try:
        os.seteuid(65534)
        assert "not open to this user" in refusal(whole)
    finally:
        os.seteuid(0)
        whole.chmod(0o644)


@pytest.mark.parametrize("share", [0.0001, 0.01, 0.3, 0.9, 0.999, 0.99999])
def test_one_that_is_cut_off_is_refused(whole: Path, tmp_path: Path, share: float) -> None:
    cut = Path(shutil.copy(whole, tmp_path / "cut"))
    os.truncate(cut, max(4, int(whole.stat().st_size * share)))
    assert "or cut off, or altered" in refusal(cut)


def test_python_says_that_one_is_cut_off(whole: Path, tmp_path: Path) -> None:
    (cut := tmp_path / "cut").write_bytes(whole.read_bytes()[:-1000])
    done = subprocess.run([*BARE, cut], capture_output=True, text=True)
    assert "this_file_is_cut_off.copy_it_again" in done.stderr
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1


def test_a_piece_missing_or_too_much_or_shorter_is_refused(whole: Path, tmp_path: Path) -> None:
    with Bundle(whole) as bundle:
        piece = next(one for one in bundle.manifest.pieces.values() if one.size > LARGE)
    name = PIECES + piece.digest
    changes: list[tuple[dict[str, bytes | None], str]] = [
        ({name: None}, f"{piece.name} is missing"),
        ({PIECES + "0" * 64: b"more"}, "is too much"),
        ({PIECES + "../../evil": b"more"}, "is too much"),
        ({name: b"short"}, f"{piece.name} is not as long as it should be"),
    ]
    for change, said in changes:
        found = refusal(altered(whole, tmp_path / "altered", change))
        assert said in found
        assert "Nothing of it is used." in found


def test_a_byte_in_a_piece_is_found_when_it_is_copied(whole: Path, tmp_path: Path) -> None:
    bad = Path(shutil.copy(whole, tmp_path / "bad"))
    with Bundle(whole) as bundle:
        piece = next(one for one in bundle.manifest.pieces.values() if one.size > LARGE)
        begin, _ = bundle.place(piece.digest)
    with open(bad, "r+b") as file:
        file.seek(begin + LARGE // 2)
        (byte,) = file.read(1)
        file.seek(begin + LARGE // 2)
        file.write(bytes([byte ^ 1]))
    store = Store(tmp_path / "store")
    with Bundle(bad) as bundle, pytest.raises(BundleRefused, match="is damaged: nothing of the"):
        bundle.fetch(list(bundle.manifest.pieces.values()), store)
    assert not store.path(piece).exists() and store.begun(piece) == 0


@given(st.data())
@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_byte_altered_is_refused_or_changes_nothing(
    whole: Path, tmp_path: Path, data: st.DataObject
) -> None:
    """Anywhere but in a piece, which is verified when it is copied, and in the code that starts."""
    with Bundle(whole) as bundle:
        last = max(map(sum, map(bundle.place, bundle.manifest.pieces)))
        pieces = bundle.manifest.pieces
    at = data.draw(st.integers(last, whole.stat().st_size - 1))
    other = data.draw(st.integers(1, 255))
    copy = tmp_path / "any"
    if not copy.exists():
        shutil.copy(whole, copy)
    with open(copy, "r+b") as file:
        file.seek(at)
        (byte,) = file.read(1)
        file.seek(at)
        file.write(bytes([byte ^ other]))
    try:
        with Bundle(copy) as found:
            assert found.manifest.pieces == pieces
    except BundleRefused as problem:
        assert "\n" not in str(problem)
    finally:
        with open(copy, "r+b") as file:
            file.seek(at)
            file.write(bytes([byte]))


def test_a_bare_python_starts_it(whole: Path, tmp_path: Path) -> None:
    def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
        bare = (getattr(sys, "_base_executable", sys.executable), "-S")
        return subprocess.run([*bare, *words], cwd=tmp_path, capture_output=True, text=True)

    done = run(whole, "--help")
    assert done.returncode == 0 and "no network is needed" in done.stdout
    with Bundle(whole) as bundle:
        (tmp_path / "starter.pyz").write_bytes(b"#!/bin/sh\n" + bundle.starter())
        assert len(bundle.starter()) < 100_000
        with zipfile.ZipFile(tmp_path / "starter.pyz") as small:
            assert small.read(MANIFEST) == bundle.manifest.text
    assert run("starter.pyz", "--help").stdout.startswith("usage: starter.pyz")
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "mine").write_text("mine")
    done = run(whole, "taken")
    assert done.returncode == 1
    assert (
        "is not the workshop, or one that is too old for a bundle: take another folder"
        in done.stderr
    )
    assert (tmp_path / "taken" / "mine").read_text() == "mine"
    assert not [path for path in tmp_path.iterdir() if "begun" in path.name]
