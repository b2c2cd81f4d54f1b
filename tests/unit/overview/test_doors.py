"""Who may read the page, and who may break things; each over a real connection."""

import asyncio
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from lab_helpers.overview import doors
from lab_helpers.overview.server import Overview
from lab_helpers.overview.sources import Watcher
from lab_helpers.stage.stack import Stack

PASSWORD, TOKEN = "a-long-password", "a-token"


def own_addresses() -> list[str]:
    """This machine's addresses that are not its loopback."""
    every = [one for card in psutil.net_if_addrs().values() for one in card]
    found = [one.address for one in every if one.family == socket.AF_INET]
    return [address for address in found if not address.startswith("127.")]


class Server:
    """The page, open to everybody, of a stack that is not there."""

    def __init__(self, folder: Path) -> None:
        self.did: list[tuple[str, str]] = []
        self.secrets = folder / "demo.env"
        self.secrets.write_text(f"STAGE_PASSWORD={PASSWORD}\n")
        self.ready = threading.Event()
        self.thread = threading.Thread(target=asyncio.run, args=(self.serve(),), daemon=True)
        self.thread.start()
        assert self.ready.wait(10)
        self.url = f"http://127.0.0.1:{self.port}"

    def do(self, kind: str, name: str) -> str:
        self.did.append((kind, name))
        return "done"

    async def serve(self) -> None:
        self.loop, self.stop = asyncio.get_running_loop(), asyncio.Event()
        sockets = bind_sockets(0, "0.0.0.0")
        self.port = sockets[0].getsockname()[1]
        watcher = Watcher(Stack("workshop-of-nobody"))
        self.app = Overview(watcher, self.do, self.secrets, self.port, TOKEN)
        HTTPServer(self.app, max_body_size=10_000).add_sockets(sockets)
        looking = asyncio.create_task(watcher.run())
        self.ready.set()
        await self.stop.wait()
        looking.cancel()

    def end(self) -> None:
        self.loop.call_soon_threadsafe(self.stop.set)
        self.thread.join(10)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    found = Server(tmp_path_factory.mktemp("overview"))
    yield found
    found.end()


@pytest.fixture
def server(shared: Server) -> Server:
    shared.app.tries = doors.Tries()
    shared.did.clear()
    return shared


def form_token(browser: requests.Session, url: str) -> str:
    page = browser.get(url, timeout=10).text
    found = re.search(r'data-xsrf="([^"]+)"', page)
    assert found
    return found[1]


def log_in(server: Server, password: str = PASSWORD) -> tuple[requests.Session, requests.Response]:
    browser = requests.Session()
    given = {"_xsrf": form_token(browser, server.url), "password": password}
    return browser, browser.post(f"{server.url}/login", data=given, timeout=10)


def act(server: Server, browser: requests.Session, **form: str) -> requests.Response:
    token = form_token(browser, server.url)
    headers = {"Accept": "application/json", "X-Xsrftoken": token}
    return browser.post(f"{server.url}/act", data=form, headers=headers, timeout=10)


def test_from_this_machine_everybody_reads_and_nobody_breaks(server: Server) -> None:
    page = requests.get(server.url, timeout=10)
    assert page.status_code == 200
    assert 'data-kind="break"' not in page.text
    state = requests.get(f"{server.url}/state", timeout=10)
    assert state.status_code == 200
    assert state.json()["may_act"] is False
    answer = act(server, requests.Session(), kind="break", name="latency")
    assert answer.status_code == 403
    assert answer.json() == {"problem": "Log in first, with the stage's password."}
    assert not server.did


def test_the_password_opens_and_logging_out_closes(server: Server) -> None:
    browser, answer = log_in(server)
    assert 'data-kind="break"' in answer.text
    (cookie,) = [one for one in browser.cookies if one.name == f"overview_{server.port}"]
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "Strict"
    assert act(server, browser, kind="break", name="latency").status_code == 202
    assert act(server, browser, kind="break", name="fire").status_code == 404
    given = {"_xsrf": form_token(browser, server.url)}
    browser.post(f"{server.url}/logout", data=given, timeout=10)
    assert act(server, browser, kind="break", name="errors").status_code == 403
    assert server.did == [("break", "latency")]


def test_a_form_of_another_page_does_nothing(server: Server) -> None:
    browser, _ = log_in(server)
    form = {"kind": "break", "name": "latency"}
    for headers in ({}, {"X-Xsrftoken": "made-up"}):
        answer = browser.post(f"{server.url}/act", data=form, headers=headers, timeout=10)
        assert answer.status_code == 403
        assert "was not made here: open the page anew" in answer.text
    assert browser.post(f"{server.url}/login", data={"password": PASSWORD}).status_code == 403
    assert not server.did


def test_wrong_passwords_are_counted(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in ("", "x", PASSWORD + "x", "ä" * 1000, PASSWORD[:-1]):
        _, answer = log_in(server, wrong)
        assert answer.status_code == 403
        assert "That is not the password." in answer.text
    _, answer = log_in(server)
    assert answer.status_code == 429
    assert re.search(r"Too many wrong passwords: wait (60|5\d) s\.", answer.text)
    monkeypatch.setattr(doors, "PAUSE", 0.0)
    _, answer = log_in(server)
    assert answer.status_code == 200


def test_without_a_stack_there_is_no_password(server: Server) -> None:
    kept = server.secrets.read_text()
    server.secrets.unlink()
    try:
        for given in ("", PASSWORD):
            _, answer = log_in(server, given)
            assert answer.status_code == 409
            assert "There is no password yet: `make demo` makes one." in answer.text
    finally:
        server.secrets.write_text(kept)


def test_from_elsewhere_nothing_opens_without_the_token(server: Server) -> None:
    """This machine's own address is elsewhere: what comes to it does not come over the loopback."""
    if not own_addresses():
        pytest.skip("this machine has no network")
    url = f"http://{own_addresses()[0]}:{server.port}"
    for path in ("/", "/state", "/login", "/nothing"):
        answer = requests.get(url + path, timeout=10)
        assert answer.status_code == 403, path
        assert "needs its token" in answer.text
    assert requests.get(f"{url}/?token=made-up", timeout=10).status_code == 403
    reader = requests.Session()
    page = reader.get(f"{url}/?token={TOKEN}", timeout=10)
    assert (page.status_code, page.url) == (200, f"{url}/"), "the token is gone from sight"
    state = reader.get(f"{url}/state", timeout=10).json()
    assert not state["may_act"]
    assert "links" not in state, "they lead to the instructor's own machine"
    given = {"_xsrf": form_token(reader, url), "password": PASSWORD}
    answer = reader.post(f"{url}/login", data=given, timeout=10)
    assert answer.status_code == 403
    assert "use the instructor" in answer.text


def test_another_name_for_this_machine_reads_nothing(server: Server) -> None:
    for name in ("evil.example", "127.0.0.1.evil.example"):
        answer = requests.get(f"{server.url}/state", headers={"Host": name}, timeout=10)
        assert answer.status_code == 403
        assert f"This page is not called {name}." in answer.text
    for name in ("localhost:9999", "127.0.0.1:1", "[::1]:8088"):
        assert requests.get(server.url, headers={"Host": name}, timeout=10).status_code == 200


def test_what_is_asked_wrongly_gets_a_sentence(server: Server) -> None:
    for method, path, status in (
        ("GET", "/nothing", 404), ("GET", "/files/page.html", 404),
        ("PUT", "/", 403), ("POST", "/nothing", 404), ("DELETE", "/state", 403),
    ):  # fmt: skip
        answer = requests.request(method, server.url + path, timeout=10)
        assert answer.status_code == status, (method, path)
        assert 'class="notice bad"' in answer.text
        assert "Traceback" not in answer.text
    policy = requests.get(server.url, timeout=10).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_what_is_too_long_is_not_taken(server: Server) -> None:
    try:
        taken = requests.post(f"{server.url}/login", data="x" * 20_000, timeout=10).ok
    except requests.ConnectionError:
        taken = False
    assert not taken
    assert requests.get(server.url, timeout=10).ok


@pytest.mark.parametrize(
    ("address", "is_here"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("::ffff:127.0.0.1", True),
     ("192.168.1.5", False), ("::ffff:10.0.0.1", False), ("fe80::1%eth0", False), ("", False),
     ("localhost.evil", False)],
)  # fmt: skip
def test_what_is_this_machine(address: str, is_here: bool) -> None:
    assert doors.is_here(address) == is_here
