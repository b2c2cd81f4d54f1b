"""An incident that was recorded, in one file: what could be seen of it, and, sealed, what was true.

The file begins with a line of JSON that says which incident it is, and a line that has the truth,
written so that nobody reads it by accident. A tar follows, compressed by xz:

    blocks.tar  Prometheus's own snapshot, as `POST /api/v1/admin/tsdb/snapshot` makes it
    seen.json   what is no sample: messages, rules, targets, configuration
"""

import base64
import io
import json
import lzma
import re
import tarfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lab_helpers.archives import pack
from lab_helpers.errors import WorkshopError
from lab_helpers.incident.plan import level_of, seed_of
from lab_helpers.incident.truth import Truth
from lab_helpers.setup.images import ROOT

FOLDER = ROOT / "labs" / "10_incident" / "recordings"
"""Where the recorded incidents are."""

FORMAT = 1
"""To be raised when an older workshop could not read what is written."""

LARGEST = 2_000_000
"""Bytes that a recording may have."""

MESSAGES = "messages"
"""The name under which the inbox's messages are in `seen`; the others are paths of the API."""

SHIPPED = (
    *((seed, 1) for seed in (2, 4, 10, 17, 21)),
    *((seed, 2) for seed in (7, 8, 12, 19)),
    *((seed, 3) for seed in (3, 16, 43)),
)
"""Seed and level of the incidents that come recorded."""

EXAMPLE = (8, 2)
"""The one of them that the chapter finds step by step."""

_SUFFIX = ".incident"
_BLOCK = re.compile(r"(?:.*/)?(?P<inside>[0-9A-HJKMNP-TV-Z]{26}(?:/.*)?)")


@dataclass(frozen=True)
class Head:
    """The first line of a recording.

    Attributes:
        seed, level: what the incident was drawn from.
        begin, end: the first and the last moment of it, Unix seconds.
        prometheus: the version of Prometheus that recorded it.
    """

    seed: int
    level: int
    begin: float
    end: float
    prometheus: str


@dataclass(frozen=True)
class Recording:
    """A recorded incident.

    Attributes:
        blocks: a tar of TSDB blocks, to be unpacked into Prometheus's data directory.
        seen: messages, rules, targets and the like, by name, as the services' APIs tell them.
    """

    head: Head
    blocks: bytes = field(repr=False)
    seen: Mapping[str, Any] = field(repr=False)
    sealed: str = field(repr=False)

    @staticmethod
    def of(head: Head, snapshot: bytes, seen: Mapping[str, Any], truth: Truth) -> "Recording":
        """A new recording.

        snapshot: a tar in which there are blocks, below any folder.
        """
        written = base64.b85encode(zlib.compress(truth.to_json(), 9)).decode()
        return Recording(head, _blocks_in(snapshot), seen, written)

    @property
    def truth(self) -> Truth:
        """What truly happened: not to be read by who still has to find out."""
        return _unsealed(self.sealed)

    def to_bytes(self) -> bytes:
        """The file."""
        first = json.dumps({"workshop": "incident", "format": FORMAT, **asdict(self.head)})
        content = pack(
            {
                "blocks.tar": self.blocks,
                "seen.json": json.dumps(self.seen).encode(),
            }
        )
        return b"\n".join([first.encode(), self.sealed.encode(), lzma.compress(content)])

    @staticmethod
    def from_bytes(content: bytes, name: str = "The file") -> "Recording":
        """The recording that `to_bytes` wrote.

        name: what a message calls it.

        Raises:
            WorkshopError: it is damaged, of another version, or no recording.
        """
        first, sealed, rest = (*content.split(b"\n", 2), b"", b"")[:3]
        head = _head(first, name)
        try:
            with tarfile.open(fileobj=io.BytesIO(lzma.decompress(rest))) as archive:
                files = {one.name: _content(archive, one) for one in archive}
            _unsealed(sealed)
            seen = json.loads(files["seen.json"])
            return Recording(head, files["blocks.tar"], seen, sealed.decode())
        except (zlib.error, lzma.LZMAError, EOFError, tarfile.TarError, LookupError, ValueError):
            raise WorkshopError(
                f"{name} is damaged: fetch it once more (`git checkout -- labs/10_incident`), or "
                f"record it anew (`{how_to_record(head.seed, head.level)}`)."
            ) from None

    def save(self, folder: Path = FOLDER) -> Path:
        """Write it; the answer is where.

        Raises:
            WorkshopError: it is larger than a recording may be.
        """
        content, file = self.to_bytes(), folder / f"{self.head.seed}-{self.head.level}{_SUFFIX}"
        if len(content) > LARGEST:
            raise WorkshopError(
                f"The recording of incident {self.head.seed} has {len(content):,} bytes, more than "
                f"the {LARGEST:,} that it may have: scrape more seldom, or for a shorter time."
            )
        folder.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return file

    @staticmethod
    def open(seed: int | str, level: int | str | None = None, folder: Path = FOLDER) -> "Recording":
        """The recording of this seed, at this level; without one, at the lowest that there is.

        Raises:
            WorkshopError: there is none, or it cannot be read.
        """
        head = find(seed, level, folder)
        file = recorded(folder)[head]
        return Recording.from_bytes(file.read_bytes(), file.name)


def truth_of(seed: int, level: int, folder: Path = FOLDER) -> Truth:
    """What truly happened in a recorded incident; the recording itself is not read.

    Raises:
        WorkshopError: there is no such recording.
    """
    with recorded(folder)[find(seed, level, folder)].open("rb") as opened:
        opened.readline()
        return _unsealed(opened.readline())


def find(seed: int | str, level: int | str | None = None, folder: Path = FOLDER) -> Head:
    """The first line of the recording of this seed; see `Recording.open`.

    Raises:
        WorkshopError: there is none.
    """
    number, known = seed_of(seed), recorded(folder)
    wanted = {head.level for head in known} if level is None else {level_of(level)}
    for head in known:
        if head.seed == number and head.level in wanted:
            return head
    there = ", ".join(f"{head.seed} (level {head.level})" for head in known) or "none"
    at = f" at level {level}" if level is not None else ""
    raise WorkshopError(
        f"There is no recording of incident {number}{at}. There are: {there}. Any other can be "
        f"recorded, in five minutes: `{how_to_record(number, level or 1)}`."
    )


def how_to_record(seed: int, level: int | str) -> str:
    """The command that records an incident."""
    return f"python -m lab_helpers.incident.record {seed} --level {level}"


def recorded(folder: Path = FOLDER) -> dict[Head, Path]:
    """The recordings that there are: first line and file, by level and seed.

    Raises:
        WorkshopError: the first line of one cannot be read.
    """
    heads = {}
    for file in folder.glob(f"*{_SUFFIX}"):
        with file.open("rb") as opened:
            heads[_head(opened.readline(), file.name)] = file
    return dict(sorted(heads.items(), key=lambda each: (each[0].level, each[0].seed)))


def _head(line: bytes, name: str) -> Head:
    """What the first line says. Raises WorkshopError."""
    try:
        said = json.loads(line)
        if said.pop("workshop") != "incident":
            raise ValueError
        if (version := said.pop("format")) != FORMAT:
            raise WorkshopError(
                f"{name} is a recording of format {version}, and this workshop reads format "
                f"{FORMAT}: record it anew, or take the workshop that it came with."
            )
        return Head(**said)
    except (ValueError, TypeError, LookupError, AttributeError):
        raise WorkshopError(
            f"{name} is no recording of an incident, or its first line is damaged: fetch it once "
            "more (`git checkout -- labs/10_incident`)."
        ) from None


def _unsealed(sealed: str | bytes) -> Truth:
    return Truth.from_json(zlib.decompress(base64.b85decode(sealed.strip())))


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    opened = archive.extractfile(member)
    return opened.read() if opened else b""


def _blocks_in(snapshot: bytes) -> bytes:
    """The blocks of a snapshot, without the folders above them."""
    with io.BytesIO() as packed:
        with (
            tarfile.open(fileobj=io.BytesIO(snapshot)) as archive,
            tarfile.open(fileobj=packed, mode="w") as kept,
        ):
            for member in archive:
                if found := _BLOCK.fullmatch(member.name):
                    member.name = found["inside"]
                    kept.addfile(member, archive.extractfile(member) if member.isfile() else None)
        return packed.getvalue()
