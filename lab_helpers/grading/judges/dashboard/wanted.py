"""What an exercise asks of a dashboard."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from lab_helpers.grading.judges.dashboard.units import Quantity
from lab_helpers.grading.judges.promql.same_answer import Misreading

#: The kinds of panels that show how something went, and those that show how it stands.
GRAPH = ("timeseries",)
NUMBER = ("stat", "gauge")

#: Where a colour begins, in the quantity's base unit; the lowest begins here.
LOWEST = -math.inf


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A panel that is asked for.

    title: as the prompt has it; in a dashboard of one panel it does not count.
    lines: PromQL of each query, in the base unit of the quantity, with Grafana's `$` where there
        is something to choose.
    kinds: the panels that will do, by Grafana's names.
    legend: labels whose values name the lines. None: names do not count. () : any name that is not
        the raw labels, and differs from line to line.
    colours: which colour begins where, if thresholds are asked for.
    repeat: the variable for each of whose values there must be one such panel.
    late: PromQL of series that are born late. As long as they are not there, the panel says 0.
    misreadings: as in SameAnswer; in the base unit, like the lines.
    """

    title: str
    lines: tuple[str, ...]
    quantity: Quantity
    kinds: tuple[str, ...] = GRAPH
    legend: tuple[str, ...] | None = None
    colours: Mapping[float, str] = field(default_factory=dict)
    repeat: str = ""
    late: str = ""
    misreadings: Mapping[str, Misreading] = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    """A variable that is asked for: one value, several, or all.

    of: the metric whose label of this name holds the values.
    """

    name: str
    of: str


@dataclass(frozen=True)
class Marks:
    """An annotation that is asked for.

    moments: instants (UTC) that must be marked, and nothing else within an hour and a half.
    words: what the mark's text must hold, by instant.
    quiet: instants around which nothing must be marked, and what a mark there shows.
    coming: values that a label of other marks may have, by the label's name.
    until: instants at which a mark must still be there, by the moment at which it begins.
    """

    moments: Mapping[str, str]
    quiet: Mapping[str, tuple[str, str]]
    coming: Mapping[str, tuple[str, ...]]
    until: Mapping[str, str] = field(default_factory=dict)
