"""What is promised, and when to wake somebody: objectives, and designs of alerts measured.

    week = Week(prometheus)                        # of a PrometheusContainer(history=True)
    compare({"mine": rules}, [week]).table         # precision, recall, times: a row a design

The rules are those of any rules file. At work, `promtool test rules` evaluates them over made-up
samples in the same way; here the samples are those of a week.
"""

from lab_helpers.service_levels.comparison import Comparison, compare
from lab_helpers.service_levels.objective import SHOP, Objective
from lab_helpers.service_levels.replay import Alert, Replay
from lab_helpers.service_levels.score import Score, held_against, together
from lab_helpers.service_levels.truth import WORTH, Event, Truth
from lab_helpers.service_levels.week import Week

__all__ = [
    "SHOP",
    "WORTH",
    "Alert",
    "Comparison",
    "Event",
    "Objective",
    "Replay",
    "Score",
    "Truth",
    "Week",
    "compare",
    "held_against",
    "together",
]
