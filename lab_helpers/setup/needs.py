"""What a notebook's cell needs: a service whose image can be had, perhaps of a certain version on.

A need is written as a cell's tag has it after `needs:`, ``grafana`` or ``prometheus>=3.8``;
``clients`` are chapter 04's in other languages.
"""

import re
from functools import cache

import docker

from lab_helpers.errors import ImageUnavailable, WorkshopError
from lab_helpers.setup import clients, engine
from lab_helpers.setup.images import image_for
from lab_helpers.setup.provision import VERSION_LABEL

#: A version as a label has it (the first of two forms) or as a program tells it.
_NUMBER = re.compile(r"(?:^v?|\bversion[ =]v?)(\d+\.\d+(?:\.\d+)*)", re.IGNORECASE)
_NEED = re.compile(r"([a-z][a-z-]*)(?:>=(\d+(?:\.\d+)*))?")


@cache
def why_unmet(need: str) -> str | None:
    """Why what needs this cannot run here, in one sentence; None where it can.

    Raises:
        WorkshopError: this is not how a need is written.
    """
    parsed = _NEED.fullmatch(need)
    if parsed is None:
        raise WorkshopError(f"needs:{need} is neither needs:SERVICE nor needs:SERVICE>=VERSION.")
    service, wanted = parsed.groups()
    if service == "clients":
        return clients.why_missing()
    missing = engine.why_unavailable(service)
    if missing or wanted is None:
        return missing
    image = image_for(service)
    found = _version(image)
    if _parts(found) >= _parts(wanted):
        return None
    return f"{service} is {found} here ({image}); this needs {wanted} or later"


@cache
def _version(image: str) -> str:
    """The version of the program in an image: what its label says, else the program itself.

    Raises:
        ImageUnavailable: neither tells.
    """
    labels = engine.client().api.inspect_image(image)["Config"].get("Labels") or {}
    if label := _NUMBER.match(labels.get(VERSION_LABEL, "")):
        return label[1]
    said = _answer_of(image)
    if answer := _NUMBER.search(said):
        return answer[1]
    raise ImageUnavailable(f"The version of {image} is not known; it says {said[:200]!r}.")


def _answer_of(image: str) -> str:
    """What the program of an image answers to `--version`, or why it does not."""
    try:
        return engine.said_by(image, "--version")
    except docker.errors.DockerException as problem:
        return str(problem)


def _parts(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
