"""The addresses within a page: of its headings, and of its exercises."""

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

_EXERCISE = re.compile(r"(?:Exercise )?(\d\d)\.(\d+|[a-z])[: ]")


def slug(heading: str) -> str:
    """What a link in a notebook says after `#`, as JupyterLab spells it."""
    return heading.replace(" ", "-")


class Exercises(SphinxTransform):
    """Gives each exercise an address that stays, whatever its title: `#02-a`."""

    default_priority = 10

    def apply(self, **options: Any) -> None:
        for section in self.document.findall(nodes.section):
            found = _EXERCISE.match(section[0].astext())
            if found:
                section["ids"].insert(0, f"{found[1]}-{found[2]}")


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_transform(Exercises)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
