"""A prometheus.yml, started for real and judged by the targets that it finds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lab_helpers.errors import ConfigurationRefused, ServiceFailed
from lab_helpers.grading.bench import Bench, Services
from lab_helpers.grading.exercise import Verdict, missed, solved
from lab_helpers.grading.judges.kinds import CONFIG, misfit
from lab_helpers.grading.judges.targets import metrics
from lab_helpers.grading.judges.targets.compare import (
    ANONYMOUS,
    Target,
    compare,
    name,
    unreachable,
)
from lab_helpers.grading.judges.targets.look import Look, watch
from lab_helpers.grading.judges.targets.refusals import refused
from lab_helpers.promql.durations import seconds
from lab_helpers.services.prometheus import PrometheusContainer

#: Where the file lies for which `around` asks.
TARGETS_FILE = "/etc/prometheus/targets.yml"
#: How Prometheus's complaints of a file of targets begin; of prometheus.yml it says them at once.
OF_THE_FILE = ("Error reading file", "Creating target failed")
#: How its complaint begins of a job for which it can make no client, for want of a file.
NO_CLIENT = "error creating new scrape pool"


@dataclass(frozen=True)
class SameTargets:
    """Judges a prometheus.yml: it must find these targets, with these labels, and no others.

    wanted: the targets.
    services: what is scraped, or asked for targets.
    up: whether the targets must answer, too.
    around: the prometheus.yml, if the answer is the file targets.yml beside it.
    files: what the answer may name, by its path beside it; made when the first answer is judged.
    keeps, page_of: the names of the metrics that it must keep, with all their series, and no
        others; and which of the services has them on its page. Empty if that does not matter.
    """

    wanted: tuple[Target, ...]
    services: Services = field(default_factory=dict)
    up: bool = True
    around: str = ""
    files: Mapping[str, Callable[[], bytes]] = field(default_factory=dict)
    keeps: frozenset[str] = frozenset()
    page_of: str = ""

    def judge(self, answer: str, bench: Bench) -> Verdict:
        """Start Prometheus with the answer, look at its targets, and compare."""
        config = (self.around or answer) + "\n"

        def make(name: str) -> PrometheusContainer:
            prometheus = PrometheusContainer(config, name=name)
            for path, content in self.files.items():
                prometheus.copy_in(content(), f"/etc/prometheus/{path}")
            if self.around:
                prometheus.copy_in(answer + "\n", TARGETS_FILE)
            return prometheus

        try:
            with bench.trial(make) as prometheus:
                look = watch(prometheus, config, scrapes=self.up)
                fault = _silent(look, answer) or compare(self.wanted, look, config)
                return fault or self._down(look) or self._kept(look, prometheus, bench, config)
        except ConfigurationRefused as problem:
            stray = None if self.around else misfit(answer, CONFIG)
            return stray or refused(str(problem), answer)
        except ServiceFailed as problem:
            if "died" not in str(problem):
                raise  # the bench failed, not the answer
            return missed("prometheus died", str(problem))

    def _kept(
        self, look: Look, prometheus: PrometheusContainer, bench: Bench, config: str
    ) -> Verdict:
        """The verdict where the targets are the right ones, and answer."""
        if fault := self._pace(look):
            return fault
        if not self.keeps:
            return solved(_summary(look))
        fault = metrics.compare(self.keeps, prometheus, bench[self.page_of], config)
        return fault or solved(f"{_summary(look)} {metrics.summary(prometheus)}")

    def _down(self, look: Look) -> Verdict | None:
        for one in look.targets:
            if self.up and one.health != "up":
                diagnosis = unreachable(one.error, "target down")
                told = " It hangs up on who does not say who it is." * (diagnosis == ANONYMOUS)
                seen = f"{one.url} is what is asked for, and it is {one.health}: {one.error}"
                return missed(diagnosis, f"{seen}{'.' * bool(told)}{told}")
            if one.job in look.unverified:
                return missed(
                    "not verified",
                    f"{one.url} is up, and Prometheus believes any certificate there: whoever "
                    "stands in between may answer in its place. Have it check the certificate.",
                )
        return None

    def _pace(self, look: Look) -> Verdict | None:
        for one in look.targets:
            asked = next(each.interval for each in self.wanted if each.is_met_by(one))
            has = look.intervals[one.job]
            if asked and seconds(asked) != seconds(has):
                size = "long" if seconds(has) > seconds(asked) else "short"
                pace = f"{name(one, look)} is scraped every {has}, not every {asked}"
                return missed(f"interval too {size}", f"The targets are right. {pace}.")
        return None


def _silent(look: Look, answer: str) -> Verdict | None:
    """What is wrong if there is nothing to compare."""
    for about, error in look.complaints:
        if about in OF_THE_FILE:
            return refused(error, answer)
        if about == NO_CLIENT:
            said = "Prometheus takes the file, and a job of it has no targets and no `up`. Its log"
            return missed(unreachable(error, "no client"), f"{said}: {error}")
    if not look.intervals:
        return missed("no job", "Prometheus takes the file, and there is no job in it.")
    if look.complaints and not look.targets and not look.dropped:
        about, error = look.complaints[0]
        diagnosis = unreachable(error, "discovery fails")
        own = " Its localhost is its own container." if diagnosis == "localhost" else ""
        return missed(diagnosis, f"Prometheus cannot ask for its targets.{own} {about}: {error}")
    return None


def _summary(look: Look) -> str:
    count = len(look.targets)
    up = ", up and running" if all(one.health == "up" for one in look.targets) else ""
    return f"{count} target{'s' * (count != 1)}{up}, with the labels that are asked for."
