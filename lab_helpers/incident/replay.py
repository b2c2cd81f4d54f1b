"""Recorded incidents in a Prometheus of their own, without the shop."""

import math
import random
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from lab_helpers.errors import WorkshopError
from lab_helpers.grading.bench import Bench
from lab_helpers.history import FLAGS
from lab_helpers.incident import league
from lab_helpers.incident.case import Case
from lab_helpers.incident.plan import LEVELS, level_of
from lab_helpers.incident.recording import (
    FOLDER,
    MESSAGES,
    Head,
    Recording,
    find,
    how_to_record,
    recorded,
)
from lab_helpers.incident.scene import PastClient, Scene
from lab_helpers.services.prometheus import DATA, PrometheusContainer

if TYPE_CHECKING:
    import pandas as pd

#: It scrapes nothing: what was recorded is all that it knows.
_QUIET = "global:\n  scrape_interval: 1m\n"
#: Seconds between two recordings in one Prometheus, so that no query of the one sees the other:
#: a sample is looked back for that long.
_APART = 300.0


class ReplayContainer(PrometheusContainer):
    """A Prometheus with the samples of recorded incidents, and nothing else.

    recordings: which; no two at the same time. name, port: as for every service.
    """

    def __init__(
        self, *recordings: Recording, name: str = "replay", port: int | None = None
    ) -> None:
        limit = "--query.max-samples=10000000"  # what an expensive question may cost
        super().__init__(_QUIET, flags=[*FLAGS, limit], name=name, port=port)
        self.recordings = recordings
        for recording in recordings:
            self.unpack_in(recording.blocks, DATA)

    def has(self, head: Head) -> bool:
        """Whether it has the recording that begins with this line."""
        return any(recording.head == head for recording in self.recordings)

    def case(self, head: Head | None = None, *, counts: bool = True) -> Case:
        """Open a recording as a case: from now on the clock runs.

        head: which, if there are several. counts: whether the result is kept in the learner's
        record.
        """
        recording = next(each for each in self.recordings if head in (None, each.head))
        about = recording.head
        return Case(
            self._scene(recording),
            lambda: recording.truth,
            seed=about.seed,
            level=about.level,
            counts=counts,
        )

    def _scene(self, recording: Recording) -> Scene:
        begin, end = math.ceil(recording.head.begin), math.floor(recording.head.end)
        said = {name: answer for name, answer in recording.seen.items() if name != MESSAGES}
        messages = list(recording.seen[MESSAGES])
        return Scene(PastClient(self.url, end, said), begin, lambda: end, lambda: messages)


class Recordings:
    """The recorded incidents of a folder, in as few Prometheus servers as it takes.

        recordings = Recordings()
        lab = Lab(*recordings.servers).start()
        case = recordings.case(7)

    Raises:
        WorkshopError: there is none, or one of them cannot be read.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self.heads = tuple(recorded(folder))
        self.servers = [make() for make in services(folder).values()]
        self._folder = folder

    @classmethod
    def on(cls, bench: Bench) -> Self:
        """Those that the servers of a lab's bench have, which run already."""
        found = cls.__new__(cls)
        found.heads, found._folder = tuple(recorded()), FOLDER
        found.servers = [bench[name] for name in services()]
        return found

    def table(self) -> "pd.DataFrame":
        """Which there are: one row a recording, with what is known before it is solved."""
        import pandas as pd

        rows = [(head.seed, head.level, LEVELS[head.level]) for head in self.heads]
        return pd.DataFrame(rows, columns=["seed", "level", "about"])

    def drawn(self, level: int | str) -> int:
        """A seed of this level, by chance: one that the learner has not answered yet, if any.

        Raises:
            WorkshopError: there is no such level, or no recording of it.
        """
        wanted = level_of(level)
        seeds = [head.seed for head in self.heads if head.level == wanted]
        if not seeds:
            raise WorkshopError(f"There is no recording of level {wanted}.")
        known = {result.seed for result in league.past() if result.level == wanted}
        return random.choice([seed for seed in seeds if seed not in known] or seeds)

    def case(self, seed: int | str, level: int | str | None = None, *, counts: bool = True) -> Case:
        """Open a recording as a case: from now on the clock runs.

        level: by default the lowest of which there is a recording. counts: whether the result is
        kept in the learner's record.

        Raises:
            WorkshopError: there is no such recording.
        """
        head = find(seed, level, self._folder)
        return next(server for server in self.servers if server.has(head)).case(head, counts=counts)


def services(folder: Path = FOLDER) -> Mapping[str, Callable[[], ReplayContainer]]:
    """The Prometheus servers, by name, that together have all recordings.

    Raises:
        WorkshopError: one of them cannot be read.
    """
    files = recorded(folder)
    parted = _apart(files)
    if not parted:
        raise WorkshopError(
            f"There are no recordings in {folder}: `{how_to_record(7, 1)}` makes one."
        )
    return {
        f"replay-{number}": partial(_make, [files[head] for head in heads], f"replay-{number}")
        for number, heads in enumerate(parted, start=1)
    }


def _make(files: Iterable[Path], name: str) -> ReplayContainer:
    read = (Recording.from_bytes(file.read_bytes(), file.name) for file in files)
    return ReplayContainer(*read, name=name)


def _apart(heads: Iterable[Head]) -> list[list[Head]]:
    """The recordings in as few parts as it takes for those of a part to be apart in time."""
    parts: list[list[Head]] = []
    for head in sorted(heads, key=lambda head: head.begin):
        for part in parts:
            if head.begin - part[-1].end >= _APART:
                part.append(head)
                break
        else:
            parts.append([head])
    return parts
