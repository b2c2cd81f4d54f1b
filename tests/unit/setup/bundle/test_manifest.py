"""What a machine wants of a bundle, and manifests of any kind."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab_helpers.errors import BundleRefused
from lab_helpers.setup.bundle.file import Bundle
from lab_helpers.setup.bundle.manifest import Machine, Manifest, this_python
from tests.made_bundle import MadeUp

HERE = Machine("linux/amd64", "3.12", "linux/amd64")


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    with Bundle(MadeUp(tmp_path_factory.mktemp("bundle")).make()) as bundle:
        return bundle.manifest.text


def test_a_machine_wants_what_it_has_not(text: bytes) -> None:
    manifest = Manifest.read(text)

    def kinds(**options: Any) -> list[str]:
        return sorted(piece.kind for piece in manifest.wanted(HERE, **options))

    assert kinds() == ["config", "config", "layer", "layer", "layer", "wheel"]
    assert kinds(wheels=False) == ["config", "config", "layer", "layer", "layer"]
    assert kinds(has={"made-up/shop:1"}) == ["config", "layer", "layer", "wheel"]
    assert kinds(has={"made-up/shop:1", "made-up/prometheus:1"}) == ["wheel"]
    on_a_mac = HERE._replace(system="macos/amd64")
    assert manifest.wanted(on_a_mac) == manifest.wanted(HERE)


@pytest.mark.parametrize(
    ("machine", "said"),
    [
        (HERE._replace(engine="linux/arm64"),
         "has images for linux/amd64, and the container engine here runs linux/arm64: ask for a "
         "bundle that was made with `--platform linux/arm64`."),
        (HERE._replace(python="3.14"),
         "has packages for Python 3.11, 3.12 and 3.13, and this is Python 3.14: start it with one "
         "of them, `make lab PYTHON=python3.13"),
        (HERE._replace(python="3.9"), "and this is Python 3.9: start it with"),
        (HERE._replace(system="macos/arm64"),
         "has packages for linux/amd64 and macos/amd64, and this machine is macos/arm64"),
    ],
)  # fmt: skip
def test_one_for_other_machines_says_for_which(text: bytes, machine: Machine, said: str) -> None:
    with pytest.raises(BundleRefused) as told:
        Manifest.read(text).wanted(machine)
    assert said in str(told.value)


def test_this_machine_is_one_that_bundles_are_made_for() -> None:
    system, python = this_python()
    assert system.partition("/")[0] in ("linux", "macos") and python.startswith("3.")


def places(said: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to each value in a manifest."""
    if not isinstance(said, dict | list):
        return []
    found = []
    for key, value in said.items() if isinstance(said, dict) else enumerate(said):
        found += [(*path, key), *places(value, (*path, key))]
    return found


ANY = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 10**20), st.floats(), st.text(max_size=9),
    st.just("../../etc/passwd"), st.just("/etc/passwd"), st.just("0" * 64), st.just([]),
    st.just({}), st.just([[]]), st.just(["a"]), st.just("a" * 10_000),
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_any_manifest_is_read_or_refused_in_a_sentence(text: bytes, data: st.DataObject) -> None:
    said = json.loads(text)
    where = data.draw(st.sampled_from(places(said)))
    *path, last = where
    inner = said
    for key in path:
        inner = inner[key]
    if data.draw(st.booleans()):
        inner[last] = data.draw(ANY)
    else:
        del inner[last]
    try:
        manifest = Manifest.read(json.dumps(said).encode())
    except BundleRefused as problem:
        assert "\n" not in str(problem) and len(str(problem)) < 400
    else:
        for piece in manifest.pieces.values():
            assert piece.kind != "wheel" or Path(piece.name).name == piece.name
            assert len(piece.digest) == 64 and piece.digest.isalnum()


@settings(deadline=None, max_examples=100)
@given(st.one_of(st.binary(), st.text().map(str.encode), st.just(b"[" * 100_000)))
def test_any_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(BundleRefused):
        Manifest.read(content)
