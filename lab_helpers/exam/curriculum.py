"""The published objectives of the Prometheus Certified Associate, and where each is taught here."""

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

from lab_helpers.exam.places import Place
from lab_helpers.setup.images import ROOT

FILE = ROOT / "labs" / "exam" / "curriculum.toml"
#: The map as a page of the repository.
PAGE = FILE.with_suffix(".md")
_ABOUT = """\
# The Prometheus Certified Associate, and where it is taught here

The domains, their weights and their objectives are those that the Cloud Native Computing Foundation publishes in
[cncf/curriculum](https://github.com/cncf/curriculum). `workshop exam` asks about all of them, in these weights.
This page is written from [curriculum.toml](curriculum.toml).
"""  # noqa: E501


@dataclass(frozen=True)
class Objective:
    """One objective.

    name: of its file of questions. title: as published. sections: where it is taught.
    exercises: where it is practised. note: what to know of that, or "".
    """

    name: str
    title: str
    sections: tuple[Place, ...]
    exercises: tuple[Place, ...]
    note: str = ""


@dataclass(frozen=True)
class Domain:
    """A domain, and its weight in percent of the exam."""

    name: str
    title: str
    weight: int
    objectives: tuple[Objective, ...]


@cache
def domains() -> tuple[Domain, ...]:
    """The domains, in the order of the file.

    Raises:
        WorkshopError: a section or an exercise that it names is not there.
    """
    found = tomllib.loads(FILE.read_text("utf-8"))["domain"]
    return tuple(
        Domain(
            domain["name"],
            domain["title"],
            domain["weight"],
            tuple(
                Objective(
                    one["name"],
                    one["title"],
                    tuple(map(Place.of, one["sections"])),
                    tuple(map(Place.of, one["exercises"])),
                    one.get("note", ""),
                )
                for one in domain["objective"]
            ),
        )
        for domain in found
    )


def map_as_markdown(link: Callable[[Place], str]) -> str:
    """The map from objectives to chapters and exercises: Markdown, a table for each domain.

    link: makes the address of a place, as a page needs it.
    """

    def linked(places: Iterable[Place]) -> str:
        return " · ".join(f"[{_short(place)}]({link(place)})" for place in places)

    lines = []
    for domain in domains():
        lines += [f"## {domain.title}: {domain.weight} %", ""]
        lines += ["| Objective | Taught in | Practised in |", "|---|---|---|"]
        for one in domain.objectives:
            lines.append(f"| {one.title} | {linked(one.sections)} | {linked(one.exercises)} |")
        lines += ["", *(f"{one.title}: {one.note}\n" for one in domain.objectives if one.note)]
    return "\n".join(lines).rstrip() + "\n"


def page() -> str:
    """The map as PAGE has it."""
    table = map_as_markdown(lambda place: "../../" + quote(place.link, "/#:,?"))
    return f"{_ABOUT}\n{table}"


def map_as_text() -> str:
    """The same for a terminal, without links."""
    lines = []
    for domain in domains():
        lines.append(f"{domain.title}: {domain.weight} %")
        for one in domain.objectives:
            lines.append(f"  {one.title}")
            lines += [f"      {_short(place)}" for place in (*one.sections, *one.exercises)]
            lines += [f"      {one.note}"] * bool(one.note)
    return "\n".join(lines)


def _short(place: Place) -> str:
    return f"{place.what.removeprefix('exercise ').removeprefix('chapter ')} {place.title}"
