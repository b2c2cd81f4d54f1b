"""A hub with two learners: who comes in, and what the one reaches of the other's."""

from collections.abc import Iterator

import pytest
import requests

from lab_helpers.waiting import wait_until
from tests.elsewhere import elsewhere
from tests.free_port import free_port
from tests.own_hub import OwnHub, own_hub

ONE, TWO = "learner-01", "learner-02"
#: A page in a learner's own container, on the port that a lab would publish.
SERVE = "cd /tmp && echo mine > page && exec python3 -m http.server --bind 127.0.0.1 9090"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnHub]:
    with own_hub(tmp_path_factory.mktemp("hub"), free_port()) as opened:
        yield opened


@pytest.fixture(scope="module")
def one(hub: OwnHub) -> requests.Session:
    session = hub.enter(ONE)
    hub.container(ONE).exec_run(["sh", "-c", SERVE], user="learner", detach=True)
    page = f"{hub.url}/user/{ONE}/proxy/9090/page"
    wait_until(lambda: session.get(page, timeout=20).ok, "the page is there")
    return session


@pytest.fixture(scope="module")
def two(hub: OwnHub) -> requests.Session:
    return hub.enter(TWO)


def test_a_wrong_password_opens_nothing(hub: OwnHub) -> None:
    for name, word in ((ONE, hub.passwords[TWO]), (ONE, "x"), ("nobody", "x")):
        session = hub.log_in(name, word)
        answer = session.get(f"{hub.url}/hub/home", timeout=10)
        assert "/hub/login" in answer.url, (name, word)


def test_each_learner_has_the_own_pages_alone(
    hub: OwnHub, one: requests.Session, two: requests.Session
) -> None:
    for path in ("lab", "api/contents", "proxy/9090/page"):
        page = f"{hub.url}/user/{ONE}/{path}"
        assert one.get(page, timeout=20).ok, path
        assert two.get(page, timeout=20).status_code == 403, path
        strange = requests.get(page, timeout=20)
        assert strange.status_code == 403 or "/hub/login" in strange.url, path


def test_a_service_is_reached_through_the_hub(hub: OwnHub, one: requests.Session) -> None:
    answer = one.get(f"{hub.url}/user/{ONE}/proxy/9090/page", timeout=20)
    assert answer.text == "mine\n"


def test_each_learner_has_an_engine_with_all_images_and_the_own_containers(
    hub: OwnHub, one: requests.Session, two: requests.Session
) -> None:
    status, shown = hub.inside(ONE, "podman", "images", "--quiet")
    assert status == 0 and len(shown.split()) > 5, shown
    status, shown = hub.inside(ONE, "podman", "volume", "create", "only-mine")
    assert status == 0, shown
    assert "only-mine" not in hub.inside(TWO, "podman", "volume", "ls")[1]


def test_no_port_of_the_one_answers_the_other(
    hub: OwnHub, one: requests.Session, two: requests.Session
) -> None:
    address = _address(hub, ONE)
    for port in (8888, 9090):
        inside = hub.inside(ONE, *_connect("127.0.0.1", port))
        outside = hub.inside(TWO, *_connect(address, port))
        if port == 9090:
            assert inside[0] == 0, inside
        assert outside[0] != 0, f"{TWO} reaches {ONE} at {address}:{port}"


def test_no_port_answers_another_machine(hub: OwnHub, one: requests.Session) -> None:
    port = int(hub.url.rpartition(":")[2])
    with elsewhere() as place:
        for address in (place.here, _address(hub, ONE)):
            for door in (port, 8888, 9090):
                assert place.get(f"http://{address}:{door}/")[0] == 0, f"{address}:{door}"


def test_a_learner_may_do_nothing_more_in_the_container(hub: OwnHub, one: requests.Session) -> None:
    of_the_server = (
        "import psutil\n"
        "for one in psutil.process_iter():\n"
        "    if any('jupyterhub-singleuser' in word for word in one.cmdline()[:3]):\n"
        "        print(open(f'/proc/{one.pid}/status').read())\n"
    )
    said = hub.inside(ONE, "python3", "-c", of_the_server)[1]
    capabilities = [line.split()[1] for line in said.splitlines() if line.startswith("CapEff")]
    assert capabilities and not any(int(found, 16) for found in capabilities), said
    assert hub.inside(ONE, "touch", "/images/x")[0] != 0
    assert hub.inside(ONE, "touch", "/opt/workshop/x")[0] != 0


def test_who_wants_more_memory_than_the_own_is_ended_and_nobody_else(
    hub: OwnHub, one: requests.Session, two: requests.Session
) -> None:
    eat = "held = [bytearray(b'x' * (1 << 26)) for _ in range(64)]"  # 4 GiB
    assert hub.inside(ONE, "python3", "-c", eat)[0] == 137
    for session, name in ((one, ONE), (two, TWO)):
        assert session.get(f"{hub.url}/user/{name}/api/status", timeout=20).ok, name


def test_files_stay_when_the_server_ends(hub: OwnHub, two: requests.Session) -> None:
    assert hub.inside(TWO, "sh", "-c", "echo kept > ~/practical-monitoring/mine.txt")[0] == 0
    server = f"{hub.url}/hub/api/users/{TWO}/server"  # the Stop button's, and the culler's
    token = {
        "X-XSRFToken": str(two.cookies.get("_xsrf", path="/hub/")),
        "Referer": hub.url + "/hub/",
    }
    assert two.delete(server, headers=token, timeout=60).status_code in (202, 204)
    wait_until(lambda: not hub.runs(TWO), f"the server of {TWO} has ended", timeout=60)
    hub.enter(TWO)
    assert hub.inside(TWO, "cat", "/home/learner/practical-monitoring/mine.txt")[1] == "kept\n"


def test_an_engine_that_dies_is_back(hub: OwnHub, one: requests.Session) -> None:
    again = (
        "import time, docker, psutil\n"
        "found = [p for p in psutil.process_iter() if p.cmdline()[:3] == ['podman', 'system', "
        "'service']]\n"
        "assert found\n"
        "[p.kill() for p in found]\n"
        "for _ in range(50):\n"
        "    try: print(docker.from_env().ping()); break\n"
        "    except Exception: time.sleep(0.2)\n"
    )
    assert hub.inside(ONE, "python3", "-c", again)[1].strip() == "True"


def _address(hub: OwnHub, learner: str) -> str:
    networks = hub.container(learner).attrs["NetworkSettings"]["Networks"]
    return str(networks[hub.name]["IPAddress"])


def _connect(address: str, port: int) -> list[str]:
    return ["python3", "-c", f"import socket; socket.create_connection(({address!r}, {port}), 3)"]
