"""Labs: started side by side, shown, awaited, drawn, and cleaned up whatever happens."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab_helpers import engine
from lab_helpers.drawing import Scrape, scrapes
from lab_helpers.errors import (
    ConfigurationRefused,
    ImageUnavailable,
    PrometheusAway,
    ServiceFailed,
    WaitFailed,
)
from lab_helpers.exporters import NodeExporterContainer
from lab_helpers.lab import Lab
from lab_helpers.prometheus import PrometheusContainer
from lab_helpers.shop import ApacheContainer, MemcachedContainer, StaticPageContainer
from lab_helpers.waiting import wait_until

TWO_TARGETS = """\
scrape_configs:
  - job_name: prometheus
    scrape_interval: 1s
    static_configs:
      - targets: [localhost:9090]
  - job_name: node
    scrape_interval: 1s
    static_configs:
      - targets: [node-exporter:9100]
"""


def containers(lab: str) -> set[str]:
    """The host names of the containers that run under a lab's name, whoever started them."""
    label = f"{engine.LAB_LABEL}={lab}"
    client = engine.client()
    found = client.containers.list(all=True, filters={"label": label}, ignore_removed=True)
    return {container.attrs["Config"]["Hostname"] for container in found}


def networks(lab: str) -> int:
    label = f"{engine.LAB_LABEL}={lab}"
    return len(engine.client().networks.list(filters={"label": label}))


@pytest.fixture
def lab(request: pytest.FixtureRequest) -> Iterator[Lab]:
    """A lab of a name of its own, not started; nothing of it may be left in the end."""
    name = f"{request.node.name} {os.getpid()}"
    lab = Lab(name=name)
    yield lab
    lab.stop()
    assert containers(name) == set()
    assert networks(name) == 0


def test_services_reach_each_other_by_name(lab: Lab) -> None:
    prometheus = PrometheusContainer(TWO_TARGETS)
    lab.start(prometheus, NodeExporterContainer())
    lab.wait_until(lambda: prometheus.query("up").value.sum() == 2, "both targets are up")
    assert sorted(prometheus.query("up").job) == ["node", "prometheus"]
    assert "node-exporter  running  http://127.0.0.1:" in str(lab)
    assert f'href="{prometheus.link}"' in lab._repr_html_()


def test_a_picture_shows_who_scrapes_whom(lab: Lab) -> None:
    node = NodeExporterContainer()
    prometheus = PrometheusContainer(TWO_TARGETS.replace("localhost:9090", "nowhere:1"))
    lab.start(prometheus, node)
    lab.wait_until(
        lambda: set(prometheus.targets().health) == {"up", "down"}, "one is up, one down"
    )
    assert set(scrapes(lab.services)) == {
        Scrape("prometheus", "node-exporter", "up"),
        Scrape("prometheus", "nowhere", "down"),
    }
    figure = lab.draw()
    words = {text.get_text() for text in figure.axes[0].texts}
    assert {"prometheus", "node-exporter", "nowhere (not in this lab)"} <= words
    node.stop()
    words = {text.get_text() for text in lab.draw().axes[0].texts}
    assert "node-exporter (stopped)" in words


def test_a_service_joins_later_and_one_of_the_same_name_replaces_it(lab: Lab) -> None:
    first = StaticPageContainer("version 1\n")
    lab.start(first)
    lab.start(MemcachedContainer())
    lab.start(StaticPageContainer("version 2\n"))
    assert containers(lab.name) == {"page", "memcached"}
    assert not first.is_running
    assert [service.name for service in lab.services] == ["memcached", "page"]


def test_a_cell_that_is_run_again_leaves_one_lab(lab: Lab) -> None:
    previous = Lab(StaticPageContainer("a 1\n"), name=lab.name).start()
    lab.start(StaticPageContainer("a 1\n"))
    assert containers(lab.name) == {"page"}
    assert networks(lab.name) == 1
    previous.stop()
    assert containers(lab.name) == {"page"}, "stopping the old lab leaves the new one alone"


def test_stopping_twice_is_fine(lab: Lab) -> None:
    lab.start(StaticPageContainer("a 1\n"))
    lab.stop()
    lab.stop()
    assert containers(lab.name) == set()


def test_a_failed_start_says_why_and_leaves_nothing(lab: Lab) -> None:
    broken = ApacheContainer("This is no Apache configuration\n")
    with pytest.raises(ServiceFailed, match=r"(?s)apache died while starting.*No MPM loaded"):
        lab.start(MemcachedContainer(), broken)
    assert containers(lab.name) == set()
    assert networks(lab.name) == 0


def test_prometheus_refuses_in_its_own_words(lab: Lab) -> None:
    with pytest.raises(ConfigurationRefused, match=r"(?s)line 2: field scrape_intervall not found"):
        lab.start(PrometheusContainer("global:\n  scrape_intervall: 5s\n"))


def test_a_rule_that_is_refused_at_the_start_is_named(lab: Lab, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yml"
    rules.write_text("groups: [{name: a, rules: [{record: x, expr: rate(up}]}]")
    with pytest.raises(ConfigurationRefused, match=r'(?s)rules.yml.*"x".*unclosed left paren'):
        lab.start(PrometheusContainer("rule_files: [rules.yml]\n", [rules]))


def test_a_refused_reload_keeps_the_old_configuration(lab: Lab, tmp_path: Path) -> None:
    prometheus = PrometheusContainer(TWO_TARGETS)
    lab.start(prometheus, NodeExporterContainer())
    rules = tmp_path / "rules.yml"
    rules.write_text("groups: [{name: a, rules: [{record: x, expr: rate(up}]}]")
    for config, files, words in (
        ("scrape_configs: [", [], "yaml: line 1"),
        ("scrape_configs: [{job: x}]", [], "line 1: field job not found"),
        (TWO_TARGETS + "rule_files: [rules.yml]\n", [rules], "unclosed left parenthesis"),
    ):
        with pytest.raises(ConfigurationRefused, match=words):
            prometheus.reload(config, files)
    prometheus.reload()
    lab.wait_until(lambda: len(prometheus.query("up")) == 2, "both targets are still scraped")
    prometheus.reload(TWO_TARGETS.partition("  - job_name: node")[0])
    lab.wait_until(lambda: len(prometheus.targets()) == 1, "one target is left")


def test_a_port_that_is_taken(lab: Lab) -> None:
    page = StaticPageContainer("a 1\n")
    lab.start(page)
    with pytest.raises(ServiceFailed, match=f"take port {page.host_port}, which is taken"):
        StaticPageContainer("a 1\n", name="second", port=page.host_port).start()
    lab.stop()
    lab.start(StaticPageContainer("a 1\n", name="third"))


def test_an_image_that_cannot_be_had() -> None:
    with pytest.raises(
        ImageUnavailable, match=r"not on this machine and cannot be pulled.*make setup"
    ):
        page = StaticPageContainer("a 1\n")
        page.image = "workshop/no-such-image:1"
        page.start()


def test_a_wait_that_fails_says_what_it_saw_last() -> None:
    pen: list[str] = []
    with pytest.raises(WaitFailed, match=r"Waited 0 s until pigs fly, in vain\. Seen last: \[\]\."):
        Lab(name="unused").wait_until(lambda: pen, "pigs fly", timeout=0.2)

    def ask() -> None:
        raise ConnectionError("nobody there")

    with pytest.raises(WaitFailed, match="Seen last: ConnectionError: nobody there"):
        Lab(name="unused").wait_until(ask, "pigs fly", timeout=0.2)


def test_a_wait_that_fails_says_what_is_down(lab: Lab) -> None:
    page, prometheus = StaticPageContainer("a 1\n"), PrometheusContainer(TWO_TARGETS)
    lab.start(prometheus, page)
    page.stop()
    lab.wait_until(
        lambda: set(prometheus.targets().health) == {"up", "down"}, "one is up, one down"
    )
    with pytest.raises(WaitFailed) as caught:
        lab.wait_until(lambda: False, "pigs fly", timeout=0.2)
    said = str(caught.value)
    assert "page does not run." in said
    assert "prometheus says of node-exporter:9100 (job node): down." in said
    assert "localhost:9090" not in said


def test_what_was_removed_by_hand_is_said_to_be_gone(lab: Lab) -> None:
    prometheus = PrometheusContainer()
    lab.start(prometheus)
    engine.remove_container(prometheus.get_container_id())
    with pytest.raises(ServiceFailed, match=r"prometheus does not run.*run the set-up cell again"):
        prometheus.reload(TWO_TARGETS)
    with pytest.raises(PrometheusAway, match="run the set-up cell again"):
        prometheus.query("up")


def test_the_name_of_a_file_is_not_taken_for_its_text() -> None:
    with pytest.raises(ServiceFailed, match=r"write Path\('prometheus.yml'\)"):
        PrometheusContainer("prometheus.yml")


def test_two_services_of_one_name_are_refused() -> None:
    with pytest.raises(ServiceFailed, match="Two services of the lab are called memcached"):
        Lab(MemcachedContainer(), MemcachedContainer())


def in_another_process(program: str, lab: str) -> subprocess.Popen[str]:
    """Run a program that starts a lab, and wait until it prints ``started``."""
    text = textwrap.dedent(program).replace("LAB", repr(lab))
    process = subprocess.Popen(
        [sys.executable, "-c", text],
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
    from lab_helpers.shop import StaticPageContainer
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


def test_a_notebook_that_ends_stops_its_lab(lab: Lab) -> None:
    in_another_process(STARTS_A_PAGE, lab.name).communicate()
    assert containers(lab.name) == set()


INTERRUPTED = """
    import time
    from lab_helpers.lab import Lab
    from lab_helpers.shop import MemcachedContainer, MySQLContainer, StaticPageContainer
    class Never(StaticPageContainer):
        def not_ready_because(self):
            return "it never is"
    print("started", flush=True)
    Lab(Never("a 1\\n"), MemcachedContainer(), MySQLContainer(), name=LAB).start()
"""


@pytest.mark.parametrize("seconds", [0.4, 0.8, 1.5, 3.0])
def test_an_interrupted_start_leaves_nothing(lab: Lab, seconds: float) -> None:
    process = in_another_process(INTERRUPTED, lab.name)
    time.sleep(seconds)  # at another moment of the start each time
    os.kill(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert "KeyboardInterrupt" in errors
    assert containers(lab.name) == set()
    assert networks(lab.name) == 0
