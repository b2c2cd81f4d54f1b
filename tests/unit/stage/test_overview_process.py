"""The overview's process: it outlives who starts it, is found again, mended, and ended."""

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests

from lab_helpers.errors import ServiceFailed
from lab_helpers.setup.owner import owner
from lab_helpers.stage.overview_process import OverviewProcess
from tests.elsewhere import elsewhere
from tests.free_port import free_port

NOBODY = "workshop-of-nobody"


@pytest.fixture
def overview(tmp_path: Path) -> Iterator[OverviewProcess]:
    found = OverviewProcess(tmp_path / "overview.json")
    yield found
    found.stop()


def start(overview: OverviewProcess, port: int, host: str | None = "") -> str:
    return overview.start(NOBODY, overview.record.with_name("demo.env"), port, host)


def pid(overview: OverviewProcess) -> int:
    said = overview.found()
    assert said
    return int(said["owner"].split("/")[1])


def test_it_is_there_again_after_it_was_killed_and_gone_after_it_was_ended(
    overview: OverviewProcess,
) -> None:
    assert overview.url is None
    port = free_port()
    assert start(overview, port) == "", "who reads from this machine needs no token"
    first = pid(overview)
    assert overview.url == f"http://127.0.0.1:{port}"
    page = requests.get(f"http://127.0.0.1:{port}", timeout=10)
    assert "<title>The stage</title>" in page.text
    told = requests.get(f"{overview.url}/state", timeout=10).json()
    assert told["services"], "it is told of each that it is missing"
    assert psutil.Process(first).cmdline()[-2:] == ["-m", "lab_helpers.overview"]
    start(overview, port)
    assert pid(overview) == first, "one that is as wanted is left alone"
    psutil.Process(first).kill()
    psutil.Process(first).wait(10)
    assert overview.url is None
    start(overview, port)
    assert pid(overview) != first
    overview.stop()
    assert overview.url is None
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.1:{port}", timeout=10)


def test_it_ends_by_itself_where_another_has_its_record(
    overview: OverviewProcess,
) -> None:
    start(overview, free_port())
    process = psutil.Process(pid(overview))
    overview.record.unlink()
    process.wait(20)


def test_a_port_that_somebody_has(overview: OverviewProcess) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServiceFailed, match=rf"(?s)Ports are taken.*{port} \(overview\): .*"):
            start(overview, port)
    assert overview.url is None


def test_an_address_that_is_not_this_machines(overview: OverviewProcess) -> None:
    port = free_port()
    start(overview, port)
    for wrong in ("192.0.2.99", "no.such.host.invalid", "2001:db8::1", "0.0.0.0; ls"):
        with pytest.raises(ServiceFailed, match=rf"^{re.escape(wrong)} is no address of this mach"):
            start(overview, port, wrong)
    assert overview.url == f"http://127.0.0.1:{port}", "the one that was there is there"


@pytest.mark.parametrize("record", ["", "[]", "{}", '{"owner": 7}', '{"owner": "x"}', "null"])
def test_a_record_that_says_nothing(overview: OverviewProcess, record: str) -> None:
    overview.record.write_text(record)
    assert overview.url is None
    overview.stop()


def test_another_process_is_never_taken_for_it(overview: OverviewProcess) -> None:
    place, own, started = owner().rsplit("/", 2)
    for said in (f"{place}/{own}/{float(started) - 9:.2f}", f"elsewhere/{own}/{started}"):
        overview.record.write_text(json.dumps({"owner": said, "port": 1, "host": ""}))
        overview.stop()
    assert psutil.Process(int(own)).is_running(), "this very test would be gone"


def test_from_elsewhere(overview: OverviewProcess) -> None:
    """Closed it cannot be reached at all; opened, it needs its token, which is made anew."""
    with elsewhere() as place:
        port = free_port()
        url = f"http://{place.here}:{port}"
        start(overview, port)
        assert place.get(url) == (0, "")
        token = start(overview, port, place.here)
        assert re.fullmatch(r"[\w-]{12}", token)
        status, text = place.get(url)
        assert (status, "needs its token" in text) == (403, True)
        assert place.get(f"{url}/state")[0] == 403
        assert place.get(f"{url}/?token=x")[0] == 403
        jar = overview.record.with_name("jar")
        cookies = ("--cookie-jar", str(jar), "--cookie", str(jar), "--location")
        status, text = place.get(f"{url}/?token={token}", *cookies)
        assert (status, "<title>The stage</title>" in text) == (200, True)
        assert place.get(f"{url}/state", *cookies)[0] == 200
        assert requests.get(f"http://127.0.0.1:{port}/state", timeout=10).ok, "as before, here"
        start(overview, port, None)
        assert place.get(f"{url}/state", *cookies)[0] == 200, "who is inside, stays"
        assert start(overview, port, place.here) != token
        assert place.get(f"{url}/state", *cookies)[0] == 403
        start(overview, port)
        assert place.get(url) == (0, "")
