"""What the page is told where its Prometheus is not there, or sees nothing."""

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from lab_helpers.room.figures import QUERIES, Figures
from lab_helpers.room.metrics import RoomCollector

UP = "1"


class Answers(BaseHTTPRequestHandler):
    """Answers every query with the same series, as Prometheus's API does."""

    def do_GET(self) -> None:
        series = {"metric": {"exercise": "02.1"}, "value": [0, UP]}
        body = json.dumps({"data": {"result": [series]}}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def figures() -> Iterator[Figures]:
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        found = Figures(RoomCollector(None), {"02.1": "Who writes?"})  # type: ignore[arg-type]
        found.prometheus = f"http://127.0.0.1:{server.server_port}"
        yield found
        server.shutdown()
        thread.join()


def test_each_figure_is_what_prometheus_answers(figures: Figures) -> None:
    found = asyncio.run(figures.now())
    assert found["problem"] == "" and found["titles"] == {"02.1": "Who writes?"}
    assert all(found[name] == [[{"exercise": "02.1"}, 1.0]] for name in QUERIES)


def test_before_it_runs_the_page_says_why_there_is_nothing(figures: Figures) -> None:
    figures.prometheus = ""
    assert asyncio.run(figures.now()) == {"problem": "Prometheus is being started."}


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "http://no-such-name.invalid"])
def test_where_it_does_not_answer_the_page_says_that_nothing_is_lost(
    figures: Figures, address: str
) -> None:
    figures.prometheus = address
    found = asyncio.run(figures.now())
    assert found.keys() == {"problem"} and "nothing is lost" in found["problem"]


def test_where_it_does_not_reach_the_room_the_page_says_so(
    figures: Figures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{__name__}.UP", "0")
    assert "does not reach the room" in asyncio.run(figures.now())["problem"]
