"""The pages for instructors: the beat sheets, and the list of them."""

from collections.abc import Iterator

from lab_helpers import beats

_FIRST = """\
# Beat sheets

For whoever teaches this: minute by minute what is on the screen, what to do and what to say, and
what to leave out first when it gets late. `.venv/bin/workshop beats --for 3h --start 09:00` prints
one with times of day.
"""


def sheets() -> Iterator[tuple[str, str]]:
    """The pages: the name of each, and its Markdown; the list of them is the first."""
    made = {name: (f"--for {name}", beats.of_session(name)) for name in beats.sessions()}
    made |= {name: (name, beats.of_chapter(name)) for name in beats.chapters()}
    rows = [
        f"| [{sheet.title}]({name}.md) | {sheet.minutes} |" for name, (_, sheet) in made.items()
    ]
    names = "\n".join(made)
    yield "index", "\n".join([
        _FIRST, "| Sheet | Minutes |", "|---|---|", *rows, "",
        f"```{{toctree}}\n:hidden:\n\n{names}\n```",
    ])  # fmt: skip
    for name, (how, sheet) in made.items():
        head, _, rest = beats.markdown(sheet).partition("\n")
        page = (
            f"[The chapter](../notebooks/{beats.chapters()[name].name}) · " if how == name else ""
        )
        yield name, f"{head}\n\n{page}`.venv/bin/workshop beats {how}`\n{rest}"
