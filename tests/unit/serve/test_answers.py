"""What the server answers: pieces and parts of them, and nothing else."""

import hashlib
import os
import shutil
import time
from contextlib import suppress
from pathlib import Path

import pytest
import requests
from requests.exceptions import ChunkedEncodingError

from lab_helpers.serve import Served
from lab_helpers.setup.bundle.file import Bundle
from lab_helpers.setup.bundle.manifest import Piece
from tests.served_bundle import running
from tests.unit.serve.conftest import SIZES


@pytest.fixture
def piece(bundle: Path) -> Piece:
    """The largest."""
    with Bundle(bundle) as known:
        return max(known.manifest.pieces.values(), key=lambda piece: piece.size)


@pytest.fixture
def content(bundle: Path, piece: Piece) -> bytes:
    with Bundle(bundle) as known:
        return known.read(piece.digest)


def ask(served: Served, path: str = "", how: str = "GET", **headers: str) -> requests.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.request(how, served.line.url + path, headers=named, timeout=20)


def test_every_piece_is_its_digest_and_is_named_by_it(served: Served, bundle: Path) -> None:
    with Bundle(bundle) as known:
        pieces = list(known.manifest.pieces)
    for digest in pieces:
        answer = ask(served, f"/pieces/{digest}")
        assert answer.status_code == 200
        assert hashlib.sha256(answer.content).hexdigest() == digest
        assert answer.headers["ETag"] == f'"{digest}"'
    assert len(pieces) == len(SIZES)


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-0", slice(0, 1)),
        ("bytes=65530-65550", slice(65530, 65551)),
        ("bytes=600000-", slice(600000, None)),
        ("bytes=-1", slice(-1, None)),
        ("bytes=699999-99999999999999999999", slice(699999, None)),
    ],
)
def test_a_part(served: Served, piece: Piece, content: bytes, asked: str, part: slice) -> None:
    answer = ask(served, f"/pieces/{piece.digest}", Range=asked)
    assert answer.status_code == 206
    assert answer.content == content[part]
    first, last, _ = part.indices(piece.size)
    assert answer.headers["Content-Range"] == f"bytes {first}-{last - 1}/{piece.size}"


def test_conditions(served: Served, piece: Piece, content: bytes) -> None:
    path, etag = f"/pieces/{piece.digest}", f'"{piece.digest}"'
    assert ask(served, path, If_None_Match=etag).status_code == 304
    assert ask(served, path, Range="bytes=5-9", If_Range=etag).content == content[5:10]
    other = ask(served, path, Range="bytes=5-9", If_Range='"another"')
    assert (other.status_code, other.content) == (200, content)
    several = ask(served, path, Range="bytes=0-1,5-9")
    assert (several.status_code, several.content) == (200, content)
    beyond = ask(served, path, Range="bytes=700000-")
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, "bytes */700000")


def test_head_is_get_without_the_content(served: Served, piece: Piece) -> None:
    for path in ("", f"/pieces/{piece.digest}", "/screen/", "/screen/state"):
        whole, head = ask(served, path), ask(served, path, how="HEAD")
        assert head.content == b""
        changing = {"Date"}
        assert {k: v for k, v in head.headers.items() if k not in changing} == {
            k: v for k, v in whole.headers.items() if k not in changing
        }


def test_the_first_file_is_what_the_line_says(served: Served) -> None:
    digest = hashlib.sha256(ask(served).content).hexdigest()
    assert digest.startswith(served.line.digest)


@pytest.mark.parametrize(
    "path",
    ["/", "/pieces", "/pieces/", f"/pieces/{'0' * 64}", f"/pieces/{'A' * 64}", "/pieces/../screen/",
     "/pieces/..%2f..%2fetc%2fpasswd", "/screen/passwd", "/screen/..", "/screen/screen.html",
     "/screen", "/manifest.json"],
)  # fmt: skip
def test_nothing_else_is_there(served: Served, path: str) -> None:
    # requests would tidy up what is odd in a path
    prepared = requests.Request("GET", served.line.url).prepare()
    prepared.url = served.line.url + path
    answer = requests.Session().send(prepared, timeout=20)
    assert answer.status_code == 404
    assert answer.text == "There is nothing here: look at the instructor's screen for the line.\n"


def test_without_the_token_there_is_nothing_and_guessing_takes_its_time(served: Served) -> None:
    base = served.line.url.rpartition("/")[0]
    with requests.Session() as session:
        began = time.monotonic()
        for path in ("/", "/abc235", "/abc235/screen/", "/ABC234", "/abc23", "/abc2344"):
            assert session.get(base + path, timeout=20).status_code == 404, path
        assert time.monotonic() - began > 6 * 0.4


@pytest.mark.parametrize(
    "how", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "X"]
)
def test_it_is_to_be_read_alone(served: Served, how: str) -> None:
    answer = ask(served, how=how)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
    # it hangs up, and need not have told why
    with suppress(requests.ConnectionError, ChunkedEncodingError):
        told = requests.request(how, served.line.url, data="x", timeout=20)
        assert told.status_code == 400


def test_a_bundle_that_is_changed_meanwhile_is_served_no_more(
    bundle: Path, piece: Piece, tmp_path: Path
) -> None:
    copy = Path(shutil.copy(bundle, tmp_path / "copy.bundle"))
    with running(copy) as served:
        path = f"/pieces/{piece.digest}"
        assert ask(served, path).status_code == 200
        moved = copy.rename(tmp_path / "moved.bundle")  # it is open, and still the same
        copy.write_text("another")
        assert ask(served, path).status_code == 200
        os.truncate(moved, 1000)
        gone = ask(served, path)
        assert gone.status_code == 410
        assert "has to start again" in gone.text
