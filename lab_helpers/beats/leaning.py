"""What a choice of a notebook's cells needs of those that were left out."""

from collections.abc import Mapping, Sequence

from lab_helpers.pages.notebooks import names


def left_out(cells: Mapping[int, str], chosen: Sequence[tuple[int, int]]) -> list[tuple[int, ...]]:
    """The cells to run before each span, so that its own find every name that they read.

    Args:
        cells: the source of each code cell, by its execution count.
        chosen: the spans of cells that are run, in order.
    """
    made = {count: names(source) for count, source in cells.items()}
    done: set[int] = set()

    def needed(count: int) -> list[int]:
        """The cell, if it was not run yet, after all that it leans on."""
        if count in done:
            return []
        done.add(count)
        found = []
        for name in made[count][1]:
            makers = [one for one in made if one < count and name in made[one][0]]
            found += needed(max(makers)) if makers else []
        return [*found, count]

    spans = []
    for first, last in chosen:
        run = [one for count in cells if first <= count <= last for one in needed(count)]
        spans.append(tuple(sorted(count for count in run if not first <= count <= last)))
    return spans
