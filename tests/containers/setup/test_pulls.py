"""Set-up's pulls, by the real engine from Debian's registry, through networks of every kind."""

import re
import shutil
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest
import requests

from lab_helpers.errors import ImageUnavailable
from lab_helpers.progress import Progress
from lab_helpers.setup import engine, images, provision, pulls, tags
from tests.registry import Network, Registry, Request, Weather, network
from tests.weather import hangs, out_of_order, portal, portal_elsewhere, too_many

BIG = 20_000_000


@pytest.fixture(scope="module")
def debian(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A registry on this machine, whose loopback must be the engine's too."""
    trusted = engine.client().info()["RegistryConfig"]["InsecureRegistryCIDRs"] or []
    if sys.platform != "linux" or engine.host() != "127.0.0.1" or "127.0.0.0/8" not in trusted:
        pytest.skip("the engine does not pull from this machine's loopback address")
    with Registry(tmp_path_factory.mktemp("registry")) as found:
        for name in ("first", "second", "third", "fourth", "fifth", "sixth"):
            found.push(name, "1", layers=(1000, 100_000))
        found.push("big", "1", layers=(1000, BIG))
        yield found


@pytest.fixture
def way(debian: Registry) -> Iterator[Network]:
    """The network between the engine and the registry; what came through is removed."""
    with network(debian.host) as between:
        yield between
    for name in here(between.host):
        engine.client().api.remove_image(name, force=True)


def here(host: str) -> set[str]:
    """The images that the engine has from a registry."""
    found = {name for name in provision.present() if name.startswith(f"{host}/")}
    return {name for name in found if "@" not in name}  # by its tag, not by its digest


def pull(*names: str) -> tuple[dict[str, pulls.Problem], list[str]]:
    """The problems of some pulls, and the lines of progress."""
    lines: list[str] = []

    class Kept(Progress):
        def say(self, text: str) -> None:
            lines.append(text)

    return pulls.pull(engine.client().api, names, Kept()), lines


def slowly(request: Request) -> bool:
    request.pass_on(takes=2 if "/blobs/" in request.path else 0)
    return True


def test_a_pull_shows_how_much_has_come(way: Network) -> None:
    way.weather = slowly
    name = f"{way.host}/big:1"
    problems, lines = pull(name)
    assert problems == {}
    assert here(way.host) == {name}
    shown = [re.fullmatch(rf"pulling 1 of 1 images, (\d+) MB so far \({name}\)", x) for x in lines]
    megabytes = [int(found[1]) for found in shown if found]
    assert len(megabytes) == len(lines)
    assert megabytes == sorted(megabytes)
    assert len(set(megabytes) & set(range(1, 20))) > 5, "it can be seen to come"


def cut_once(request: Request) -> bool:
    """The big layer breaks off, the first time that it is asked for."""
    if "/blobs/" not in request.path or "Range" in request.headers:
        return False
    request.pass_on(at_most=BIG // 2)
    return True


def test_a_layer_that_breaks_off_is_resumed_where_it_broke(way: Network) -> None:
    way.weather = cut_once
    problems, _ = pull(f"{way.host}/big:1")
    assert problems == {}
    assert here(way.host) == {f"{way.host}/big:1"}
    fetched = [path for _, path in way.seen if "/blobs/" in path]
    assert len(fetched) == len(set(fetched)) + 1, "the layer that broke off was asked for again"


def only(part: str, then: Weather) -> Weather:
    """Bad weather for the requests whose path has `part`."""
    return lambda request: part in request.path and then(request)


def test_what_came_whole_is_kept_and_not_asked_for_again(
    way: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulls, "SILENCE", 1.0)
    first, big = f"{way.host}/first:1", f"{way.host}/big:1"
    way.weather = only("/big/blobs/", hangs)
    problems, _ = pull(first, big)
    assert set(problems) == {big}
    assert here(way.host) == {first}

    way.weather = lambda request: False  # another network
    way.seen.clear()
    problems, _ = pull(*({first, big} - provision.present()))
    assert problems == {}
    assert here(way.host) == {first, big}
    assert not any("/first/" in path for _, path in way.seen)


def breaks_off(request: Request) -> bool:
    """No layer ever comes whole, however often the engine tries again."""
    if "/blobs/" not in request.path:
        return False
    request.pass_on(at_most=500)
    return True


def wants_a_login(request: Request) -> bool:
    request.answer(401, b"{}", "application/json", WWW_Authenticate='Basic realm="mirror"')
    return True


@pytest.mark.parametrize(
    ("weather", "what", "remedy", "ends_all"),
    [
        (too_many, "gives this address no more images", "log in with `docker login`", True),
        (portal, "something else, such as the login page", "open any page in a browser", True),
        (portal_elsewhere, "something else, such as the login page", "open any page", True),
        (only("/blobs/", portal), "something else, such as the login page", "open any page", True),
        (hangs, "nothing came from .* for 1 s", "connect to another network", True),
        (only("/blobs/", hangs), "nothing came from .* for 1 s", "another network", True),
        (wants_a_login, "wants a login for .*/first:1, or has no", "`docker login`", False),
        (out_of_order, "is out of order", "try again later", False),
        (only("/manifests/", hangs), "nothing came from", "connect to another network", True),
    ],
    ids=[
        "rate",
        "portal",
        "redirect",
        "late-portal",
        "hangs",
        "late-hang",
        "login",
        "503",
        "slow",
    ],
)
def test_what_a_bad_network_does_is_said(
    way: Network, monkeypatch: pytest.MonkeyPatch,
    weather: Weather, what: str, remedy: str, ends_all: bool,
) -> None:  # fmt: skip
    monkeypatch.setattr(pulls, "SILENCE", 1.0)
    way.weather = weather
    began = time.monotonic()
    problems, _ = pull(f"{way.host}/first:1")
    assert time.monotonic() - began < 5
    (problem,) = problems.values()
    assert re.search(what, problem.what)
    assert way.host in problem.what
    assert re.search(remedy, problem.remedy)
    assert problem.ends_all == ends_all
    assert not here(way.host)


def test_an_engine_that_only_tries_again_is_not_waited_for(
    way: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulls, "SILENCE", 2.5)  # it counts the seconds until its next attempt
    way.weather = breaks_off
    began = time.monotonic()
    problems, _ = pull(f"{way.host}/second:1")
    assert time.monotonic() - began < 12
    assert problems[f"{way.host}/second:1"].what.startswith("nothing came from")


def test_a_tag_that_is_gone_is_said(way: Network) -> None:
    problems, _ = pull(f"{way.host}/first:2", f"{way.host}/first:1")
    (problem,) = problems.values()
    assert problem.what == f"there is no {way.host}/first:2"
    assert here(way.host) == {f"{way.host}/first:1"}, "the others come all the same"


def test_a_registry_that_gives_nothing_is_not_asked_for_every_image(way: Network) -> None:
    way.weather = too_many
    names = [f"{way.host}/{name}:1" for name in ("first", "second", "third", "fourth", "fifth")]
    problems, _ = pull(*names, f"{way.host}/sixth:1")
    assert len(problems) == 6
    asked = {path.split("/")[2] for _, path in way.seen if "/manifests/" in path}
    assert asked == {"first", "second", "third", "fourth"}, "only those that were under way"


def test_a_certificate_that_is_not_known_is_said(debian: Registry, tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here, which makes the certificate")
    address = engine.address_on(engine.client().api.inspect_network("bridge"))
    pem = tmp_path / "portal.pem"
    words = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 2"
        f" -subj /CN=portal -addext subjectAltName=IP:{address} -keyout {pem} -out {pem}.crt"
    )
    subprocess.run(words.split(), check=True, capture_output=True)
    with network(debian.host, address) as between:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{pem}.crt", pem)
        between.socket = context.wrap_socket(between.socket, server_side=True)
        problems, _ = pull(f"{between.host}/first:1")
        (problem,) = problems.values()
        assert problem.what.startswith(f"the certificate of {between.host} is not one that the")
        (found,) = tags.check([f"{between.host}/first:1"])
        assert found.problem.startswith(f"The certificate of {between.host} is not one that is")
        assert not between.seen


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout in which nothing is set up, and one image is pinned: of what the shop has too."""
    monkeypatch.setattr(images, "UPSTREAM_FILE", tmp_path / "images.env")
    monkeypatch.setattr(images, "RECORD_FILE", tmp_path / "record" / "images.env")
    monkeypatch.delenv("MEMCACHED_EXPORTER_IMAGE", raising=False)
    return tmp_path


def test_set_up_falls_back_in_time_says_why_and_pulls_once_the_network_is_better(
    way: Network,
    checkout: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(pulls, "SILENCE", 2.0)
    name = f"{way.host}/first:1"
    (checkout / "images.env").write_text(f"MEMCACHED_EXPORTER_IMAGE={name}\n")
    way.weather = hangs
    provision.ensure()
    built = provision.built_name("memcached-exporter")
    assert images.image_for("memcached-exporter") == built
    said = capsys.readouterr()
    assert f"upstream's images: nothing came from {way.host} for 2 s" in said.out
    assert "1 are built from Debian's packages instead" in said.out
    assert "connect to another network" in said.out
    assert "remove .workshop/images.env and run `make setup`" in said.out
    assert f"pulling 1 of 1 images, 0 MB so far ({name})" in said.err

    way.weather = lambda request: False
    images.RECORD_FILE.unlink()  # as it says
    provision.ensure()
    assert images.image_for("memcached-exporter") == name
    assert "upstream's images" not in capsys.readouterr().out


def test_an_image_that_a_service_needs_and_cannot_have_is_one_sentence(
    way: Network, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    way.weather = too_many
    with pytest.raises(ImageUnavailable) as raised:
        engine.require_image(f"{way.host}/first:1", "memcached-exporter")
    assert str(raised.value) == (
        f"The image of memcached-exporter, {way.host}/first:1, is not on this machine and cannot "
        f"be pulled: {way.host} gives this address no more images for now. To get it, log in with "
        "`docker login`, which raises the limit, or connect to another network; or name another "
        "image in MEMCACHED_EXPORTER_IMAGE and run `make setup`."
    )
    monkeypatch.setenv("MEMCACHED_EXPORTER_IMAGE", f"{way.host}/first:1")
    (checkout / "images.env").write_text("MEMCACHED_EXPORTER_IMAGE=pinned/exporter:1\n")
    with pytest.raises(ImageUnavailable, match=r"_EXPORTER_IMAGE is .*/first:1, and cannot"):
        provision.ensure()
    assert not images.RECORD_FILE.exists()


def test_an_engine_that_goes_away_is_said(tmp_path: Path) -> None:
    api = docker.APIClient(base_url=f"unix://{tmp_path}/nobody.sock", version="1.41")
    problems = pulls.pull(api, ["nginx:1"], Progress())
    assert problems["nginx:1"].what == "the container engine hung up"
    with pytest.raises(requests.RequestException):
        api.ping()
