"""How values are spread over time: each row a range, the colour how many fell into it."""

import math
import re
from typing import TYPE_CHECKING, Any

from lab_helpers.preview.fields import decimals_of
from lab_helpers.preview.frames import Frame
from lab_helpers.preview.panels.view import View
from lab_helpers.preview.times import write_times
from lab_helpers.preview.units import words

if TYPE_CHECKING:
    from pandas import DataFrame

_ROWS = 20  # of a heatmap that is reckoned from values
#: Grafana's schemes, of d3's, by their names in matplotlib.
_SCHEMES = {
    "Turbo": "turbo", "Cividis": "cividis", "Viridis": "viridis", "Magma": "magma",
    "Inferno": "inferno", "Plasma": "plasma", "Warm": "autumn", "Cool": "cool",
    "Cubehelix": "cubehelix", "Rainbow": "hsv", "Sinebow": "hsv",
}  # fmt: skip

#: Schemes that are light at their low end; Grafana turns all others round on a light page.
_LIGHT_FIRST = {
    "Blues", "Greens", "Greys", "Oranges", "Purples", "Reds", "BuGn", "BuPu", "GnBu", "OrRd",
    "PuBuGn", "PuBu", "PuRd", "RdPu", "YlGnBu", "YlGn", "YlOrBr", "YlOrRd",
}  # fmt: skip


def heatmap(view: View) -> None:
    """Draw buckets as a data source has them, or ranges reckoned from values."""
    import numpy as np
    import pandas as pd

    timed = [frame for frame in view.frames if frame.time is not None and frame.numbers()]
    if not timed:
        view.box.say("There is no time in this data, and so no heatmap.")
        return
    if view.option("calculate"):
        counts, names = _reckoned(view, timed)
    else:
        counts, names = _buckets(view, timed)
    if counts.empty:
        view.box.say("No data")
        return
    axes = view.box.axes(left=0.8, right=0.7, bottom=0.36)
    moments = pd.DatetimeIndex(counts.index).to_numpy()
    values = counts.where(counts > 0).to_numpy(dtype="float64").T
    if np.isnan(values).all():
        view.box.say("No data: all buckets are empty.")
        axes.remove()
        return
    colour = view.option("color") or {}
    top, least = (colour.get(key) for key in ("max", "min"))
    mesh = axes.pcolormesh(
        moments, range(len(names)), values, shading="nearest", cmap=_scheme(view),
        vmin=least if isinstance(least, int | float) else None,
        vmax=top if isinstance(top, int | float) else None,
    )  # fmt: skip
    every = max(1, math.ceil(len(names) * 0.16 / max(view.box.height - 0.7, 0.2)))
    rows = range(0, len(names), every)
    axes.set_yticks(list(rows), [names[row] for row in rows], fontsize=8)
    write_times(axes, view.box, view.span)
    axes.grid(False)
    bar = view.box.figure.colorbar(mesh, ax=axes, pad=0.02, fraction=0.05)
    bar.ax.tick_params(labelsize=8)


def _scheme(view: View) -> Any:
    import matplotlib

    colour = view.option("color") or {}
    if colour.get("mode") == "opacity":
        from matplotlib.colors import LinearSegmentedColormap

        from lab_helpers.preview.colours import rgba

        fill = rgba(colour.get("fill") or "dark-orange")
        return LinearSegmentedColormap.from_list("fill", [(*fill[:3], 0.1), fill])
    scheme = str(colour.get("scheme") or "Oranges")
    name = _SCHEMES.get(scheme, scheme)
    known = name if name in matplotlib.colormaps else "Spectral"
    found = matplotlib.colormaps[known]
    return found.reversed() if colour.get("reverse") or known not in _LIGHT_FIRST else found


def _unit(view: View) -> str:
    first = next(f for frame in view.frames for f in frame.numbers())
    return str(view.option("yAxis", "unit") or first.config.get("unit") or "short")


def _bound(name: str) -> float | None:
    """The upper limit of a bucket that a name says; None where it is no number."""
    found = re.search(r"[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|Inf\b|inf\b)", name)
    return float(found[0].replace("Inf", "inf")) if found else None


def _buckets(view: View, frames: list[Frame]) -> "tuple[DataFrame, list[str]]":
    """Series as rows: buckets by `le` are taken apart, where the query has the format heatmap."""
    import pandas as pd

    formats = {t.get("refId"): t.get("format") for t in view.panel.get("targets") or []}
    columns: dict[str, Any] = {}
    for frame in frames:
        assert frame.time is not None
        for one in frame.numbers():
            name = one.labels.get("le") or one.called or one.name
            index = pd.to_datetime(pd.Series(frame.time.values), unit="s")
            series = pd.Series(one.values, index=index, dtype="float64")
            columns[name] = columns[name].add(series, fill_value=0) if name in columns else series
    by_number = all(_bound(name) is not None for name in columns)
    names = sorted(columns, key=lambda n: _bound(n) or 0.0) if by_number else list(columns)
    counts = _with_holes(pd.concat([columns[name] for name in names], axis=1), frames)
    counts.columns = pd.Index(names)
    cumulated = any(formats.get(frame.ref) == "heatmap" for frame in frames)
    if cumulated and by_number:
        counts = counts.diff(axis=1).fillna({names[0]: counts.iloc[:, 0]}).clip(lower=0)
    if not by_number:
        view.notes.add(
            "a heatmap's rows whose names are no numbers stand in the order of the answer"
        )
        return counts, [name[:14] for name in names]
    unit, limit = _unit(view), _decimals(view)
    bounds = [_bound(name) for name in names]
    return counts, ["≤ ∞" if b == math.inf else f"≤ {words(b, unit, limit)}" for b in bounds]


def _with_holes(counts: "DataFrame", frames: list[Frame]) -> "DataFrame":
    """An empty column at each time that has no sample: its neighbours would be drawn so wide."""
    import pandas as pd

    step = max(frame.step or 0 for frame in frames)
    if not step or counts.empty:
        return counts
    every = pd.date_range(counts.index.min(), counts.index.max(), freq=pd.Timedelta(seconds=step))
    return counts.reindex(counts.index.union(every))


def _decimals(view: View) -> int | None:
    value = view.option("yAxis", "decimals")
    first = next(f for frame in view.frames for f in frame.numbers())
    return value if isinstance(value, int) else decimals_of(first)


def _reckoned(view: View, frames: list[Frame]) -> "tuple[DataFrame, list[str]]":
    """Ranges of one width, and how many of the values at a time are in each."""
    import numpy as np
    import pandas as pd

    pairs = [
        (t, v)
        for frame in frames
        for one in frame.numbers()
        if frame.time is not None
        for t, v in zip(frame.time.values, one.values, strict=True)
        if v is not None and math.isfinite(v)
    ]
    if not pairs:
        return pd.DataFrame(), []
    times, values = (np.array(part, dtype="float64") for part in zip(*pairs, strict=True))
    low, high = float(values.min()), float(values.max())
    high = high if high > low else low + 1
    rows = np.linspace(low, high, _ROWS + 1)
    columns = np.linspace(view.span[0], view.span[1], 61)
    counts, _, _ = np.histogram2d(times, values, bins=(columns, rows))
    view.notes.add("the ranges of a heatmap that is reckoned from values are chosen here")
    index = pd.to_datetime(pd.Series((columns[:-1] + columns[1:]) / 2), unit="s")
    unit, limit = _unit(view), _decimals(view)
    return pd.DataFrame(counts, index=index), [words(float(r), unit, limit) for r in rows[1:]]
