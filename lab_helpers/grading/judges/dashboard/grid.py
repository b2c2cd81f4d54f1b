"""Where the panels of a dashboard stand."""

from collections.abc import Sequence
from itertools import combinations

from lab_helpers.dashboards.model import COLUMNS
from lab_helpers.grading.exercise import Verdict, missed
from lab_helpers.grading.judges.dashboard.model import Panel, Place

#: More panels than anybody looks at; each is compared with each.
MOST = 100


def grid(panels: Sequence[Panel]) -> Verdict | None:
    """Say what is wrong with the places of panels, which share a grid."""
    if len(panels) > MOST:
        return missed("too many panels", f"Here are {len(panels)} panels; the limit is {MOST}.")
    places: list[tuple[str, Place]] = []
    for panel in panels:
        place = panel.grid_pos
        if place is None:
            return missed("no place", f"The panel {panel.title!r} has no place in the grid.")
        if place.x < 0 or place.y < 0 or place.x + place.w > COLUMNS or min(place.w, place.h) < 1:
            return missed(
                "outside the grid",
                f"The panel {panel.title!r} takes the columns {place.x} to {place.x + place.w} and "
                f"the rows {place.y} to {place.y + place.h}; the grid has {COLUMNS} columns.",
            )
        places.append((panel.title, place))
    for (title, one), (other, two) in combinations(places, 2):
        if _meet(one.x, one.w, two.x, two.w) and _meet(one.y, one.h, two.y, two.h):
            return missed(
                "panels overlap", f"The panels {title!r} and {other!r} lie on each other."
            )
    return None


def _meet(one: int, long: int, two: int, wide: int) -> bool:
    return one < two + wide and two < one + long
