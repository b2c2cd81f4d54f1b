"""A bundle in a checkout with nothing, on an engine with nothing, in a network without a way out.

Everything is as at a learner's, but small: the lock pins what installs the package, and the two
images have a few files. `make bench` goes the whole way, to a green chapter 01.
"""

import gzip
import hashlib
import io
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from docker import DockerClient

from lab_helpers.archives import pack
from lab_helpers.errors import WorkshopError
from lab_helpers.setup import engine, images
from lab_helpers.setup.bundle.file import Bundle
from lab_helpers.setup.bundle.manifest import this_python
from lab_helpers.setup.packing import exported, wheels
from lab_helpers.setup.packing.writer import Writer
from tests.benchmarks.bench_setup import fresh_checkout
from tests.broken_machine import BARE
from tests.made_bundle import MACHINES, MadeUp
from tests.second_engine import SecondEngine, second_engine

#: What installs this package, and is all that the lock of these checkouts pins.
FEW = ("hatchling", "packaging", "pathspec", "pluggy", "tomlkit", "trove-classifiers")
WITHOUT = {"PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "UV_INDEX_URL"}
SYSTEM, PYTHON = this_python()

pytestmark = pytest.mark.skipif(
    SYSTEM != "linux/amd64" or f"{SYSTEM} {PYTHON}" not in MACHINES,
    reason="the made-up bundle is for Linux on Intel's processors",
)


@pytest.fixture(scope="module")
def cut_off() -> Iterator[SecondEngine]:
    try:
        with second_engine(cut_off=True) as second:
            yield second
    except WorkshopError as problem:
        pytest.skip(str(problem))


@pytest.fixture(scope="module")
def small() -> Iterator[Path]:
    """A checkout whose lock pins a few packages only."""
    with fresh_checkout() as folder:
        lock = (folder / "requirements.lock").read_text().splitlines(keepends=True)
        few = "".join(line for line in lock if line.partition("==")[0] in FEW)
        (folder / "requirements.lock").write_text(few)
        yield folder


@pytest.fixture(scope="module")
def made_from(small: Path) -> list[str]:
    """What that checkout's packages and images are made from."""
    ask = "from lab_helpers.setup import environment, images; "
    ask += "print(environment.packages(), images.made_from())"
    said = subprocess.run([*BARE, "-c", ask], cwd=small, capture_output=True, text=True)
    return said.stdout.split()


@pytest.fixture(scope="module")
def bundle(small: Path, made_from: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of that checkout; the wheels are real."""
    folder = tmp_path_factory.mktemp("bundle")
    wanted = [*(small / "requirements.lock").read_text().split(), *wheels.INSTALLERS]
    try:
        wheels.download(wanted, wheels.platforms("linux", "amd64"), PYTHON, folder / "wheels")
    except WorkshopError as problem:
        pytest.skip(str(problem))
    made = MadeUp(folder / "made", small, *made_from)
    return made.make(sorted((folder / "wheels").iterdir()))


def run(
    second: SecondEngine, folder: Path, *words: str | Path, at: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a bare Python where there is no way out."""
    known = {name: value for name, value in os.environ.items() if name not in WITHOUT}
    known |= {"DOCKER_HOST": at or second.socket, "UV_NO_CACHE": "1", "PIP_NO_CACHE_DIR": "1"}
    return subprocess.run(
        [*second.inside, *BARE, *words], cwd=folder, env=known, capture_output=True, text=True
    )


def names(second: SecondEngine) -> set[str]:
    client = DockerClient(second.socket)
    try:
        return {tag for image in client.images.list() for tag in image.tags}
    finally:
        client.close()


def test_there_is_no_way_out(cut_off: SecondEngine, tmp_path: Path) -> None:
    reach = "import socket; socket.create_connection(('192.0.2.1', 443), 5)"
    assert "Network is unreachable" in run(cut_off, tmp_path, "-c", reach).stderr
    assert names(cut_off) == set()


def test_from_the_bundle_to_packages_and_images(
    cut_off: SecondEngine, bundle: Path, small: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(small, tmp_path / "workshop")
    damaged = shutil.copy(bundle, tmp_path / "damaged")
    with Bundle(bundle) as found:
        last = next(
            one for one in found.manifest.pieces.values() if one.name == "prometheus, layer"
        )
        begin, _ = found.place(last.digest)
    with open(damaged, "r+b") as file:
        file.seek(begin)
        file.write(b"damaged")
    use = ("-m", "lab_helpers.setup.bundle")
    done = run(cut_off, folder, *use, damaged)
    assert done.returncode == 1
    assert (
        "prometheus, layer in the bundle is damaged: nothing of the bundle is used" in done.stderr
    )
    assert names(cut_off) == set() and not (folder / ".venv").exists()

    done = run(cut_off, folder, *use, bundle)
    assert done.returncode == 0, done.stderr
    assert names(cut_off) == {"made-up/shop:1", "made-up/prometheus:1"}
    ask = "import hatchling, lab_helpers; print(lab_helpers.__file__)"
    said = subprocess.run(
        [folder / ".venv/bin/python", "-c", ask], cwd="/", capture_output=True, text=True
    )
    assert said.stdout.strip() == str(folder / "lab_helpers" / "__init__.py")
    assert images.read(folder / ".workshop" / "images.env") == {
        "SHOP_IMAGE": "made-up/shop:1", "PROMETHEUS_IMAGE": "made-up/prometheus:1",
    }  # fmt: skip
    assert not (folder / ".workshop" / "bundle").exists()

    again = run(cut_off, folder, *use, bundle)
    assert again.returncode == 0 and "copied" not in again.stderr, again.stderr
    moved = run(cut_off, folder, "-m", "lab_helpers.setup.bootstrap")
    assert (moved.returncode, moved.stdout) == (0, "")


def test_layers_that_images_share_are_in_it_once(cut_off: SecondEngine, bundle: Path) -> None:
    if not names(cut_off):
        pytest.skip("the test before has them loaded")
    client = DockerClient(cut_off.socket)
    layers = [client.images.get(name).attrs["RootFS"]["Layers"] for name in sorted(names(cut_off))]
    client.close()
    assert layers[0][0] == layers[1][0] and layers[0][1] != layers[1][1]
    with Bundle(bundle) as found:
        assert sum(one.kind == "layer" for one in found.manifest.pieces.values()) == 3


@pytest.mark.parametrize(
    ("lock", "at", "said"),
    [
        ("0" * 64, "", "was made from another version of the workshop, c0ffee0 of 2026-03-09"),
        ("", "unix:///nowhere", "No container engine answers at DOCKER_HOST=unix:///nowhere"),
        ("", "ssh://a@b.example", "over ssh:// the workshop cannot use it"),
        ("", "http://127.0.0.1:9", "No container engine answers"),
    ],
)
def test_what_does_not_go_together_is_said_and_nothing_is_left(
    cut_off: SecondEngine, small: Path, made_from: list[str], tmp_path: Path,
    lock: str, at: str, said: str,
) -> None:  # fmt: skip
    path = MadeUp(tmp_path / "made", None, lock or made_from[0], made_from[1]).make()
    done = run(cut_off, small, "-m", "lab_helpers.setup.bundle", path, at=at)
    assert done.returncode == 1
    assert done.stderr.startswith("bundle: ") and said in done.stderr, done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (small / ".venv").exists() and not (small / ".workshop").exists()


def test_what_the_engine_has_is_exported_layer_by_layer(tmp_path: Path) -> None:
    """Of two images that share a layer; each digest is that which the engine says."""
    client = engine.client()
    names = {service: f"workshop-test/{service}:{os.getpid()}" for service in ("a", "b")}
    try:
        for service, name in names.items():
            recipe = f"FROM scratch\nCOPY shared /\nCOPY {service} /\n".encode()
            context = {"Dockerfile": recipe, "shared": b"shared" * 10**5, service: service.encode()}
            list(client.api.build(fileobj=io.BytesIO(pack(context)), custom_context=True, tag=name))
        with Writer(tmp_path / "workshop.bundle") as writer:
            exported.add(names, "linux/amd64", writer, tmp_path)
            writer.add(Path(__file__), "checkout", "the workshop's folder", 1)
            writer.finish(
                {"made": "2026-03-09T09:00:00Z", "commit": "0" * 40, "platforms": ["linux/amd64"],
                 "from": {"lock": "0" * 64, "images": "0" * 12}}
            )  # fmt: skip
        with Bundle(tmp_path / "workshop.bundle") as found:
            for image in found.manifest.images:
                about = client.images.get(names[image.service]).attrs
                assert about["Id"] == f"sha256:{image.config}"
                config = json.loads(found.read(image.config))
                assert config["rootfs"]["diff_ids"] == about["RootFS"]["Layers"]
                plain = [gzip.decompress(found.read(layer)) for layer in image.layers]
                digests = [f"sha256:{hashlib.sha256(layer).hexdigest()}" for layer in plain]
                assert digests == about["RootFS"]["Layers"]
                sizes = [found.manifest.pieces[layer].unpacked for layer in image.layers]
                assert sizes == list(map(len, plain))
            kinds = [piece.kind for piece in found.manifest.pieces.values()]
            assert sorted(kinds) == ["checkout", "config", "config", *["layer"] * 3]
    finally:
        for name in names.values():
            client.images.remove(name, force=True)
