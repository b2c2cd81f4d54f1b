"""Counters and gauges that a page must have, and what is wrong with those that it has."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from lab_helpers.grading.judges.program.exposition import Series
from lab_helpers.grading.judges.program.found import Found
from lab_helpers.grading.judges.program.look import UNITS, Look, same
from lab_helpers.grading.judges.program.naming import typed_as

_MANY = 12  # more values than that, where fewer are asked for, come from outside


@dataclass(frozen=True)
class Metric:
    """A counter or gauge, with its series.

    values: the value of each series by the values of its labels, which are in the order of
        `labels`; by () if it has none. Other series of a counter may be there if they are 0.
    begins: what learners know of its name, if they are to form the rest.
    examples: by the values of labels, a request that is counted in that series.
    """

    name: str
    type: Literal["counter", "gauge"]
    values: Mapping[tuple[str, ...], float]
    labels: tuple[str, ...] = ()
    begins: str = ""
    examples: Mapping[tuple[str, ...], str] = field(default_factory=dict)

    def hold(self, look: Look) -> None:
        """Hold the page to it. Raises Found."""
        typed_as(look.page, self.name, self.type, look.asked, shown=self.begins)
        series = look.page.samples[self.name]
        self._hold_labels(series)
        seen = {tuple(dict(key)[name] for name in self.labels): v for key, v in series.items()}
        was = look.before.samples.get(self.name) if look.before else None
        if was == series and any(not same(seen.get(key), v) for key, v in self.values.items()):
            raise self._stands_still(look)
        self._hold_series(seen, was)
        if off := [key for key, value in self.values.items() if not same(seen[key], value)]:
            raise self._off(off, look, seen)

    def _hold_labels(self, series: Series) -> None:
        for label in sorted({name for key in series for name, _ in key}):
            values = sorted({dict(key).get(label, "") for key in series})
            asked = {key[self.labels.index(label)] for key in self.values if label in self.labels}
            if len(values) > max(_MANY, 2 * len(asked)):
                some = ", ".join(f"{value!r:.40}" for value in values[:3])
                raise Found(
                    "unbounded label",
                    f"The label {label} of {self.name} has {len(values)} values already, such as "
                    f"{some}: a series for each, and whoever sends requests makes up more.",
                )
            if label not in self.labels:
                raise Found(
                    "label too many",
                    f"{self.name} has a label {label}; asked for is {_and(self.labels) or 'none'}.",
                )
        for label in self.labels:
            if any(label not in dict(key) for key in series):
                raise Found("label missing", f"{self.name} has no label {label}, as is asked for.")

    def _hold_series(self, seen: Mapping[tuple[str, ...], float], was: Series | None) -> None:
        missing = [key for key in self.values if key not in seen]
        extra = [
            key for key in seen if key not in self.values and (seen[key] or self.type == "gauge")
        ]
        if missing and extra:
            raise Found(
                "wrong label value",
                f"The page has {self._shown(extra[0])}, which nobody asked for, and has no "
                f"{self._shown(missing[0])}{self._such_as(missing[0])}.",
            )
        if missing and not any(self.values[key] for key in missing):
            raise Found(
                "no series yet",
                f"There is no {self._shown(missing[0])} before the first event. A series that "
                "begins at 0 has a rate from its first step on.",
            )
        for key in missing:
            for other, value in seen.items():
                if same(value, self.values[key] + self.values.get(other, math.inf)):
                    raise Found(
                        "values merged",
                        f"What belongs to {self._shown(key)}{self._such_as(key)} is counted in "
                        f"{self._shown(other)}.",
                    )
        if missing:
            there = f"{self._shown(missing[0])}{self._such_as(missing[0])}"
            raise Found("series missing", f"The page has no {there}.")
        if extra:
            here = f"The page has {self._shown(extra[0])}"
            if was and frozenset(zip(self.labels, extra[0], strict=True)) in was:
                raise Found("series left over", f"{here} still; where it came from, it is gone.")
            raise Found("wrong label value", f"{here}: nobody asked for that.")

    def _stands_still(self, look: Look) -> Found:
        if look.requests:
            return Found(
                "not counted",
                f"{self.name} is what it was before the requests; {len(look.requests)} were sent.",
            )
        return Found(
            "not live",
            f"What {self.name} tells has changed, and the page says the same as before. An "
            "exporter looks when it is asked.",
        )

    def _off(
        self,
        off: list[tuple[str, ...]],
        look: Look,
        series: Mapping[tuple[str, ...], float],
    ) -> Found:
        says = " ".join(
            f"{self._shown(key)} is {series[key]:.10g}; {self.values[key]:.10g} is right"
            f"{self._such_as(key)}."
            for key in off[:3]
        )
        seen, right = series[off[0]], self.values[off[0]]
        short = sum(self.values.values()) - sum(series[key] for key in self.values)
        for factor in UNITS:
            if right and (same(seen, right * factor) or same(seen * factor, right)):
                return Found("off by a unit", f"{says} That is off by a factor of {factor}.")
        if self.type == "gauge":
            if right == 0 and look.requests:
                return Found(
                    "never comes down",
                    f"{says} All requests are answered, {look.failed} of {len(look.requests)} with "
                    "an error. Does each that goes up come down again?",
                )
        elif not look.requests and right == 0:
            return Found("counted at start", f"{says} Nothing has happened yet.")
        elif len(off) > 1 and same(short, 0):
            return Found(
                "values merged", f"{says} The sum is right: some are counted where others belong."
            )
        elif right and same(seen, 2 * right):
            return Found("counted twice", f"{says} That is twice as many.")
        elif look.failed and same(short, look.failed):
            return Found(
                "failures not counted",
                f"{says} {look.failed} of {len(look.requests)} requests ended with an error, and "
                "as many are missing here.",
            )
        elif look.failed and seen > right:
            return Found(
                "failures counted too",
                f"{says} {look.failed} of {len(look.requests)} requests ended with an error: what "
                "did they add?",
            )
        return Found("wrong value", says)

    def _such_as(self, key: tuple[str, ...]) -> str:
        return f" (where {self.examples[key]} belongs)" if key in self.examples else ""

    def _shown(self, key: tuple[str, ...]) -> str:
        values = [v.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n") for v in key]
        pairs = ",".join(f'{name}="{v}"' for name, v in zip(self.labels, values, strict=True))
        return f"{self.name}{{{pairs}}}" if pairs else self.name


def _and(names: tuple[str, ...]) -> str:
    return " and ".join(names)


@dataclass(frozen=True)
class NothingElse:
    """No metric whose name begins with `name`, besides those of the names in `but`."""

    name: str
    but: frozenset[str]

    def hold(self, look: Look) -> None:
        """Hold the page to it. Raises Found."""
        more = [n for n in look.page.metrics() if n.startswith(self.name) and n not in self.but]
        if not more:
            return
        there = f"The source cannot be read, and the page still has {', '.join(more)}"
        if look.before and any(look.page.of(name) == look.before.of(name) for name in more):
            raise Found(
                "stale values", f"{there}, as it was before. Old numbers look like new ones."
            )
        raise Found("half a page", f"{there}: numbers that nobody measured.")
