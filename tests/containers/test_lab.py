"""Labs: started side by side, shown, awaited, drawn, and cleaned up whatever happens."""

import re
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest
from testcontainers.core.container import DockerContainer
from testcontainers.core.network import Network

from lab_helpers.errors import (
    ConfigurationRefused,
    EngineRefused,
    ImageUnavailable,
    PrometheusAway,
    ServiceFailed,
    WaitFailed,
)
from lab_helpers.lab import Lab
from lab_helpers.pictures.drawing import Scrape, scrapes
from lab_helpers.services.exporters import NodeExporterContainer
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.services.shop import ApacheContainer, MemcachedContainer, StaticPageContainer
from lab_helpers.setup import engine
from tests.own_lab import containers, networks, own_lab

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


@pytest.fixture
def lab(request: pytest.FixtureRequest) -> Iterator[Lab]:
    with own_lab(request.node.name) as lab:
        yield lab


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
    legend = figure.axes[0].get_legend()
    assert legend is not None
    explained = [text.get_text() for text in legend.get_texts()]
    assert explained == ["scrapes, up", "scrapes, down"], "what is there, and nothing else"
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


def test_a_later_start_shows_what_is_new(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    gone = MemcachedContainer()
    lab.start(StaticPageContainer("a 1\n"), gone)
    first = capsys.readouterr().err.splitlines()
    assert [line.split()[0] for line in first[-3:]] == ["service", "page", "memcached"]
    assert re.fullmatch(r"ready in \d+\.\d s", first[-4])
    gone.stop()
    lab.start(StaticPageContainer("a 1\n", name="second"))
    later = capsys.readouterr().err.splitlines()
    assert [line.split()[0] for line in later[-2:]] == ["service", "second"]
    assert re.fullmatch(r"ready in \d+\.\d s: 1 more, 1 runs already", later[-3])
    assert len(str(lab).splitlines()) == 4, "who asks for the lab gets all of it"
    lab.start(StaticPageContainer("a 2\n"), gone)
    later = capsys.readouterr().err.splitlines()
    assert later[-4].endswith("2 more, 1 runs already"), "what is replaced is started anew"


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


def test_a_network_that_somebody_else_is_on_is_left_with_a_sentence(lab: Lab) -> None:
    lab.start(page := StaticPageContainer("a 1\n"))
    stranger = engine.client().containers.create(
        page.image,
        entrypoint=["sleep", "600"],
        network=str(lab._network and lab._network.name),
        labels=page._kwargs["labels"],
    )
    stranger.start()
    try:
        with pytest.raises(EngineRefused, match="has active endpoints"):
            lab.stop()
    finally:
        engine.remove_container(str(stranger.id))
    lab.stop()
    assert networks(lab.name) == 0


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


def test_a_port_that_the_engine_chose_and_that_is_taken_is_chosen_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start, tries = DockerContainer.start, iter(["address already in use"])

    def start_in_vain_once(self: DockerContainer) -> DockerContainer:
        started = start(self)
        if reason := next(tries, ""):
            raise docker.errors.APIError("500 Server Error", explanation=reason)
        return started

    monkeypatch.setattr(DockerContainer, "start", start_in_vain_once)
    with Lab(page := StaticPageContainer("up_to_you 1\n"), name="taken") as lab:
        assert page.is_running
        assert next(tries, None) is None
        mine = {"label": f"{engine.LAB_LABEL}={lab.name}"}
        assert len(engine.client().api.containers(all=True, filters=mine)) == 1


def test_an_engine_without_addresses_is_a_sentence(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`make engines` takes every pool of an engine of its own; here others would want theirs."""

    def refuse(network: Network) -> Network:
        reason = "could not find an available, non-overlapping IPv4 address pool among the defaults"
        raise docker.errors.NotFound("404 Client Error", explanation=reason)

    monkeypatch.setattr(Network, "create", refuse)
    with pytest.raises(EngineRefused, match=r"no addresses left for one more network.*make clean"):
        lab.start(StaticPageContainer("a 1\n"))
    monkeypatch.undo()
    assert "page" in str(lab.start()), "it starts once there are some"
