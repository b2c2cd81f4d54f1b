"""`workshop images --check` against Debian's registry, through networks of every kind."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from lab_helpers.setup import registry, tags
from tests.free_port import free_port
from tests.registry import Network, Registry, Request, network
from tests.weather import (
    PORTAL,
    asks_for_tokens,
    hangs,
    hangs_up,
    out_of_order,
    portal,
    portal_elsewhere,
    refuses_tokens,
    too_many,
)

THERE = ("v3.13.4", "v3.13.5", "v3.14.0", "v3.9.9", "v4.0.1", "v5.0.0-rc.1", "v6", "latest")
NEWER = ("v3.13.5", "v3.14.0", "v4.0.1")


@pytest.fixture(scope="module")
def debian(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A registry with tags that are there, gone and newer."""
    with Registry(tmp_path_factory.mktemp("registry")) as found:
        found.push("prom/prometheus", *THERE)
        found.push("nginx", "1.30.6")
        found.push("memcached", "1.6.45")
        yield found


@pytest.fixture
def way(debian: Registry) -> Iterator[Network]:
    """The network between us and the registry."""
    with network(debian.host) as between:
        yield between


def test_each_tag_is_there_or_gone_and_newer_ones_are_named(debian: Registry) -> None:
    names = ["prom/prometheus:v3.13.4", "nginx:1.30.5", "memcached:1.6.45", "no/such:1.0"]
    found = tags.check(f"{debian.host}/{name}" for name in names)
    assert [one.image.partition("/")[2] for one in found] == names
    assert [(one.there, one.newer) for one in found] == [
        (True, NEWER),
        (False, ("1.30.6",)),
        (True, ()),
        (False, ()),
    ]
    assert not any(one.problem for one in found)


@pytest.mark.parametrize(
    ("tag", "others", "newest"),
    [
        ("1.6.45", ["1.6.9", "1.6.46", "1.10.0", "1.6.46-alpine", "2"], ("1.6.46", "1.10.0")),
        ("1.6.45-alpine", ["1.6.46", "1.6.46-alpine", "1.6.47-rc-alpine"], ("1.6.46-alpine",)),
        ("v0.34.1", ["v0.35.0", "v0.35.0-rc.0", "v1.0.0", "1.2.0"], ("v0.35.0", "v1.0.0")),
        ("v0.34.1", ["v0.34.1", "v0.9.9", "v0.34.0"], ()),
        ("latest", ["v1", "latest"], ()),
    ],
)  # fmt: skip
def test_newer_is_of_the_same_form(tag: str, others: list[str], newest: tuple[str, ...]) -> None:
    assert tags.newer(tag, others) == newest


def in_pages(request: Request) -> bool:
    """Debian's registry gives all tags at once; others give as many as are asked for."""
    asked = urlsplit(request.path)
    if not asked.path.endswith("/tags/list"):
        return False
    everything = requests.get(f"http://{request.server.registry}{asked.path}", timeout=10).json()
    query = dict(parse_qsl(asked.query))
    rest = sorted(tag for tag in everything["tags"] if tag > query.get("last", ""))
    page = rest[: int(query["n"])]
    more = {}
    if len(page) < len(rest):
        more["Link"] = f'<{asked.path}?last={page[-1]}&n={query["n"]}>; rel="next"'
    content = json.dumps(everything | {"tags": page}).encode()
    request.answer(200, content, "application/json", **more)
    return True


def test_a_long_list_comes_in_pages_and_requests_are_few_and_say_who_asks(
    way: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "PAGE", 3)
    way.weather = in_pages
    (found,) = tags.check([f"{way.host}/prom/prometheus:v3.13.4"])
    assert (found.there, found.newer) == (True, NEWER)
    assert [method for method, _ in way.seen] == ["HEAD", "GET", "GET", "GET"]
    assert way.agents == {registry.USER_AGENT}
    assert registry.USER_AGENT.startswith("practical-monitoring-workshop/")


def test_a_digest_is_asked_for_as_it_is(debian: Registry) -> None:
    gone = f"{debian.host}/nginx@sha256:{'0' * 64}"
    (found,) = tags.check([gone])
    assert (found.there, found.newer) == (False, ())


def test_no_password_is_sent_to_a_registry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine registry.example login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    headers = [
        requests.Session()
        .prepare_request(requests.Request("GET", "https://registry.example/v2/", auth=auth))
        .headers.get("Authorization")
        for auth in (None, registry._pass(None), registry._pass("token"))
    ]
    assert headers == ["Basic bWU6c2VjcmV0", None, "Bearer token"]


def test_a_token_is_fetched_once_for_each_repository(
    way: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tags, "AT_ONCE", 1)
    way.weather = asks_for_tokens
    found = tags.check([f"{way.host}/nginx:1.30.6", f"{way.host}/memcached:1.6.45"])
    assert [one.there for one in found] == [True, True]
    kinds = [path.split("/")[-1].partition("?")[0] for _, path in way.seen]
    assert kinds == ["1.30.6", "token", "1.30.6", "list", "token", "1.6.45", "list"]


def too_many_until(request: Request) -> bool:
    when = formatdate(1_800_000_000, usegmt=True)
    request.answer(429, b"toomanyrequests", "text/plain", Retry_After=when)
    return True


def portal_in_disguise(request: Request) -> bool:
    request.answer(200, PORTAL, "text/plain")
    return True


def not_found_page(request: Request) -> bool:
    request.answer(404, b"nothing here", "text/plain")
    return True


def half_an_answer(request: Request) -> bool:
    if not request.path.endswith("/tags/list?n=1000"):
        return False
    request.pass_on(at_most=10)
    return True


def half_a_document(request: Request) -> bool:
    if request.command == "HEAD":
        return False
    request.answer(200, b'{"name": "nginx", "tags": ["1.3', "application/json")
    return True


def drips(request: Request) -> bool:
    """Never quiet for long, and never done."""
    if request.command == "HEAD":
        return False
    request.send_response(200)
    request.send_header("Content-Length", "1000000")
    request.end_headers()
    while not request.server.over.wait(0.1):
        request.wfile.write(b" ")
    return True


def gibberish(request: Request) -> bool:
    request.wfile.write(b"220 mail.example ESMTP ready\r\n")
    request.close_connection = True
    return True


@pytest.mark.parametrize(
    ("weather", "there", "problem"),
    [
        (refuses_tokens, None, "wants a login for nginx, or has no such repository"),
        (too_many, None, "was asked too often. Try again in 90 s, or from another network"),
        (too_many_until, None, "Try again after 2027-01-15 08:00 UTC"),
        (portal, None, "is a page for people, not a registry"),
        (portal_elsewhere, None, "is a page for people, not a registry"),
        (portal_in_disguise, None, "is a page for people, not a registry"),
        (not_found_page, None, "is a page for people, not a registry"),
        (half_an_answer, True, "broke off"),
        (half_a_document, True, "broke off"),
        (hangs_up, None, "broke off"),
        (gibberish, None, "broke off"),
        (out_of_order, None, "answered with HTTP status 503"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_a_bad_network_does_is_said(
    way: Network, weather: object, there: bool | None, problem: str
) -> None:
    way.weather = weather  # type: ignore[assignment]
    (found,) = tags.check([f"{way.host}/nginx:1.30.6"], limit=60)
    assert (found.there, found.newer) == (there, ())
    assert re.search(problem, found.problem), found.problem
    assert found.problem.endswith(".")
    assert way.host in found.problem


@pytest.mark.parametrize("weather", [hangs, drips])
def test_a_network_that_says_nothing_more_is_given_up_in_time(
    way: Network, weather: object
) -> None:
    way.weather = weather  # type: ignore[assignment]
    began = time.monotonic()
    (found,) = tags.check([f"{way.host}/nginx:1.30.6"], limit=1)
    assert time.monotonic() - began < 10  # neither would end by itself
    assert (found.there, found.newer) == (None, ())
    assert re.search("did not answer in time|did not answer within 1 s", found.problem)
    assert way.host in found.problem


def test_a_registry_that_says_too_often_is_not_asked_again(
    way: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tags, "AT_ONCE", 1)
    way.weather = too_many
    found = tags.check(f"{way.host}/nginx:1.30.{number}" for number in range(20))
    assert len(way.seen) == 1
    assert {one.problem for one in found} == {found[0].problem}


def test_a_slow_registry_keeps_no_other_waiting(debian: Registry, way: Network) -> None:
    way.weather = hangs
    slow = [f"{way.host}/nginx:1.30.{number}" for number in range(4)]
    *rest, last = tags.check([*slow, f"{debian.host}/memcached:1.6.45"], limit=2)
    assert last.there
    assert [one.there for one in rest] == [None] * 4


def run(*pinned: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """`workshop images --check`, with these images pinned."""
    lines = [f"ONE_{number}_IMAGE={image}" for number, image in enumerate(pinned)]
    (home / "images.env").write_text("\n".join(lines))
    program = (
        "import sys; from pathlib import Path; from lab_helpers import cli\n"
        "from lab_helpers.setup import images\n"
        f"images.UPSTREAM_FILE = Path({str(home / 'images.env')!r})\n"
        "sys.argv = ['workshop', 'images', '--check']; sys.exit(cli.main())"
    )
    return subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True, text=True, timeout=30, env=os.environ | environment,
    )  # fmt: skip


def test_the_command_says_a_line_for_each_and_an_exit_status_for_machines(
    debian: Registry, way: Network, tmp_path: Path
) -> None:
    there, gone = f"{debian.host}/prom/prometheus:v3.13.4", f"{debian.host}/nginx:1.30.5"
    found = run(there, home=tmp_path)
    assert found.returncode == 0, found.stderr
    heading, line = found.stdout.splitlines()
    assert heading.split() == ["image", "tag", "newer"]
    assert line.split(maxsplit=2) == [there, "there", "v3.13.5, v3.14.0, v4.0.1"]

    way.weather = portal
    found = run(there, gone, f"{way.host}/nginx:1.30.6", home=tmp_path)
    assert found.returncode == 1
    *lines, sentence = found.stdout.splitlines()[1:]
    assert [line.split()[1] for line in lines] == ["there", "gone", "?"]
    assert sentence.startswith(f"What answers in the place of {way.host} is a page for people")

    found = run(there, f"{way.host}/nginx:1.30.6", home=tmp_path)
    assert found.returncode == 2

    found = run(there, home=tmp_path, ONE_0_IMAGE=gone)
    assert found.returncode == 1, "what is asked for by a variable is what is asked about"


def test_without_a_network_there_is_one_sentence(tmp_path: Path) -> None:
    host = f"127.0.0.1:{free_port()}"
    found = run(*(f"{host}/nginx:1.30.{number}" for number in range(5)), home=tmp_path)
    assert found.returncode == 2
    assert found.stdout.splitlines()[-1] == (
        f"{host} cannot be reached from here: there is no network, or it does not let us through. "
        "Connect to another one and try again."
    )
    assert found.stdout.count("cannot be reached") == 1
