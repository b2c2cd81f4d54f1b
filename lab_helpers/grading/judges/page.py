"""A page of metrics written by hand, scraped for real and judged by what arrives."""

import difflib
import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from math import isclose

from lab_helpers.errors import WaitFailed
from lab_helpers.grading.bench import Bench, Services
from lab_helpers.grading.exercise import Verdict, missed, solved
from lab_helpers.grading.judges.targets.refusals import too_late
from lab_helpers.services import scripts
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.waiting import wait_until

#: A name and its labels.
Series = tuple[str, frozenset[tuple[str, str]]]

# Prometheus can serve a folder of its user's. So one container has the page and scrapes it.
FOLDER = "/srv"
CONFIG = """\
scrape_configs:
  - job_name: page
    scrape_interval: 1s
    metrics_path: /user/page.txt
    static_configs:
      - targets: ["localhost:9090"]
"""
#: All of it, or nothing while the last scrape has failed, as any may on a busy machine.
STORED = '{job="page"} and on () (up{job="page"} == 1)'
_OWN = re.compile(r"up|scrape_\w+")
_LINE = re.compile(r"text format parsing error in line (\d+): (.*)")
_UNITS = (1000, 60, 3600, 1024, 100, 86_400, 1_000_000)
_UNTYPED = ("unknown", "untyped")
_MEANING = {"gauge": ", which goes up and down", "counter": ", which never goes down"}


@dataclass(frozen=True)
class Page:
    """What a Prometheus has of a page.

    remarks: what promtool says of it. health, error: of the last scrape. scraped: its samples.
    """

    remarks: str
    health: str = ""
    error: str = ""
    scraped: int = 0
    series: Mapping[Series, float] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    helps: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SamePage:
    """Judges a page of metrics: a scrape of it must bring the same as one of the reference.

    reference: a right page. Its sentences for people do not count, but there must be some.
    """

    reference: str
    services: Services = field(default_factory=dict)

    def judge(self, answer: str, bench: Bench) -> Verdict:
        """Have a Prometheus scrape the page, and compare."""
        text = answer.replace("\r\n", "\n").strip("\n") + "\n"

        def make(name: str) -> PrometheusContainer:
            flags = [f"--web.user-assets={FOLDER}"]
            return PrometheusContainer(CONFIG, name=name, flags=flags).copy_in(
                text, f"{FOLDER}/page.txt"
            )

        with bench.trial(make) as prometheus:
            page = _read(prometheus)
        return compare(page, text, self.reference)


def compare(page: Page, text: str, reference: str) -> Verdict:
    """Say whether the page, whose text this is, brings the same as the reference."""
    series, types = _parsed(reference)
    return (
        _unreadable(page, text)
        or _wrong_series(page, series)
        or _wrong_values(page, series)
        or _wrong_words(page, types)
        or solved(f"{len(series)} series, and everybody can read what they mean.")
    )


def _read(prometheus: PrometheusContainer) -> Page:
    """Have promtool read the page and, if it can, wait until Prometheus has."""
    command = f"promtool check metrics < {FOLDER}/page.txt"
    remarks = scripts.run(prometheus.get_wrapped_container(), {}, command)[1]
    if _LINE.search(remarks):
        return Page(remarks)

    (target,) = wait_until(lambda: prometheus.raw("targets")["activeTargets"], "it has its target")

    def tried() -> bool:
        nonlocal target
        (target,) = prometheus.raw("targets")["activeTargets"]
        return target["health"] != "unknown" and not too_late(target["lastError"])

    with suppress(WaitFailed):
        wait_until(tried, "Prometheus has been to the page", 15, interval=0.2)
    stored = target["health"] == "up" and wait_until(
        lambda: prometheus.raw("query", query=STORED)["result"], "what it read is stored", 15
    )
    values = {
        (one["metric"].pop("__name__"), frozenset(_own_labels(one["metric"]).items())): one["value"]
        for one in stored or ()
    }
    series = {key: float(value) for key, (_, value) in values.items()}
    metadata = prometheus.raw("targets/metadata")
    return Page(
        remarks, target["health"], target["lastError"],
        int(series.get(("scrape_samples_scraped", frozenset()), 0)),
        {key: value for key, value in series.items() if not _OWN.fullmatch(key[0])},
        {one["metric"]: one["type"] for one in metadata},
        {one["metric"]: one["help"] for one in metadata},
    )  # fmt: skip


def _own_labels(labels: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in labels.items() if name not in ("job", "instance")}


def _parsed(reference: str) -> tuple[dict[Series, float], dict[str, str]]:
    """The values of the reference by series, and its types by name."""
    from prometheus_client.parser import text_string_to_metric_families

    series, types = {}, {}
    for family in text_string_to_metric_families(reference):
        for sample in family.samples:
            series[sample.name, frozenset(sample.labels.items())] = float(sample.value)
            types[sample.name] = family.type
    return series, types


def _show(series: Series) -> str:
    labels = ", ".join(f'{name}="{value}"' for name, value in sorted(series[1]))
    return f"{series[0]}{{{labels}}}" if labels else series[0]


def _unreadable(page: Page, text: str) -> Verdict | None:
    if found := _LINE.search(page.remarks):
        number = int(found[1])
        line = (text.splitlines() + [""] * number)[number - 1].strip()
        return missed("syntax error", f"Line {number}, `{line[:80]}`: {found[2]}.")
    if page.health != "up":
        return missed("syntax error", f"Prometheus cannot read the page: {page.error}.")
    if twice := re.search(r"(\w+) metric not unique", page.remarks):
        return missed("series twice", f"A series of {twice[1]} is on the page twice.")
    if page.scraped > len(page.series):
        return missed(
            "timestamp",
            f"The page has {page.scraped} samples, and {len(page.series)} arrive as new. What "
            "stands behind the value is a time; leave it to Prometheus.",
        )
    return None


def _wrong_series(page: Page, wanted: Mapping[Series, float]) -> Verdict | None:
    missing = [one for one in wanted if one not in page.series]
    extra = [one for one in page.series if one not in wanted]
    for one in missing:
        return _why_missing(one, extra)
    for one in extra:
        return missed("series too many", f"All is there, and {_show(one)}, which is not asked for.")
    return None


def _why_missing(one: Series, extra: Collection[Series]) -> Verdict:
    name, labels = one
    namesakes = sorted((each for each in extra if each[0] == name), key=_show)
    for other in namesakes:
        seen = f"There is {_show(other)}"
        has, asked = dict(other[1]), dict(labels)
        if sorted(has.values()) == sorted(asked.values()):
            return missed("wrong label name", f"{seen}: the label has another name.")
        if set(has) < set(asked):
            return missed("label missing", f"{seen}: which one of them is that? A label tells.")
        if set(has) > set(asked):
            return missed("label too many", f"{seen}: that is a label too many.")
        if set(has) == set(asked):
            return missed("wrong label value", f"{seen}: the label has another value.")
    values = {value for _, value in labels}
    for other in sorted(extra, key=_show):
        if not values.isdisjoint(other[0].split("_")):
            return missed(
                "label in the name",
                f"{other[0]} has in its name what belongs into a label: nobody can add the "
                "series up.",
            )
    names = sorted({each[0] for each in extra})
    close = [each for each in names if len(each) > 3 and (each in name or name in each)]
    close = close or difflib.get_close_matches(name, names, n=1)
    if close:
        return missed("wrong name", f"There is no {name}. There is {close[0]}.")
    return missed("series missing", f"{_show(one)} does not arrive.")


def _wrong_values(page: Page, wanted: Mapping[Series, float]) -> Verdict | None:
    for one, right in wanted.items():
        has = page.series[one]
        if has == right:
            continue
        seen = f"{_show(one)} is {has:g}"
        if any(isclose(has * unit, right) or isclose(has, right * unit) for unit in _UNITS):
            return missed("off by a unit", f"{seen}. In which unit? The name says it.")
        if has == -right:
            return missed("wrong sign", f"{seen}. Is it above nought?")
        return missed("wrong value", f"{seen}. Read the number again.")
    return None


def _wrong_words(page: Page, types: Mapping[str, str]) -> Verdict | None:
    for name, right in types.items():
        has = page.types.get(name, "unknown")
        if has in _UNTYPED:
            return missed("type missing", f"The numbers are right. {name} has no type.")
        if has != right:
            what = _MEANING.get(has, "")
            return missed("wrong type", f"The numbers are right. {name} is called a {has}{what}.")
    for name in types:
        if not page.helps.get(name):
            return missed("help missing", f"Numbers and types are right. What is {name}? Say it.")
    return None
