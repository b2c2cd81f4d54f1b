"""An alertmanager.yml is right if alerts reach those whom they should reach, and nobody else."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lab_helpers.errors import ConfigurationRefused
from lab_helpers.grading.bench import Bench, Services
from lab_helpers.grading.exercise import Verdict, missed, solved
from lab_helpers.grading.judges import yaml_text
from lab_helpers.grading.judges.kinds import ROUTING, misfit
from lab_helpers.grading.judges.routing.case import Case, Wanted
from lab_helpers.grading.judges.routing.faults import DIAGNOSES
from lab_helpers.grading.judges.routing.refusals import refused
from lab_helpers.grading.judges.routing.stage import STAGE, Alerts, Stage, on_stage, read


@dataclass(frozen=True)
class Delivers:
    """Judges a part of an alertmanager.yml by the messages that arrive.

    rest: the other parts; its receivers send webhooks to the inbox. alerts: what fires.
    wanted: the messages that must arrive, and no others. causes: which alert must hold another
    back, by the other.
    """

    rest: str
    alerts: Alerts
    wanted: Wanted
    causes: Mapping[str, str] = field(default_factory=dict)
    services: Services = field(default_factory=lambda: STAGE)

    def judge(self, answer: str, bench: Bench) -> Verdict:
        """Load it, let the alerts fire, and look into the inbox."""
        try:
            part = yaml_text.read(answer)
            if not isinstance(part, dict):
                return misfit(answer, ROUTING) or missed(
                    "no fields", "It has to begin with a field, a colon behind it."
                )
            if twice := sorted(part.keys() & yaml_text.read(self.rest).keys()):
                return missed(
                    "field twice",
                    f"One part of the file is asked for; the check has the others. Leave "
                    f"`{'` and `'.join(twice)}` out.",
                )
        except yaml_text.NotYaml as problem:
            return refused(f"yaml: {problem}")
        text = f"{answer}\n{self.rest}"
        with on_stage(bench, self.alerts) as stage:
            try:
                verdict = self._on(stage, text)
                if verdict.solved:
                    stage.load(text)  # what was tried has a lab's timings
            except ConfigurationRefused as problem:
                stray = misfit(answer, ROUTING)
                return stray or refused(_as_loaded(stage, text) or str(problem), part)
        return verdict

    def _on(self, stage: Stage, text: str) -> Verdict:
        config = read(text)
        case = Case(config, self.alerts, self.wanted, self.causes, stage, stage.groups(config))
        if case.is_right:
            if muted := stage.missing(case.groups):
                return missed(
                    "nothing arrives",
                    f"The routes lead {min(muted[0].told)} to {muted[0].receiver}, but no message "
                    "arrives. What keeps it back?",
                )
            count = sum(bool(group.told) for group in case.groups)
            return solved(f"{count} messages arrived, each where it belongs.")
        for diagnose in DIAGNOSES:
            if found := diagnose(case):
                return found
        raise AssertionError("the last of the diagnoses is never silent")


def _as_loaded(stage: Stage, text: str) -> str:
    """What Alertmanager says of a text as it is, with its lines; "" if it takes it."""
    try:
        stage.load(text)
    except ConfigurationRefused as problem:
        return str(problem)
    return ""
