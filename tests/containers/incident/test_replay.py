"""A recording is Prometheus's own samples: what is asked of a replay is what was answered then."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

from lab_helpers import Lab, PrometheusContainer
from lab_helpers.errors import WorkshopError
from lab_helpers.grading import record as progress
from lab_helpers.incident import alerts, league, recording, replay
from lab_helpers.incident.case import Case
from lab_helpers.incident.record import snapshot
from lab_helpers.incident.recording import Head, Recording
from lab_helpers.incident.replay import ReplayContainer
from lab_helpers.incident.truth import Truth
from lab_helpers.pictures import alt
from lab_helpers.waiting import wait_until
from tests.unit.incident.made_up import fault, lead

CONFIG = """\
global: {scrape_interval: 500ms, evaluation_interval: 500ms}
rule_files: [gone.yml]
scrape_configs:
  - job_name: prometheus
    static_configs: [{targets: ["localhost:9090"]}]
  - job_name: gone
    static_configs: [{targets: ["localhost:1"]}]
"""
RULES = """\
groups:
- name: gone
  rules:
  - alert: Gone
    expr: up == 0
    for: 1s
"""
MESSAGE = {"arrived": 0.0, "via": "e-mail", "to": "shop", "status": "firing", "subject": "Gone"}
GONE = (
    '{job="gone"}',
    "ALERTS",
    'up{job="prometheus"}',
    "sum(rate(prometheus_http_requests_total[3s]))",
)


@pytest.fixture(scope="module")
def recorded(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Recording, dict[str, list]]]:
    """A recording of some seconds, and what its Prometheus answered itself."""
    rules = tmp_path_factory.mktemp("rules") / "gone.yml"
    rules.write_text(RULES)
    server = PrometheusContainer(CONFIG, [rules], flags=["--web.enable-admin-api"])
    with Lab(server, name="recorded"):
        firing = 'count_over_time(ALERTS{alertstate="firing"}[1m]) > 12'
        wait_until(lambda: not server.query(firing).empty, "the alert has fired for a while")
        end = int(time.time()) - 1
        answers = {expr: server.query(expr, at=end).to_dict("records") for expr in GONE}
        seen = {path: server.raw(path) for path in ("rules", "targets", "status/config")}
        began = server.query('min_over_time(timestamp(up{job="gone"})[1m:500ms])', at=end)
        first = datetime.fromtimestamp(float(began.value.iloc[0]), UTC)
        happened = (replace(fault(), began=first), replace(lead(), began=first, ended=first))
        head = Head(7, 2, first.timestamp(), end + 0.5, "any")
        messages = {recording.MESSAGES: [MESSAGE | {"arrived": end - 1.0}]}
        made = Recording.of(head, snapshot(server), seen | messages, Truth(7, 2, happened))
    yield Recording.from_bytes(made.to_bytes()), answers


@pytest.fixture(scope="module")
def server(recorded: tuple[Recording, dict[str, list]]) -> Iterator[ReplayContainer]:
    server = ReplayContainer(recorded[0])
    with Lab(server, name="replayed"):
        yield server


@pytest.fixture
def case(server: ReplayContainer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Case:
    monkeypatch.setenv(progress.VARIABLE, str(tmp_path / "progress.jsonl"))
    return server.case()


def test_a_replay_answers_what_was_answered_then(
    case: Case, recorded: tuple[Recording, dict[str, list]]
) -> None:
    for expr, answered in recorded[1].items():
        assert answered, expr
        assert case.query(expr).to_dict("records") == answered, expr


def test_all_looks_are_of_the_past_and_taken_down(case: Case) -> None:
    graph = case.query_range("up", step=1)
    assert (graph.index[0], graph.index[-1]) == (case.begin, case.now)
    assert list(case.targets(because="one is away").health) == ["down", "up"]
    assert list(case.rules().state) == ["firing"]
    assert len(case.trace("gone")) == 1
    assert len(case.series("up")) == 2
    assert "2 series" in str(case.explain("up"))
    assert f"g0.end_input={case.now:%Y-%m-%d}" in case.page("up")
    case.think("the dashboard is empty")
    plt.close(case.dashboard("shop"))
    with pytest.raises(WorkshopError, match=r"no dashboard 'shoop'\. There are: apache,"):
        case.dashboard("shoop")
    kinds = [look.kind for look in case._journal.looks]
    assert kinds == ["graph", "targets", "rules", "trace", "series", "explain", "page", "dashboard"]
    assert [look.thought is not None for look in case._journal.looks].count(True) == 2
    assert list(case.journal().hypothesis[[1, 7]]) == ["one is away", "the dashboard is empty"]
    assert list(case.messages().subject) == ["Gone"] and len(case._journal.looks) == len(kinds)


def test_an_answer_is_scored_kept_and_told_once(case: Case) -> None:
    for early in (
        case.debrief,
        case.result,
        case.story,
        lambda: case.review(""),
        lambda: case.truth,
    ):
        with pytest.raises(WorkshopError, match=r"Answer first: case\.answer"):
            early()
    case.query("up", because="nobody answers")
    with pytest.raises(WorkshopError, match="'slowly' is no symptom"):
        case.answer("slowly", case.begin, "mysql", "slow-query")
    score = case.answer("slow", case.begin, "mysql", "slow-query")
    assert score.points == 100 and case.score is score
    with pytest.raises(WorkshopError, match="You have answered already"):
        case.answer("slow", case.begin, "mysql", "slow-query")
    case.query("down")  # afterwards one may look as one likes
    assert (case.result().looks, league.past(7)) == (1, [case.result()])
    assert "1.  ?    100" in case.own_results()
    assert "slow-query (fault) in mysql" in case.story()
    with pytest.raises(WorkshopError, match="A recording cannot be mended"):
        case.mend("slow-query")
    figure = case.debrief()
    rows = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert rows == ["fault: slow-query (mysql)", "false lead: backup (mysql)", "alert: Gone",
                    "messages", "1. up"]  # fmt: skip
    assert "alert: Gone: firing" in alt.text_of(figure)


def test_an_alert_is_held_against_recordings(
    recorded: tuple[Recording, dict[str, list]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded[0].save(tmp_path)
    monkeypatch.setattr(alerts, "services", lambda: replay.services(tmp_path))
    monkeypatch.setattr(alerts, "_SETTLES", -5.0)  # what is asked is asked of the very beginning

    def of(expr: str, hold: str = "0s") -> alerts.AlertScore:
        rule = f"alert: Mine\nexpr: {expr}\nfor: {hold}\n"
        return alerts.score_alert(rule, lab, recorded[0].truth)

    with Lab(*replay.Recordings(tmp_path).servers, name="alerts") as lab:
        gone = of("up == 0", "2s")
        assert (gone.recall, gone.precision) == (1.0, 1.0)
        assert gone.delay is not None and 2 <= gone.delay <= 4
        always = of("vector(1)")
        assert (always.recall, always.precision, always.delay) == (0.0, 0.0, None)
        never = of("up == 7")
        assert (never.recall, never.precision) == (0.0, None)
        assert "It never fires at all." in str(never)
        seldom = "{alert: Mine, expr: up == 0}"  # in a group that is evaluated once an hour
        text = f"groups: [{{name: a, interval: 1h, rules: [{seldom}]}}]"
        assert alerts.score_alert(text, lab, recorded[0].truth).recall in (0.0, 1.0)
        for text, said in (
            ("up ==", "syntax error"),
            ("up == 0\nfro: 1s", "unknown field"),
        ):
            with pytest.raises(WorkshopError, match=said):
                of(text)
        with pytest.raises(WorkshopError, match="recording rule"):
            alerts.score_alert("record: a:b\nexpr: up", lab, recorded[0].truth)
