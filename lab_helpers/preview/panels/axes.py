"""The y axis of a graph: its scale, its limits, its words."""

import math
from typing import TYPE_CHECKING, Any

from lab_helpers.preview.box import PALE, PLAIN
from lab_helpers.preview.fields import decimals_of
from lab_helpers.preview.frames import Field
from lab_helpers.preview.units import write_axis

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def _custom(one: Field) -> dict[str, Any]:
    found = one.config.get("custom")
    return found if isinstance(found, dict) else {}


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def scale(axes: "Axes", fields: list[Field]) -> None:
    """Logarithmic, if the panel says so."""
    found = _custom(fields[0]).get("scaleDistribution") or {}
    if found.get("type") in ("log", "symlog"):
        base = found.get("log") or 10
        if found["type"] == "log":
            axes.set_yscale("log", base=base, nonpositive="mask")
        else:
            axes.set_yscale("symlog", base=base, linthresh=found.get("linearThreshold") or 1)


def limits(axes: "Axes", fields: list[Field]) -> None:
    """From where to where the axis goes: as configured, else with a tenth of room; nought stays in
    sight where the values are near to it."""
    if axes.get_yscale() != "linear":
        return
    import numpy as np

    found = _extent(axes)
    if found is None:
        return
    low, high = found
    begin, end = _with_room(low, high)
    softest = [s for f in fields if (s := _number(_custom(f).get("axisSoftMin"))) is not None]
    highest = [s for f in fields if (s := _number(_custom(f).get("axisSoftMax"))) is not None]
    # Exactly there, without room, as long as all values are within.
    begin = min(softest) if softest and min(softest) <= low else begin
    end = max(highest) if highest and max(highest) >= high else end
    mins = [m for f in fields if (m := _number(f.config.get("min"))) is not None]
    maxs = [m for f in fields if (m := _number(f.config.get("max"))) is not None]
    begin, end = min(mins, default=begin), max(maxs, default=end)
    if any(_custom(f).get("axisCenteredZero") for f in fields):
        end = max(abs(begin), abs(end))
        begin = -end
    if (_custom(fields[0]).get("stacking") or {}).get("mode") == "percent":
        begin, end = 0.0, 1.0
    if np.isfinite([begin, end]).all() and begin < end:
        axes.set_ylim(begin, end)


def _with_room(low: float, high: float) -> tuple[float, float]:
    """A tenth more at both ends, rounded outwards, and no further than to nought."""
    spread = high - low
    room = spread * 0.1 if spread else abs(high)
    size: float = 10 ** math.floor(math.log10(spread or abs(high) or 1)) / 10
    begin = math.floor((low - room) / size) * size
    end = math.ceil((high + room) / size) * size
    begin = 0.0 if low >= 0 > begin else begin
    end = 0.0 if high <= 0 < end else end
    return (begin, end) if begin < end else (0.0, 100.0)


def _extent(axes: "Axes") -> tuple[float, float] | None:
    """The lowest and the highest of what is drawn."""
    import numpy as np

    values: list[float] = []
    for line in axes.lines:
        data = np.asarray(line.get_ydata(), dtype="float64")
        data = data[np.isfinite(data)]
        if data.size:
            values += [float(data.min()), float(data.max())]
    for patch in axes.patches:
        box = patch.get_bbox() if hasattr(patch, "get_bbox") else None
        if box is not None and np.isfinite([box.y0, box.y1]).all():
            values += [float(box.y0), float(box.y1)]
    return (min(values), max(values)) if values else None


def write_y(axes: "Axes", fields: list[Field]) -> None:
    """Write the axis in the unit of its first series, with a label where there is one."""
    one = fields[0]
    percent = (_custom(one).get("stacking") or {}).get("mode") == "percent"
    unit = "percentunit" if percent else str(one.config.get("unit") or "short")
    if axes.get_yscale() == "linear":
        write_axis(axes, unit, decimals_of(one))
    axes.tick_params(labelsize=8.5, length=2)
    label = next((text for f in fields if (text := _custom(f).get("axisLabel"))), None)
    if label:
        axes.set_ylabel(str(label)[:40], fontsize=7.5, color=PALE, labelpad=1, **PLAIN)
    if all(_custom(f).get("axisPlacement") == "hidden" for f in fields):
        axes.tick_params(labelleft=False, labelright=False)
