"""Flags of a node exporter, judged by what a node exporter that is started with them collects."""

import re
from dataclasses import dataclass, field

import requests

from lab_helpers.errors import ServiceFailed
from lab_helpers.grading.bench import Bench, Services
from lab_helpers.grading.exercise import Verdict, missed, solved
from lab_helpers.services.exporters import NodeExporterContainer

_COMMENT = re.compile(r"(^|\s)#.*$", re.MULTILINE)
_SEPARATORS = re.compile(r"[\s,'\"\[\]\\]+")
#: What may stand around flags: the program's name, as in a shell; the field, as in compose.
_AROUND = {"node_exporter", "./node_exporter", "/bin/node_exporter", "command:", "args:", "-"}
_ALLOWED = re.compile(r"--(no-)?(collector\.|path\.|web\.disable-exporter-metrics)")
_UNKNOWN = re.compile(r"unknown long flag '([^']+)'")
_SAID = re.compile(r"error: ([^\n]{1,200}?)(?:, try --help)?$", re.MULTILINE)
_RUNS = re.compile(r'^node_scrape_collector_success\{collector="(\w+)"\}', re.MULTILINE)


@dataclass(frozen=True)
class Collects:
    """Judges flags of the node exporter by the collectors that run.

    wanted: their names.
    """

    wanted: frozenset[str]
    services: Services = field(default_factory=dict)

    def judge(self, answer: str, bench: Bench) -> Verdict:
        """Start a node exporter with the flags, and see which collectors run."""
        words = [word for word in _SEPARATORS.split(_COMMENT.sub("", answer)) if word]
        flags = [word for word in words if word not in _AROUND]
        for flag in flags:
            if not flag.startswith("--"):
                return missed("no flag", f"{flag[:60]!r} is no flag: they begin with two dashes.")
            if not _ALLOWED.match(flag):
                return missed(
                    "another flag", f"{flag[:60]} does not choose collectors: leave it out."
                )
        if not flags:
            return missed("no flag", "There is no flag in it.")

        def make(name: str) -> NodeExporterContainer:
            exporter = NodeExporterContainer(name=name)
            exporter.with_command(flags)
            return exporter

        try:
            with bench.trial(make) as exporter:
                page = requests.get(f"{exporter.url}/metrics", timeout=10).text
        except ServiceFailed as problem:
            if "died" not in str(problem):
                raise  # the bench failed, not the answer
            return _refused(str(problem))
        samples = sum(not line.startswith("#") for line in page.splitlines())
        return self._compare(set(_RUNS.findall(page)), samples)

    def _compare(self, runs: set[str], samples: int) -> Verdict:
        seen = f"{len(runs)} collectors run, and the page has {samples} samples"
        missing, extra = sorted(self.wanted - runs), sorted(runs - self.wanted)
        if not runs:
            return missed("all switched off", f"{seen}. Which flag switches one of them on again?")
        if missing:
            return missed("collector missing", f"{seen}. {missing[0]} is not among them.")
        if len(extra) > len(self.wanted):
            return missed(
                "the usual ones run",
                f"{seen}. To switch one on does not switch the others off; {extra[0]} runs still.",
            )
        if extra:
            return missed("collector too many", f"{seen}. Nobody asked for {', '.join(extra)}.")
        return solved(f"{len(runs)} collectors run, and the page has {samples} samples.")


def _refused(words: str) -> Verdict:
    if found := _UNKNOWN.search(words):
        return missed(
            "unknown flag",
            f"The exporter knows no flag {found[1][:60]}, and does not start. The exercise has the "
            "names of the collectors.",
        )
    said = _SAID.search(words)
    own = f" It says: {said[1]}." if said else ""
    return missed("it does not start", f"The exporter does not start with these flags.{own}")
