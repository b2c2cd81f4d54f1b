"""An alert is right if it fires on made-up samples when it must, and only then."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lab_helpers.grading.bench import Bench, Services
from lab_helpers.grading.exercise import Verdict, solved
from lab_helpers.grading.judges.alert.catches import misnamed, not_to_be_watched
from lab_helpers.grading.judges.alert.supposing import Supposition, suppose
from lab_helpers.grading.judges.rules.rule_file import read_rules
from lab_helpers.services.prometheus import PrometheusContainer

#: Whose promtool is run: in a chapter that of its own lab.
_HERE = "prometheus"


@dataclass(frozen=True)
class FiresOn:
    """Judges alerting rules by made-up samples alone, where the week has nothing of the kind.

    name: the alert's, which several rules may share. labels: what it must have, for the routes.
    """

    name: str
    labels: Mapping[str, str]
    suppositions: tuple[Supposition, ...]
    services: Services = field(default_factory=lambda: {_HERE: PrometheusContainer})

    def judge(self, answer: str, bench: Bench) -> Verdict:
        """Read it, and have promtool evaluate it on each of the suppositions."""
        file = read_rules(answer, bench, _HERE)
        if isinstance(file, Verdict):
            return file
        return (
            not_to_be_watched(file.rules)
            or suppose(self.suppositions, file.text, bench, _HERE)
            or misnamed(file.rules, self.name, self.labels)
            or solved(f"It fires when it must, and only then: {len(self.suppositions)} cases.")
        )
