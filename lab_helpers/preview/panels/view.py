"""What a panel is drawn from, and the values that it picks out of its data."""

import re
from dataclasses import dataclass, field
from typing import Any

from lab_helpers.preview.box import Box
from lab_helpers.preview.fields import Shown, show
from lab_helpers.preview.frames import Field, Frame
from lab_helpers.preview.mappings import pattern_of
from lab_helpers.preview.reducers import is_known, name_of, reduce

_MOST = 25  # values of a panel that are shown


@dataclass(frozen=True)
class View:
    """A panel with its data and its place.

    span: from when to when it looks, in seconds since 1970. marks: the annotations.
    notes: what of it is not drawn as Grafana would, which the page says at its foot.
    """

    box: Box
    panel: dict[str, Any]
    frames: list[Frame]
    span: tuple[float, float]
    marks: list[tuple[Any, Any, str, str]] = field(default_factory=list)
    notes: set[str] = field(default_factory=set)

    @property
    def options(self) -> dict[str, Any]:
        found = self.panel.get("options")
        return found if isinstance(found, dict) else {}

    def option(self, *path: str) -> Any:
        """An option by its path; None where any part of it is missing."""
        found: Any = self.options
        for part in path:
            found = found.get(part) if isinstance(found, dict) else None
        return found

    def numbers(self) -> list[tuple[Frame, Field]]:
        """Every field of numbers that is to be seen, with its frame."""
        return [
            (frame, one)
            for frame in self.frames
            for one in frame.numbers()
            if not hidden(one, "viz")
        ]


def hidden(one: Field, where: str) -> bool:
    """Whether a field is kept out of the picture (viz) or of the legend."""
    custom = one.config.get("custom") or {}
    return bool((custom.get("hideFrom") or {}).get(where))


@dataclass(frozen=True)
class Picked:
    """One value of a panel: its name, its field, the value, how it is written."""

    name: str
    field: Field
    value: Any
    shown: Shown
    frame: Frame


def picked(view: View) -> list[Picked]:
    """The values that a panel of large numbers shows: calculated of each series, or of each row."""
    options = view.option("reduceOptions") or {}
    calcs = [c for c in options.get("calcs") or [] if isinstance(c, str)] or ["lastNotNull"]
    limit = options.get("limit") or _MOST
    found: list[Picked] = []
    for calc in calcs:
        if not is_known(calc):
            view.notes.add(f"the calculation {calc!r} is left out")
    calcs = [c for c in calcs if is_known(c)]
    for frame in view.frames:
        for one in frame.fields:
            if not _is_wanted(one, str(options.get("fields") or "")):
                continue
            if options.get("values"):
                for place, value in enumerate(one.values):
                    words = _row_name(frame, one, place)
                    found.append(Picked(words, one, value, show(one, value), frame))
            else:
                for calc in calcs:
                    value = reduce(one.values, calc)
                    words = (one.called or one.name).replace("${__calc}", name_of(calc))
                    found.append(Picked(words, one, value, show(one, value), frame))
    if len(found) > limit:
        view.notes.add(f"of more than {limit} values the first {limit} are shown, as in Grafana")
    return found[:limit]


def _is_wanted(one: Field, pattern: str) -> bool:
    if not pattern:
        return one.kind == "number"
    try:
        return bool(pattern_of(pattern).search(one.called or one.name))
    except re.error:
        return one.kind == "number"


def _row_name(frame: Frame, one: Field, place: int) -> str:
    """What a row is called: by its texts, and by the field where there are several numbers."""
    if one.config.get("displayName"):
        return str(one.config["displayName"])
    texts = [str(f.values[place]) for f in frame.fields if f.kind == "string" and f.values[place]]
    others = sum(f.kind == "number" for f in frame.fields) > 1
    if others or not texts:
        texts.append(one.called or one.name)
    return " ".join(texts)
