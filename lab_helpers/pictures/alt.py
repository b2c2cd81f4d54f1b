"""What a picture shows, in words, for whoever cannot see it: the text that stands in `alt`.

It is made from the figure itself: title, axes with their units, the span of time, and what stands
out. What is drawn from boxes and bars says itself what it shows, with `say`.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from lab_helpers.pictures import reading
from lab_helpers.pictures.reading import Line, Scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

#: How the text of a picture begins to which nobody gave a title.
UNTITLED = "A picture without a title"
_NAMED = 6  # lines that are named
_said: WeakKeyDictionary[Any, str] = WeakKeyDictionary()


def say(figure: "Figure", text: str) -> None:
    """Give a figure its text, where what it shows cannot be read from its axes."""
    _said[figure] = " ".join(text.split())


def text_of(figure: "Figure | SubFigure") -> str:
    """The text of a figure: a few sentences, on one line."""
    if figure in _said:
        return _said[figure]
    parts = [described(axes) for axes in figure.axes if not reading.is_colour_bar(axes)]
    whole = figure.get_suptitle()
    if len(parts) > 1 or whole:
        count = {1: "", 2: "Two charts. ", 3: "Three charts. "}.get(
            len(parts), f"{len(parts)} charts. "
        )
        parts.insert(0, f"“{whole}”. {count}" if whole else count)
    return " ".join(" ".join(parts).split()) or UNTITLED


def described(axes: "Axes") -> str:
    """One chart in words."""
    title = axes.get_title("left") or axes.get_title() or axes.get_title("right")
    x, y = Scale(axes, "x"), Scale(axes, "y")
    lines = list(reading.lines(axes))
    kind, facts = "Chart", list[str]()
    if mesh := reading.mesh(axes):
        kind, facts = "Heat map", list(_of_mesh(mesh, x, y))
    elif bars := list(reading.bars(axes)):
        kind, facts = "Bar chart", list(_of_bars(bars, x if reading.is_lying(axes) else y))
    elif points := reading.points(axes):
        kind, facts = "Scatter plot", [f"{len(points)} points."]
        facts += [f"{scale.what or name} {scale.span(p[n] for p in points)}."
                  for n, (name, scale) in enumerate({"x": x, "y": y}.items())]  # fmt: skip
    if lines and kind != "Bar chart":
        kind = "Line chart" if kind == "Chart" else kind
        facts += _of_lines(lines, x, y)
        facts += _of_limits(reading.limits(axes), lines, x, y)
    facts += _of_marks(axes, x)
    if kind == "Chart" and not facts:
        facts = ["nothing is drawn."]
    name = f"{kind} “{title}”" if title else UNTITLED
    return f"{name}: {' '.join(facts)}"


def _of_lines(lines: list[Line], x: Scale, y: Scale) -> Iterator[str]:
    drawn = [line for line in lines if line.points]
    if not drawn:
        yield "no value at all."
        return
    where = x.span(at for line in drawn for at, _ in line.points)
    over = "over time, " if x.is_time else f"over {x.what or 'x'}, "
    yield f"{f'{y.what}, ' if y.what else ''}{over}{where}."
    named = [line.name for line in drawn if line.name]
    if len(drawn) > 1:
        more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
        names = f": {', '.join(named[:_NAMED])}{more}" if named else ""
        yield f"{len(drawn)} lines{names}."
    (top, high), (bottom, low) = _extreme(drawn, max), _extreme(drawn, min)
    if high[1] == low[1]:
        yield f"Always {y.show(high[1])}."
    else:
        yield (f"Highest{_whose(top, drawn)}: {y.show(high[1])} {x.at(high[0])}; "
               f"lowest{_whose(bottom, drawn)}: {y.show(low[1])} {x.at(low[0])}.")  # fmt: skip
    gaps = [(line, *gap) for line in drawn for gap in line.gaps]
    if gaps:
        line, begin, end = max(gaps, key=lambda gap: gap[2] - gap[1])
        first = "A gap" if len(gaps) == 1 else f"{len(gaps)} gaps, the longest"
        yield f"{first}{_whose(line, drawn, 'in')}: {x.span((begin, end))}."


def _of_limits(
    limits: Iterable[tuple[float, str]], lines: list[Line], x: Scale, y: Scale
) -> Iterator[str]:
    """Where a level is drawn: who goes beyond it, and when first."""
    for level, name in limits:
        crossed = [
            (at, line) for line in lines if min((v for _, v in line.points), default=level) <= level
            for at, value in line.points if value > level
        ]  # fmt: skip
        label = f"{name} at {y.show(level)}" if name else y.show(level)
        if crossed:
            at, line = min(crossed, key=lambda found: found[0])
            yield f"A level line, {label}: crossed{_whose(line, lines, 'by')} {x.at(at)}."
        else:
            yield f"A level line, {label}: not crossed."


def _of_mesh(mesh: reading.Mesh, x: Scale, y: Scale) -> Iterator[str]:
    bar = mesh.scale
    yield f"{bar.what + ', ' if bar.what else ''}{y.what or 'rows'} by {x.what or 'columns'}."
    if mesh.high is None or mesh.low is None:
        yield "All of it is empty."
        return
    for word, (row, column, value) in (("Most", mesh.high), ("least", mesh.low)):
        across = x.at(column) if x.is_time else f"at {x.named(column)}"
        yield f"{word}: {bar.show(value)} in {y.named(row)}, {across}" + (
            ";" if word == "Most" else "."
        )


def _of_bars(bars: list[tuple[str, float]], y: Scale) -> Iterator[str]:
    yield f"{y.what + ', ' if y.what else ''}{len(bars)} bars."
    (high, most), (low, least) = max(bars, key=lambda b: b[1]), min(bars, key=lambda b: b[1])
    yield f"Highest: {high} {y.show(most)}; lowest: {low} {y.show(least)}."


def _of_marks(axes: "Axes", x: Scale) -> Iterator[str]:
    marks = [
        f"{words} ({x.at(at)})" if x.is_time and at is not None else words
        for words, at in reading.marks(axes)
    ]
    if marks:
        yield f"{'Marked' if x.is_time else 'Written in it'}: {', '.join(marks)}."


def _extreme(lines: list[Line], choose: Any) -> tuple[Line, tuple[float, float]]:
    return choose(((line, p) for line in lines for p in line.points), key=lambda found: found[1][1])


def _whose(line: Line, lines: list[Line], word: str = "") -> str:
    if len(lines) < 2 or not line.name:
        return ""
    return f" {word} {line.name}".replace("  ", " ")
