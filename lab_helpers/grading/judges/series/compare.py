"""What is wrong with the series that there are, compared with those asked for."""

from collections.abc import Collection, Mapping

from lab_helpers.grading.exercise import Verdict, missed

#: A series: its labels, the name as `__name__`.
Labels = frozenset[tuple[str, str]]
NAME = "__name__"


def Series(name: str, **labels: str) -> Labels:
    """The series of a metric with these labels, and no others."""
    return frozenset({NAME: name, **labels}.items())


def compare(wanted: Collection[Labels], seen: Collection[Labels], place: str) -> Verdict | None:
    """Say what is wrong; None if the series are the ones wanted.

    seen: at least one.
    place: where they are, as in "In the store".
    """
    missing = sorted(map(dict, set(wanted) - set(seen)), key=written)
    extra = sorted(map(dict, set(seen) - set(wanted)), key=written)
    if nameless := [one for one in extra if NAME not in one]:
        return missed(
            "name lost",
            f"{place} is a series without a name: {written(nameless[0])}. The name of a metric is "
            "a label as well, and a rule took it away.",
        )
    for one in extra:
        if moved := [label for label in one if label.startswith("exported_")]:
            return missed(
                "labels moved aside",
                f"{place}: {written(one)}. What the page says of {moved[0][9:]} is in {moved[0]}: "
                "a scrape has labels of its own, and they win unless the job says otherwise.",
            )
    names = {dict(one)[NAME] for one in wanted}
    strange = [one for one in extra if one[NAME] not in names]
    if strange and not any(dict(one)[NAME] in names for one in seen):
        return missed(
            "the wrong ones",
            f"{place} are {len(strange)} series, and none of those asked for. One that is there: "
            f"{written(strange[0])}.",
        )
    if strange:
        others = {one[NAME] for one in strange}
        return missed(
            "series too many",
            f"{place} are {len(seen)} series; {len(wanted)} are asked for. Nobody asked for "
            f"{min(others)}, for one; there are {len(others)} such names.",
        )
    if len(extra) > len(missing):
        return missed(
            "series too many",
            f"{place} are {len(seen)} series; {len(wanted)} are asked for. One too many is "
            f"{written(extra[0])}.",
        )
    for one in extra:
        if twin := _nearest(one, missing):
            return _differs(twin, one, place)
    if missing:
        return missed(
            "series missing",
            f"{place} are {len(seen)} of {len(wanted)} series. {written(missing[0])} is not among "
            "them.",
        )
    return None


def written(series: Mapping[str, str]) -> str:
    """A series as Prometheus writes it."""
    labels = ", ".join(
        f'{name}="{value}"' for name, value in sorted(series.items()) if name != NAME
    )
    return f"{series.get(NAME, '')}{{{labels}}}"


def _nearest(one: Mapping[str, str], others: Collection[dict[str, str]]) -> dict[str, str] | None:
    """The series of the same name that has most in common with this one."""
    same = [other for other in others if other[NAME] == one[NAME]]
    return max(same, key=lambda other: len(other.items() & one.items()), default=None)


def _differs(wanted: Mapping[str, str], seen: Mapping[str, str], place: str) -> Verdict:
    there = f"{place}: {written(seen)}"
    for label in sorted(wanted):
        if label not in seen:
            return missed("label missing", f"{there}. It should have the label {label}.")
        if seen[label] != wanted[label]:
            return missed("wrong value", f"{there}. The value of {label} is not what is asked for.")
    (label, *_) = sorted(set(seen) - set(wanted))
    return missed("label too many", f"{there}. Nobody asked for the label {label}.")
