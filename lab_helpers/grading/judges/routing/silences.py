"""A silence is right if it holds back the alerts that it should, and no others."""

import shlex
from collections.abc import Collection
from dataclasses import dataclass, field

from lab_helpers.errors import ServiceFailed
from lab_helpers.grading.bench import Bench, Services
from lab_helpers.grading.exercise import Verdict, missed, solved
from lab_helpers.grading.judges.routing.stage import STAGE, Alerts, Config, Stage, on_stage

_COMMAND = ("amtool", "silence", "add")
#: Flags of that command which are followed by their values.
_WITH_VALUE = {"-a", "--author", "-c", "--comment", "-d", "--duration", "--start", "--end"}
_NOBODY: Config = {
    "route": {"receiver": "nobody", "group_by": ["..."]},
    "receivers": [{"name": "nobody"}],
}


@dataclass(frozen=True)
class Silences:
    """Judges the matchers of a silence by what it holds back.

    alerts: what fires. quiet: those of them that must be held back.
    """

    alerts: Alerts
    quiet: Collection[str]
    services: Services = field(default_factory=lambda: STAGE)

    def judge(self, answer: str, bench: Bench) -> Verdict:
        """Let the alerts fire, add the silence, and look."""
        try:
            matchers = _matchers(shlex.split(answer, comments=True))
        except ValueError as problem:
            return missed("quotes", f"That cannot be read as words: {str(problem).lower()}.")
        if not matchers:
            return missed("nothing yet", "There is no matcher. A silence without any is refused.")
        with on_stage(bench, self.alerts) as stage:
            stage.groups(_NOBODY)
            try:
                held = stage.silenced(matchers)
            except ServiceFailed as problem:
                words = str(problem).partition("error: ")[2].strip() or str(problem)
                return missed("refused", f"amtool refuses it: {words}")
            if held == self.quiet:
                return solved("It holds back these alerts, and no others.")
            return self._wrong(held, matchers, stage)

    def _wrong(self, held: frozenset[str], matchers: list[str], stage: Stage) -> Verdict:
        wanted = [name for name in self.alerts if name in self.quiet]
        if more := [name for name in self.alerts if name in held and name not in self.quiet]:
            return missed("too quiet", f"It also holds back {' and '.join(more)}.")
        if held:
            left = [name for name in wanted if name not in held]
            return missed("not all of it", f"{' and '.join(left)} is still heard.")
        for matcher in matchers:
            if not stage.silenced([matcher]) & set(wanted):
                why = "The whole value has to fit."
                if matcher.startswith("{"):
                    why = "amtool takes matchers without braces around them."
                elif "=" not in matcher and "~" not in matcher:
                    why = "amtool takes a word without an operator for the name of an alert."
                return missed(
                    "matcher does not fit",
                    f"It holds nothing back: `{matcher}` fits none of the alerts that should be "
                    f"quiet. {why}",
                )
        return missed(
            "contradiction",
            "It holds nothing back: each matcher fits one of the alerts, but all of them have to "
            "match one and the same alert.",
        )


def _matchers(words: list[str]) -> list[str]:
    """The words that are matchers: without the command, and without its flags."""
    if tuple(words[:3]) == _COMMAND:
        words = words[3:]
    found, is_value = [], False
    for word in words:
        if not is_value and not word.startswith("-"):
            found.append(word)
        is_value = not is_value and word in _WITH_VALUE
    return found
