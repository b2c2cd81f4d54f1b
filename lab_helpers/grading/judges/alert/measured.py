"""A design of alerts is right if it reaches its goals in weeks of history."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from lab_helpers.errors import WorkshopError
from lab_helpers.grading.bench import WEEK, Bench, Services
from lab_helpers.grading.exercise import Verdict, missed, solved
from lab_helpers.grading.judges.alert.case import Finding
from lab_helpers.grading.judges.rules.rule_file import read_rules
from lab_helpers.history import END, START
from lab_helpers.service_levels import (
    SHOP,
    Alert,
    Objective,
    Score,
    Week,
    held_against,
    together,
)
from lab_helpers.services.base import Service
from lab_helpers.services.prometheus import PrometheusContainer


@dataclass(frozen=True)
class Goals:
    """What a design must reach in all weeks together; times are medians, in minutes.

    most: how many alerts there may be.
    """

    precision: float
    recall: float
    detected: float
    reset: float
    most: int


@dataclass(frozen=True)
class Measured:
    """Judges a rules file by its score in the weeks of some seeds."""

    goals: Goals
    seeds: tuple[int, ...] = (1,)
    objective: Objective = SHOP

    @property
    def services(self) -> Services:
        """A Prometheus for the week of each seed."""
        others = {_name(seed): _maker(seed) for seed in self.seeds if seed != 1}
        return {**WEEK, **others}

    def judge(self, answer: str, bench: Bench) -> Verdict:
        """Evaluate it over week after week, and hold it against what happened."""
        file = read_rules(answer, bench)
        if isinstance(file, Verdict):
            return file
        if not any(rule.is_alert for rule in file.rules):
            return missed("no alert", "There is no alert in it: nobody would ever be told.")
        scores, alerts = [], []
        for seed in self.seeds:
            week = Week(bench[_name(seed)], seed, self.objective)
            try:
                fired = week.replay(file.text)
            except WorkshopError as problem:
                return missed("cannot be measured", str(problem))
            alerts += fired
            scores.append(held_against(fired, week.truth, self.objective))
            if self.goals.recall == 1 and scores[-1].recall < 1:
                return _never(alerts) or _always(alerts, len(scores)) or _not_caught(week, fired)
        return self._verdict(together(scores), alerts)

    def _verdict(self, score: Score, alerts: list[Alert]) -> Verdict:
        goals, row = self.goals, score.row
        if found := _never(alerts) or _always(alerts, len(self.seeds)):
            return found
        told = (
            f"Precision {score.precision:.2f}, recall {score.recall:.2f}; detected after "
            f"{row['detected after (min)']:g} minutes, over {row['reset after (min)']:g} minutes "
            f"after the end; alerts: {score.alerts}."
        )
        for wrong, diagnosis, message in (
            (score.recall < goals.recall, "not caught", "Events are missed."),
            (score.precision < goals.precision, "false alarm", "It tells of nothing too often."),
            (row["detected after (min)"] > goals.detected, "too late", "It tells too late."),
            (
                row["reset after (min)"] > goals.reset,
                "resolves late",
                "It is there long after the event is over.",
            ),
            (score.alerts > goals.most, "flaps", f"More than {goals.most} alerts: it flaps."),
        ):
            if wrong:
                return missed(diagnosis, f"{message} {told}")
        return solved(told)


def _name(seed: int) -> str:
    return "week" if seed == 1 else f"week-{seed}"


def _maker(seed: int) -> Callable[[], Service]:
    def make() -> Service:
        return PrometheusContainer(
            "global: {scrape_interval: 1m}\n",
            history=seed,
            flags=["--query.max-samples=10000000"],
            name=_name(seed),
        )

    return make


def _never(alerts: list[Alert]) -> Finding:
    if alerts:
        return None
    return missed(
        "never fires",
        "It never fires. Look at what it compares, over the week: how high does that get, and is "
        "there a series of that name at all?",
    )


def _always(alerts: list[Alert], weeks: int) -> Finding:
    there = sum((alert.end - alert.begin for alert in alerts), timedelta())
    if there < 0.9 * weeks * (END - START):
        return None
    return missed(
        "fires always",
        f"It fires for {there / timedelta(hours=1):.0f} hours. Nobody reads an alert that is "
        "always there.",
    )


def _not_caught(week: Week, alerts: list[Alert]) -> Verdict:
    """The verdict on the first event that is missed, of a week that has one."""
    event = next(
        event
        for event in week.truth.events(week.objective)
        if event.is_worth_it and not any(event.start <= alert.begin < event.end for alert in alerts)
    )
    blind = any(alert.begin < event.start < alert.end for alert in alerts)
    why = " (One from before is still there, and tells nobody anything new.)" if blind else ""
    return missed(
        "not caught",
        f"In the week of seed {week.seed} no alert begins in the {event.what} from "
        f"{event.start:%a %H:%M} to {event.end:%a %H:%M}, which spends {event.spent:.1%} of the "
        f"budget.{why}",
    )
