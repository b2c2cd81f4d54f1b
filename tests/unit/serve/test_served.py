"""The attendee's side: it goes on where it was, refuses what is another's, says why it waits."""

import http.server
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from lab_helpers.errors import BundleRefused
from lab_helpers.serve import Served as Server
from lab_helpers.setup.bundle import served as fetching
from lab_helpers.setup.bundle.file import Bundle
from lab_helpers.setup.bundle.manifest import Piece
from lab_helpers.setup.bundle.served import Served
from lab_helpers.setup.bundle.store import Store
from tests.free_port import free_port
from tests.served_bundle import running


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "AGAIN", 0.05)
    monkeypatch.delenv("WORKSHOP_GUEST", raising=False)


@pytest.fixture
def pieces(bundle: Path) -> list[Piece]:
    with Bundle(bundle) as known:
        return list(known.manifest.pieces.values())


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@contextmanager
def between(server: Server, most: Callable[[int], int]) -> Iterator[str]:
    """The address of a network that breaks the n-th connection after so many bytes."""
    host, _, port = server.line.url.removeprefix("http://").partition("/")[0].partition(":")
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.2)
    over = threading.Event()

    def carry(source: socket.socket, to: socket.socket, left: int) -> None:
        try:
            while left > 0 and (part := source.recv(min(left, 1 << 14))):
                to.sendall(part)
                left -= len(part)
        except OSError:
            pass
        for end in (source, to):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def listen() -> None:
        number = 0
        with ThreadPoolExecutor(40) as pool:
            while not over.is_set():
                try:
                    near = listener.accept()[0]
                except TimeoutError:
                    continue
                far = socket.create_connection((host, int(port)))
                pool.submit(carry, near, far, 1 << 40)
                pool.submit(carry, far, near, most(number))
                number += 1

    thread = threading.Thread(target=listen)
    thread.start()
    own = listener.getsockname()[1]
    try:
        yield server.line.url.replace(f":{port}/", f":{own}/")
    finally:
        over.set()
        thread.join()
        listener.close()


@contextmanager
def impostor(
    answer: Callable[[http.server.BaseHTTPRequestHandler], None],
) -> Iterator[str]:
    """The address of somebody who answers in the server's place."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,)).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/abc234"
        finally:
            server.shutdown()


def sent(server: Server) -> int:
    """Bytes of pieces that went out in the last seconds."""
    return sum(size for _, size in server.house.guests._sent)


def test_it_fetches_what_is_lacking_and_the_projector_knows(
    bundle: Path, pieces: list[Piece], store: Store
) -> None:
    with running(bundle) as server:
        Served(server.line.url).fetch(pieces[:2], store)
        before = sent(server)
        Served(server.line.url).fetch(pieces, store)
        assert store.lacking(pieces) == []
        state = server.house.guests.state()
        assert (state["asked"], state["done"], state["left"]) == (1, 1, 0)
        again = sent(server) - before
    assert again == sum(piece.size for piece in pieces[2:])  # nothing came twice


def test_the_checkout_alone_is_not_all_and_nothing_lacking_is(
    bundle: Path, pieces: list[Piece], store: Store
) -> None:
    with running(bundle) as server:
        Served(server.line.url).fetch(pieces[:1], store)
        assert server.house.guests.state()["asked"] == 0
        Served(server.line.url).fetch([], store)
        state = server.house.guests.state()
        assert (state["asked"], state["done"]) == (1, 1)


def test_connections_that_break_are_gone_on_with(
    bundle: Path, pieces: list[Piece], store: Store
) -> None:
    with running(bundle) as server, between(server, lambda number: 100_000 + number) as address:
        Served(address).fetch(pieces, store)  # no connection carries the largest piece
    assert store.lacking(pieces) == []


def test_a_new_program_goes_on_where_a_killed_one_was(
    bundle: Path, pieces: list[Piece], store: Store
) -> None:
    large = max(pieces, key=lambda piece: piece.size)
    with running(bundle) as server:
        with (
            between(server, lambda number: 400_000 if number == 0 else 0) as address,
            pytest.raises(BundleRefused, match="What has come is kept: paste the line"),
        ):
            Served(address, patience=0.3).fetch([large], store)
        begun = store.begun(large)
        assert 200_000 < begun < 400_000
        left = []
        with between(server, lambda _: 1 << 40) as address:
            fetcher = Served(address)
            fetcher.fetch([large], store)
            left.append(fetcher._total)
    assert left == [large.size - begun]
    assert store.lacking([large]) == []


def test_a_server_that_goes_away_is_waited_for(
    bundle: Path, pieces: list[Piece], store: Store, capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    port = free_port()
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(Served(f"http://127.0.0.1:{port}/abc234").fetch, pieces, store)
        time.sleep(0.5)  # nobody is there
        assert not job.done()
        with running(bundle, port):
            job.result(timeout=20)
    assert store.lacking(pieces) == []


def test_nobody_there_is_said_in_time(pieces: list[Piece], store: Store) -> None:
    port = free_port()
    with pytest.raises(BundleRefused, match=r"does not answer\. What has come is kept"):
        Served(f"http://127.0.0.1:{port}/abc234", patience=0.3).fetch(pieces, store)


def test_another_token_is_said_at_once(bundle: Path, pieces: list[Piece], store: Store) -> None:
    with running(bundle) as server, pytest.raises(BundleRefused, match="Read the new line off"):
        Served(server.line.url.replace("abc234", "abc235")).fetch(pieces, store)


def test_a_bundle_that_was_changed_is_said_at_once(
    bundle: Path, pieces: list[Piece], store: Store, tmp_path: Path
) -> None:
    (copy := tmp_path / "copy.bundle").write_bytes(bundle.read_bytes())
    with running(copy) as server:
        os.utime(copy, (1, 1))
        with pytest.raises(BundleRefused, match="has to start again"):
            Served(server.line.url).fetch(pieces, store)


def altered(size: int) -> Callable[[http.server.BaseHTTPRequestHandler], None]:
    """Answers with as many bytes as were asked for, of its own."""

    def answer(request: http.server.BaseHTTPRequestHandler) -> None:
        request.send_response(206)
        request.send_header("Content-Length", str(size))
        request.send_header("Content-Range", f"bytes 0-{size - 1}/{size}")
        request.end_headers()
        request.wfile.write(b"\x1b[2J" + bytes(size - 4))

    return answer


def portal(request: http.server.BaseHTTPRequestHandler) -> None:
    """The network's login page."""
    request.send_response(200)
    request.send_header("Content-Length", "10")
    request.end_headers()
    request.wfile.write(b"<h1>\x1b[2J!")


def elsewhere(request: http.server.BaseHTTPRequestHandler) -> None:
    """The way leads to another place."""
    request.send_response(302)
    request.send_header("Location", "http://127.0.0.1:1/")
    request.send_header("Content-Length", "0")
    request.end_headers()


def test_bytes_of_another_are_dropped(
    pieces: list[Piece], store: Store, capfd: pytest.CaptureFixture[str]
) -> None:
    large = max(pieces, key=lambda piece: piece.size)
    with (
        impostor(altered(large.size)) as address,
        pytest.raises(BundleRefused, match="is damaged"),
    ):
        Served(address).fetch([large], store)
    assert store.lacking([large]) == [large] and store.begun(large) == 0
    assert list(store.folder.iterdir()) == []


@pytest.mark.parametrize("answer", [portal, elsewhere])
def test_what_another_says_is_not_shown(
    answer: Callable[[http.server.BaseHTTPRequestHandler], None],
    pieces: list[Piece],
    store: Store,
    capfd: pytest.CaptureFixture[str],
) -> None:
    with (
        impostor(answer) as address,
        pytest.raises(BundleRefused, match="a login page of this network, or a proxy"),
    ):
        Served(address, patience=0.3).fetch(pieces, store)
    assert not store.folder.exists() or all(not p.stat().st_size for p in store.folder.iterdir())
    assert "\x1b[2J" not in "".join(capfd.readouterr())


def test_a_disk_that_is_full_is_said_and_not_tried_again(
    bundle: Path, pieces: list[Piece], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(Path("/dev/full"))  # every write there finds no room
    large = max(pieces, key=lambda piece: piece.size)
    monkeypatch.setattr(store, "_part", lambda _: Path("/dev/full"))
    monkeypatch.setattr(store, "folder", bundle.parent)
    monkeypatch.setattr(store, "begun", lambda _: 0)
    with running(bundle) as server, pytest.raises(BundleRefused, match="the disk is full"):
        Served(server.line.url).fetch([large], store)


def test_who_pastes_the_line_again_is_the_same_guest(
    bundle: Path, pieces: list[Piece], store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(bundle) as server:
        for folder, asked in ((tmp_path, 1), (tmp_path, 1), (bundle.parent, 2)):
            monkeypatch.delenv("WORKSHOP_GUEST", raising=False)
            monkeypatch.chdir(folder)
            Served(server.line.url).fetch(pieces[-1:], Store(tmp_path / "again"))
            store.empty()
            assert server.house.guests.state()["asked"] == asked
