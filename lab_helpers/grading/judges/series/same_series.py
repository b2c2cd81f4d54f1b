"""A prometheus.yml, started for real and judged by its series, or by those that it sends on."""

import itertools
import re
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import requests

from lab_helpers.errors import ConfigurationRefused, ServiceFailed, WaitFailed
from lab_helpers.grading.bench import Bench, Services
from lab_helpers.grading.exercise import Verdict, missed, solved
from lab_helpers.grading.judges.kinds import CONFIG, misfit
from lab_helpers.grading.judges.series.compare import NAME, Labels, compare
from lab_helpers.grading.judges.targets.compare import unreachable
from lab_helpers.grading.judges.targets.refusals import refused, too_late
from lab_helpers.services.own_metrics import values
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.waiting import wait_until

#: What Prometheus writes of each target by itself is never compared.
OWN = re.compile(r"up|scrape_.*")
#: Seconds that series must stay as they are before they are judged: right ones, and wrong ones.
STEADY, SETTLED = 1.2, 3.0
#: Scrapes of each target after which every rule has been evaluated and something has been sent.
SCRAPES = 5
#: Seconds after which what is not there will not come.
PATIENCE = 30.0
#: How long a reload or an end waits for a receiver that does not answer: 1m, unless told.
FLAGS = ("--storage.remote.flush-deadline=1s",)

_SENDING = re.compile(
    r'msg="(?:Failed to send batch|non-recoverable error).*?err="((?:[^"\\]|\\.)*)"'
)


@dataclass(frozen=True)
class SameSeries:
    """Judges a prometheus.yml by the series that there are in the end: these and no others.

    wanted: the series; see `compare.Series`.
    services: what is scraped and written to.
    store: the VictoriaMetrics among them to which the answer is to write; its series count. Without
        one it is the answer's own series.
    files: rules, put beside the answer.
    at_home: how many series of each of these names Prometheus itself must have besides.
    """

    wanted: tuple[Labels, ...]
    services: Services
    store: str = ""
    files: Iterable[Path] = ()
    at_home: Mapping[str, int] = field(default_factory=dict)

    def judge(self, answer: str, bench: Bench) -> Verdict:
        """Start Prometheus with the answer, wait until its series stay the same, and compare."""
        mark = ""

        def make(name: str) -> PrometheusContainer:
            nonlocal mark
            mark = name
            config = _marked(answer, self.store, name) + "\n"
            return PrometheusContainer(config, self.files, flags=FLAGS, name=name)

        try:
            with bench.trial(make) as prometheus:
                seen = self._watch(prometheus, bench, mark)
                return self._verdict(seen, prometheus)
        except ConfigurationRefused as problem:
            return misfit(answer, CONFIG) or refused(str(problem), answer)
        except ServiceFailed as problem:
            if "died" not in str(problem):
                raise  # the bench failed, not the answer
            return missed("prometheus died", str(problem))

    def _verdict(self, seen: set[Labels], prometheus: PrometheusContainer) -> Verdict:
        if fault := _targets(prometheus):
            return fault
        place = "In the store" if self.store else "Here"
        if not seen:
            return _nothing(prometheus, bool(self.store))
        if fault := compare(self.wanted, seen, place):
            return fault
        for name, count in self.at_home.items():
            here = len(prometheus.query(f"last_over_time({name}[{SCRAPES}s])"))
            if here != count:
                return missed(
                    "changed at home",
                    f"What the store has is right. But Prometheus itself has {here} series of "
                    f"{name} now, and should keep {count}: which rules work on what is scraped, "
                    "and which on what is sent?",
                )
        return solved(f"{place} are the {len(seen)} series that are asked for, and no others.")

    def _watch(self, prometheus: PrometheusContainer, bench: Bench, mark: str) -> set[Labels]:
        """The series, once they stay as they are."""
        began = changed = time.monotonic()
        seen: set[Labels] = set()
        for number in itertools.count():
            before, seen = seen, self._look(prometheus, bench, mark, number)
            now = time.monotonic()
            if seen != before:
                changed = now
            steady = now - changed
            if seen == set(self.wanted) and steady > STEADY:
                return seen
            # The rest of what is right so far may be on its way, on a machine under load.
            enough = 3 * SETTLED if seen and seen < set(self.wanted) else SETTLED
            if steady > enough and _is_all(prometheus, bool(self.store) and not seen):
                return seen
            if now - began > PATIENCE:
                return seen
            time.sleep(0.3)
        raise AssertionError("never reached")

    def _look(
        self, prometheus: PrometheusContainer, bench: Bench, mark: str, number: int
    ) -> set[Labels]:
        if self.store:
            # VictoriaMetrics remembers for seconds that a selector finds nothing: ask another.
            client = bench[self.store]
            selector = f'{{answer="{mark}",answer!="{number}"}}'
        else:
            client, selector = prometheus, f'{{{NAME}=~".+"}}'
        found = client.query(selector)
        labels = [name for name in found.columns if name not in ("timestamp", "value", "answer")]
        rows = found[labels].to_dict("records")
        series = ({str(k): str(v) for k, v in row.items() if v} for row in rows)
        return {frozenset(one.items()) for one in series if not OWN.fullmatch(one.get(NAME, ""))}


def _marked(answer: str, store: str, mark: str) -> str:
    """The answer, with what it sends to the store bearing a label, so that many can share it."""
    paths = "(?:/prometheus)?/api/v1/(?:write|push)"  # all of them are one
    address = re.compile(rf"(http://{re.escape(store)}:8428{paths})(?![\w/?])")
    return address.sub(rf"\1?extra_label=answer={mark}", answer) if store else answer


def _targets(prometheus: PrometheusContainer) -> Verdict | None:
    """The verdict if there is no target, or one does not answer."""
    targets = prometheus.targets()

    def in_time() -> bool:
        nonlocal targets
        targets = prometheus.targets()
        return not any(map(too_late, targets.last_error))

    with suppress(WaitFailed):  # who never answers in time is told of below
        wait_until(in_time, "every target answers in time", SCRAPES, interval=0.3)
    if targets.empty:
        return missed("no target", "Prometheus takes the file, and finds nothing to scrape in it.")
    for one in targets[targets.health == "down"].itertuples():
        return missed(
            unreachable(str(one.last_error), "target down"),
            f"{one.scrape_url} does not answer as it should: {one.last_error}",
        )
    return None


def _nothing(prometheus: PrometheusContainer, sends: bool) -> Verdict:
    """The verdict if no series is there."""
    if not sends:
        return missed(
            "nothing kept",
            "The target answers, and not one series comes of it. Open the page that is scraped: "
            "what must be said in the address so that there is something on it?",
        )
    if "remote_write" not in prometheus.raw("status/config")["yaml"]:
        return missed("no remote_write", "There is no `remote_write`, so nothing is sent.")
    if error := _sending_fails(prometheus):
        refused_it = "HTTP status" in error
        return missed(
            "the receiver refuses" if refused_it else unreachable(error, "the receiver is away"),
            f"Prometheus sends, and this is what it gets: {error}",
        )
    return missed(
        "nothing sent",
        "The receiver is well, and no series of this Prometheus comes there. Which samples does "
        "each of the rules keep? A regex must match the whole value.",
    )


def _sending_fails(prometheus: PrometheusContainer) -> str:
    found = _SENDING.findall(prometheus.logs())
    return found[-1].replace('\\"', '"').replace("\\n", "").strip() if found else ""


def _is_all(prometheus: PrometheusContainer, nothing_sent: bool) -> bool:
    """Whether all has come that will: each target has been tried often enough.

    nothing_sent: nothing has arrived in the store; then it must be sure that nothing will.
    """
    tried = prometheus.query("count_over_time(up[1m])")
    if tried.empty or tried.value.min() < SCRAPES:
        return "job_name" not in prometheus.raw("status/config")["yaml"]
    if not nothing_sent or _sending_fails(prometheus):
        return True
    page = requests.get(f"{prometheus.url}/metrics", timeout=10).text
    read, sent, pending = (
        sum(number for _, number in values(page, f"prometheus_remote_storage_samples_{name}"))
        for name in ("in_total", "total", "pending")
    )
    ends = values(page, "prometheus_remote_storage_shards")
    return not ends or (read > SCRAPES and not sent and not pending)
