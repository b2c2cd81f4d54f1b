"""Images of another platform, out of Debian's registry as they are."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab_helpers.errors import ImageUnavailable
from lab_helpers.setup.bundle.file import Bundle
from lab_helpers.setup.packing import published
from lab_helpers.setup.packing.writer import Writer
from tests.registry import Network, Registry, Request, network
from tests.weather import asks_for_tokens, hangs_up, portal, too_many

SHARED = b"shared" * 50_000


@pytest.fixture(scope="module")
def debian(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A registry with two images of two platforms, which share a layer, and one of one."""
    with Registry(tmp_path_factory.mktemp("registry")) as found:
        for name in ("prom/prometheus", "prom/alertmanager"):
            own = name.encode()
            found.push_for(name, "v1", {"amd64": [SHARED, own], "arm64": [SHARED, own + b" arm"]})
        found.push_for("memcached", "1", {"amd64": [SHARED], "arm64": [SHARED]})
        found.push("nginx", "1")
        yield found


@pytest.fixture
def way(debian: Registry) -> Iterator[Network]:
    with network(debian.host) as between:
        yield between


def bundled(way: Network, folder: Path, platform: str, **images: str) -> Path:
    """A bundle of such images."""
    path = folder / "workshop.bundle"
    with Writer(path) as writer:
        names = {service: f"{way.host}/{name}" for service, name in images.items()}
        published.add(published.find(names, platform), writer, folder)
        writer.add(Path(__file__), "checkout", "the workshop's folder", 1)
        writer.finish({"made": "2026-03-09T09:00:00Z", "commit": "0" * 40, "platforms": [platform],
                       "from": {"lock": "0" * 64, "images": "0" * 12}})  # fmt: skip
    return path


BOTH = {"prometheus": "prom/prometheus:v1", "alertmanager": "prom/alertmanager:v1"}


@pytest.mark.parametrize(("architecture", "own"), [("amd64", b""), ("arm64", b" arm")])
def test_the_layers_are_the_registrys_and_a_shared_one_comes_once(
    way: Network, tmp_path: Path, architecture: str, own: bytes
) -> None:
    with Bundle(bundled(way, tmp_path, f"linux/{architecture}", **BOTH)) as bundle:
        prometheus, alertmanager = bundle.manifest.images
        assert prometheus.name == f"{way.host}/prom/prometheus:v1"
        assert prometheus.layers[0] == alertmanager.layers[0]
        assert json.loads(bundle.read(prometheus.config))["architecture"] == architecture
        content = gzip.decompress(bundle.read(prometheus.layers[1]))
        assert b"prom/prometheus" + own + b"\0" in content
        piece = bundle.manifest.pieces[prometheus.layers[1]]
        assert piece.unpacked == len(content)
    blobs = [path for _, path in way.seen if "/blobs/" in path]
    assert len(blobs) == 5  # two configurations, two layers of their own, the shared one


def test_a_registry_that_wants_a_token_gives_one(way: Network, tmp_path: Path) -> None:
    way.weather = asks_for_tokens
    assert bundled(way, tmp_path, "linux/arm64", memcached="memcached:1").exists()


def damages(request: Request) -> bool:
    """Something on the way changes what layers hold."""
    if "/blobs/" not in request.path:
        return False
    request.answer(200, b"something else", "application/octet-stream")
    return True


@pytest.mark.parametrize(
    ("name", "weather", "said"),
    [
        ("nginx:1", None, "nginx:1 is not published for linux/arm64."),
        ("prom/prometheus:v9", None, "for linux/arm64 cannot be had: "),
        ("no/such:1", None, "for linux/arm64 cannot be had: "),
        ("prom/prometheus:v1", hangs_up, "for linux/arm64 cannot be had: "),
        ("prom/prometheus:v1", portal, "this network may want a login"),
        ("prom/prometheus:v1", too_many, "was asked too often"),
        ("prom/prometheus:v1", damages, "is damaged: try again."),
    ],
)
def test_what_cannot_be_had_is_said_and_no_bundle_is_left(
    way: Network, tmp_path: Path, name: str, weather: object, said: str
) -> None:
    if weather:
        way.weather = weather  # type: ignore[assignment]
    with pytest.raises(ImageUnavailable) as told:
        bundled(way, tmp_path, "linux/arm64", prometheus=name)
    assert said in str(told.value) and "\n" not in str(told.value)
    assert not list(tmp_path.glob("workshop.bundle*"))
