"""Whether the tags of images are still in their registries, and which newer ones there are."""

import re
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass

from docker import auth
from docker.utils import parse_repository_tag

from lab_helpers.setup.registry import Registry, Unanswered

#: Seconds that all questions together may take.
LIMIT = 10.0
#: How many images are asked about at a time.
AT_ONCE = 8


@dataclass(frozen=True)
class Answer:
    """What was found out about one image.

    Attributes:
        image: its name, as it was given.
        there: whether its tag is in the registry; None if that could not be found out.
        newer: the newest tags of each line that its own belongs to, the nearest line first.
        problem: why something could not be found out, and what to do; one sentence.
    """

    image: str
    there: bool | None
    newer: tuple[str, ...] = ()
    problem: str = ""


def check(images: Iterable[str], limit: float = LIMIT) -> list[Answer]:
    """Ask about `images`, side by side; what has no answer after `limit` seconds has none."""
    until = time.monotonic() + limit
    names = list(images)
    registries = {_registry_of(name): Registry(_registry_of(name), until) for name in names}
    answers: dict[str, Answer] = {}
    waiting = iter(names)
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                name = next(waiting, None)
            if name is None:
                return
            answers[name] = _ask(name, registries[_registry_of(name)])

    # Looking up a name can take longer than any limit that it is given: no thread is waited for.
    workers = [threading.Thread(target=work, daemon=True) for _ in range(AT_ONCE)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(max(0.0, until - time.monotonic()))
    found = answers.copy()
    return [found.get(name) or Answer(name, None, problem=_too_slow(name, limit)) for name in names]


def newer(tag: str, tags: Iterable[str]) -> tuple[str, ...]:
    """The newest of `tags` in each line that `tag` belongs to, if newer than it.

    Only tags of its own form count: the same prefix, as many numbers, the same ending.

    >>> newer("v3.13.4", ["v3.13.5", "v3.14.0", "v3.15.0-rc.1", "v4.0.1", "v4", "3.99.9"])
    ('v3.13.5', 'v3.14.0', 'v4.0.1')
    """
    form, mine = _form(tag)
    later = {}
    for other in tags:
        other_form, numbers = _form(other)
        if other_form == form and numbers > mine:
            later[numbers] = other
    lines = [[n for n in later if n[:same] == mine[:same]] for same in range(len(mine))]
    return tuple(later[numbers] for numbers in sorted({max(line) for line in lines if line}))


def _form(tag: str) -> tuple[tuple[str, int, str], tuple[int, ...]]:
    """What tags of one kind share (prefix, count of numbers, ending), and the numbers."""
    match = re.fullmatch(r"([a-z]*)(\d+(?:\.\d+)*)(.*)", tag)
    if not match:
        return (tag, 0, ""), ()
    numbers = tuple(int(number) for number in match[2].split("."))
    return (match[1], len(numbers), match[3]), numbers


def _registry_of(image: str) -> str:
    registry, _ = auth.resolve_repository_name(image)
    return str(registry)


def _too_slow(image: str, limit: float) -> str:
    return f"{_registry_of(image)} did not answer within {limit:g} s: try again later."


def _ask(image: str, registry: Registry) -> Answer:
    """The answer about one image."""
    name, reference = parse_repository_tag(image)
    name, tag = parse_repository_tag(name) if "@" in image else (name, reference)
    tag = tag or ("" if "@" in image else "latest")
    _, repository = auth.resolve_repository_name(name)
    if registry.host == auth.INDEX_NAME and "/" not in repository:
        repository = f"library/{repository}"
    there = None
    try:
        there = registry.has(repository, reference or tag)
        tags = set(registry.tags(repository))
    except Unanswered as problem:
        return Answer(image, there, problem=str(problem))
    return Answer(image, there, newer(tag, tags))
