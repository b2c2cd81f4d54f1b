"""A pie or a ring: each value's share of the whole."""

from typing import Any

from lab_helpers.preview.box import INK, PALE, PLAIN, shortened
from lab_helpers.preview.colours import rgba
from lab_helpers.preview.fields import series_colour
from lab_helpers.preview.panels.view import Picked, View, picked
from lab_helpers.preview.units import words

_PALETTE = "palette-classic"


def piechart(view: View) -> None:
    """Draw the values, the largest first, with their legend at the right."""
    found = [
        one for one in picked(view) if isinstance(one.value, int | float) and one.value == one.value
    ]
    positive = sorted((one for one in found if one.value > 0), key=lambda one: -one.value)
    if not positive:
        view.box.say("No data" if not found else "All values are 0: there is nothing to share.")
        return
    whole = sum(one.value for one in positive)
    beside = min(2.6, view.box.width * 0.5) if _has_legend(view) else 0.1
    axes = view.box.blank(right=beside)
    ring = {"width": 0.4} if view.option("pieType") == "donut" else {}
    colours: list[Any] = [_colour(one, number) for number, one in enumerate(found)]
    hues = [colours[found.index(one)] for one in positive]
    labels = [_label(view, one, whole) for one in positive]
    axes.set_aspect("equal")
    axes.pie(
        [one.value for one in positive], colors=hues, labels=labels, startangle=90,
        counterclock=False, wedgeprops={**ring, "linewidth": 0.5, "edgecolor": "white"},
        textprops={"fontsize": 8},
    )  # fmt: skip
    if _has_legend(view):
        _legend(view, positive, hues, whole, beside)


def _has_legend(view: View) -> bool:
    return view.option("legend", "showLegend") is not False


def _colour(one: Picked, number: int) -> Any:
    mode = (one.field.config.get("color") or {}).get("mode")
    if mode == _PALETTE and one.field.config.get("color", {}).get("fixedColor") is None:
        from lab_helpers.preview.colours import PALETTE

        return rgba(PALETTE[number % len(PALETTE)])
    return series_colour(one.field)


def _label(view: View, one: Picked, whole: float) -> str:
    wanted = view.option("displayLabels") or []
    parts = {
        "name": one.name,
        "value": one.shown.text,
        "percent": words(one.value / whole, "percentunit", 0),
    }
    return "\n".join(shortened(parts[key], 18) for key in parts if key in wanted)


def _legend(view: View, shown: list[Picked], hues: list[Any], whole: float, beside: float) -> None:
    axes = view.box.blank(left=view.box.width - beside, right=0.05)
    values = view.option("legend", "values") or []
    fitting = max(int((view.box.height - 0.4) / 0.2), 1)
    line = 0.2 / max(view.box.height - 0.4, 0.2)
    for row, (one, hue) in enumerate(zip(shown[:fitting], hues, strict=False)):
        y = 1 - (row + 0.5) * line
        axes.plot([0, 0.06], [y, y], color=hue, linewidth=4, linestyle="-")
        cells = [one.shown.text] if "value" in values else []
        cells += [words(one.value / whole, "percentunit", 0)] if "percent" in values else []
        right = "  ".join(cells)
        most = max(int(beside * 0.9 / 0.068) - len(right) - 3, 4)
        axes.text(0.09, y, shortened(one.name, most), fontsize=8, color=INK, va="center", **PLAIN)
        axes.text(1, y, right, fontsize=8, color=INK, va="center", ha="right", **PLAIN)
    if len(shown) > fitting:
        more = f"and {len(shown) - fitting} more"
        axes.text(1, 0, more, fontsize=7.5, color=PALE, ha="right")
