"""Where something is taught: a section of a chapter, a word of the glossary, an exercise."""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lab_helpers.errors import WorkshopError
from lab_helpers.grading import catalogue
from lab_helpers.setup.images import ROOT


@dataclass(frozen=True)
class Place:
    """A heading of a page of the workshop.

    what: what to call it, such as "chapter 02", "glossary" or "exercise 02.a". heading: as it is
    written on the page. file: the page, from the checkout's root.
    """

    what: str
    heading: str
    file: str

    @classmethod
    def of(cls, text: str) -> "Place":
        """The place that a text names: "02#Joins", "glossary#Rate" or "02.a".

        Raises:
            WorkshopError: there is no such page, heading or exercise.
        """
        page, _, heading = text.partition("#")
        if not heading:
            return cls._of_exercise(text)
        files = list((ROOT / "notebooks").glob(f"{page}.ipynb")) or [
            path
            for path in (ROOT / "notebooks").glob(f"{page}_*.ipynb")
            if "_appendix_" not in path.name
        ]
        if not files or heading not in _headings(files[0]):
            raise WorkshopError(f"There is no section {text!r}.")
        what = page if page == "glossary" else f"chapter {page}"
        return cls(what, heading, str(files[0].relative_to(ROOT)))

    @classmethod
    def _of_exercise(cls, number: str) -> "Place":
        title = catalogue.exercise(number).title
        folder = catalogue.folder(number.partition(".")[0])
        if catalogue.is_in_chapter(number):
            file, heading = f"notebooks/{folder.name}.ipynb", f"Exercise {number}: {title}"
        else:
            file, heading = f"labs/{folder.name}/lab.ipynb", f"{number} {title}"
        return cls(f"exercise {number}", heading, file)

    @property
    def title(self) -> str:
        """What stands below the heading, without the exercise's number."""
        return re.sub(r"^(Exercise )?\d\d\.\w+:? ", "", self.heading)

    @property
    def link(self) -> str:
        """The page with the heading's anchor, as JupyterLab makes it, from the checkout's root."""
        return f"{self.file}#{self.heading.replace('`', '').replace(' ', '-')}"

    def __str__(self) -> str:
        return f"{self.what}, “{self.title.replace('`', '')}”: {self.link}"


@cache
def _headings(notebook: Path) -> frozenset[str]:
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    text = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return frozenset(re.findall(r"^#{1,4} (.+)$", "\n".join(text), re.MULTILINE))
