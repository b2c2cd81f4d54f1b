"""What notebooks leave that end, are killed, or are interrupted: nothing, or not for long."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab_helpers.lab import Lab
from lab_helpers.services.shop import MemcachedContainer, StaticPageContainer
from lab_helpers.setup import engine
from lab_helpers.setup.images import ROOT
from lab_helpers.waiting import wait_until
from tests.own_lab import containers, networks, own_lab


@pytest.fixture
def lab(request: pytest.FixtureRequest) -> Iterator[Lab]:
    with own_lab(request.node.name) as lab:
        yield lab


def in_another_process(program: str, lab: str, *before: str) -> subprocess.Popen[str]:
    """Run a program that starts a lab, and wait until it prints ``started``.

    before: the command that it is handed to, if any.
    """
    text = textwrap.dedent(program).replace("LAB", repr(lab))
    process = subprocess.Popen(
        [*before, sys.executable, "-c", text],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    return process


STARTS_A_PAGE = """
    import time
    from lab_helpers.lab import Lab
    from lab_helpers.services.shop import StaticPageContainer
    Lab(StaticPageContainer("a 1\\n"), name=LAB).start()
    print("started", flush=True)
"""


def test_what_a_killed_notebook_left_is_swept_at_the_next_start(lab: Lab) -> None:
    process = in_another_process(STARTS_A_PAGE + "    time.sleep(600)\n", lab.name)
    assert containers(lab.name) == {"page"}
    lab.start(MemcachedContainer())
    assert containers(lab.name) == {"page", "memcached"}, "a notebook that runs is left alone"
    lab.stop()
    assert containers(lab.name) == {"page"}
    process.send_signal(signal.SIGKILL)  # from here on, whoever starts a lab sweeps
    process.communicate()
    lab.start(MemcachedContainer())
    wait_until(lambda: containers(lab.name) == {"memcached"}, "what was left is gone")
    wait_until(lambda: networks(lab.name) == 1, "so is its network")


@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="unshare needs root on Linux"
)
def test_another_container_of_the_same_name_keeps_its_lab(lab: Lab) -> None:
    """Two people in containers: there, process 1 is another one than here."""
    apart = ("unshare", "--pid", "--fork", "--kill-child", "--mount-proc")
    process = in_another_process(STARTS_A_PAGE + "    time.sleep(600)\n", lab.name, *apart)
    lab.start(MemcachedContainer())
    assert containers(lab.name) == {"page", "memcached"}
    again = in_another_process(STARTS_A_PAGE, lab.name, *apart)  # its number there is the same
    again.communicate()
    assert containers(lab.name) == {"page", "memcached"}
    process.kill()
    process.communicate()
    lab.stop()
    assert containers(lab.name) == {"page"}, "from here nobody can tell that it has ended"
    for found in engine.client().containers.list(
        all=True, filters={"label": f"{engine.LAB_LABEL}={lab.name}"}
    ):
        engine.remove_container(str(found.id))
    for network in engine.client().networks.list(
        filters={"label": f"{engine.LAB_LABEL}={lab.name}"}
    ):
        engine.remove_network(str(network.id))


def test_a_notebook_that_ends_stops_its_lab(lab: Lab) -> None:
    in_another_process(STARTS_A_PAGE, lab.name).communicate()
    assert containers(lab.name) == set()


INTERRUPTED = """
    import time
    from lab_helpers.lab import Lab
    from lab_helpers.services.shop import MemcachedContainer, MySQLContainer, StaticPageContainer
    class Never(StaticPageContainer):
        def not_ready_because(self):
            return "it never is"
    print("started", flush=True)
    Lab(Never("a 1\\n"), MemcachedContainer(), MySQLContainer(), name=LAB).start()
"""


INTERRUPTED_EARLY = """
    import time
    from testcontainers.core.network import Network
    from lab_helpers.lab import Lab
    create = Network.create
    def slowly(network):
        create(network)
        print("started", flush=True)
        time.sleep(2)  # as on a machine where the engine's answer is long in coming
        return network
    Network.create = slowly
    Lab(name=LAB).start()
"""


def test_an_interrupt_while_the_network_is_made_leaves_nothing(lab: Lab) -> None:
    process = in_another_process(INTERRUPTED_EARLY, lab.name)
    os.kill(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert "KeyboardInterrupt" in errors
    assert networks(lab.name) == 0


def test_a_network_that_is_still_in_use_does_not_stop_a_sweep(lab: Lab) -> None:
    process = in_another_process(STARTS_A_PAGE + "    time.sleep(600)\n", lab.name)
    label = f"{engine.LAB_LABEL}={lab.name}"
    (network,) = engine.client().networks.list(filters={"label": label})
    with StaticPageContainer("a 1\n") as guest:
        network.connect(guest.get_container_id())
        process.kill()
        process.communicate()
        engine.sweep()
        assert networks(lab.name) == 1

    def is_swept() -> bool:
        engine.sweep()
        return networks(lab.name) == 0

    wait_until(is_swept, "the network goes as well")


@pytest.mark.parametrize("seconds", [0.4, 0.8, 1.5, 3.0])
def test_an_interrupted_start_leaves_nothing(lab: Lab, seconds: float) -> None:
    process = in_another_process(INTERRUPTED, lab.name)
    time.sleep(seconds)  # at another moment of the start each time
    os.kill(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert "KeyboardInterrupt" in errors
    assert containers(lab.name) == set()
    assert networks(lab.name) == 0


TESTS = """
import time
from pathlib import Path
from lab_helpers.lab import Lab
from lab_helpers.services.shop import StaticPageContainer

def test_that_takes_long():
    with Lab(StaticPageContainer("a 1\\n"), name=LAB):
        Path(STARTED).touch()
        time.sleep(600)
"""


@pytest.mark.parametrize(
    ("workers", "how"),
    [(0, signal.SIGINT), (0, signal.SIGTERM), (2, signal.SIGTERM), (2, signal.SIGKILL)],
    ids=lambda value: getattr(value, "name", f"{value} workers"),
)
def test_a_run_of_tests_that_is_ended_leaves_nothing(
    lab: Lab, tmp_path: Path, workers: int, how: signal.Signals
) -> None:
    started, tests = tmp_path / "started", tmp_path / "test_long.py"
    tests.write_text(TESTS.replace("LAB", repr(lab.name)).replace("STARTED", repr(str(started))))
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-c", ROOT / "pyproject.toml", f"-n{workers}", tests],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_until(started.exists, "the test has started its lab")
    assert containers(lab.name) == {"page"}
    process.send_signal(how)
    process.wait()
    if how == signal.SIGKILL:  # its workers notice a moment later
        wait_until(lambda: not containers(lab.name), "its container is gone")
        wait_until(lambda: not networks(lab.name), "so is its network")
    assert (containers(lab.name), networks(lab.name)) == (set(), 0)
