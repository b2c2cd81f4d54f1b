"""The week as OpenMetrics text, and as blocks of Prometheus's time series database.

`promtool tsdb create-blocks-from openmetrics` reads its whole input once for each block, so every
block gets a text of its own, and several throw-away containers work side by side.
"""

import gzip
import io
import os
import tarfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from lab_helpers.archives import unpack_into
from lab_helpers.errors import ServiceFailed
from lab_helpers.history.week import END, SAMPLES, START, STEP
from lab_helpers.progress import Progress
from lab_helpers.setup.images import ROOT, image_for

if TYPE_CHECKING:
    from datetime import datetime

    from lab_helpers.history.series import Series

FORMAT = 2
"""To be raised with every change of the story, so that no cache keeps telling the old one."""

CACHE = ROOT / ".workshop" / "history"
"""Where the blocks of each seed are kept."""

BLOCK_HOURS = 18
"""Length of a block; Prometheus allows 2 h times a power of 3. START is a multiple of it."""

NOBODY = 65534
"""The user that Prometheus runs as in its image, and the group."""

_WORKING = "making the week of history, for the first time here"


def blocks(seed: int = 1, week_before: bool = False) -> bytes:
    """The week as a tar of TSDB blocks, to be unpacked into Prometheus's data directory.

    week_before: with another week before it, in which nothing happens.

    Made once for each seed and image of Prometheus, in a few seconds, and then read from a cache in
    the checkout. A damaged cache is made again.

    Raises:
        EngineUnavailable, ImageUnavailable: the blocks cannot be made here.
        ServiceFailed: promtool refused the text.
    """
    file = file_of(seed, week_before)
    try:
        if kept := gzip.decompress(file.read_bytes()):
            return kept
    except (FileNotFoundError, EOFError, gzip.BadGzipFile, zlib.error):
        pass  # none yet, or a damaged one
    made = make_blocks(seed, image_for("prometheus"), week_before)
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f"{file.name}.{os.getpid()}")
    # Blocks are compressed already: gzip is here for its checksum, which is read in no time.
    partial.write_bytes(gzip.compress(made, compresslevel=0, mtime=0))
    partial.replace(file)
    return made


def file_of(seed: int = 1, week_before: bool = False) -> Path:
    """Where `blocks` keeps what it makes; the name changes with the image of Prometheus."""
    from lab_helpers.setup.engine import client, require_image

    image = image_for("prometheus")
    require_image(image, "prometheus")
    digest = client().images.get(image).id.rpartition(":")[2][:12]
    what = f"seed-{seed}-and-the-week-before" if week_before else f"seed-{seed}"
    return CACHE / f"{what}-format-{FORMAT}-prometheus-{digest}.tar.gz"


def make_blocks(seed: int, image: str, week_before: bool = False) -> bytes:
    """Makes the blocks of `blocks` with the promtool of `image`, whatever the cache holds."""
    from lab_helpers.history.fortnight import fortnight
    from lab_helpers.history.targets import week

    weeks = 2 if week_before else 1
    began = END - weeks * (END - START)
    with Progress(quiet_for=1.0) as progress, io.BytesIO() as merged:
        progress.say(_WORKING)
        series = fortnight(seed) if week_before else week(seed)
        spans = spans_of(weeks)
        with (
            ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool,
            tarfile.open(fileobj=merged, mode="w") as archive,
        ):
            made = pool.map(
                lambda span: _block(text(series, span[0], span[1], began), image), spans
            )
            for block in made:
                _unpack(block, archive)
                progress.say(_WORKING)
        progress.clear()
        return merged.getvalue()


def spans_of(weeks: int) -> list[tuple[int, int]]:
    """The minutes of each block: first, last (exclusive). START is where one block ends."""
    per_block, end = BLOCK_HOURS * 3600 // STEP, weeks * SAMPLES
    edges = [*range((end - SAMPLES) % per_block, end, per_block), end]
    return list(pairwise([0, *edges] if edges[0] else edges))


def text(
    series: list["Series"], first: int = 0, last: int = SAMPLES, began: "datetime" = START
) -> bytes:
    """The samples of the minutes `first` to `last` (exclusive) as OpenMetrics text.

    began: the instant of the first minute that the series have.
    """
    begin = int(began.timestamp() * 1000)
    endings: dict[tuple[int, str], list[str]] = {}  # what follows the labels, by offset and format
    parts = []
    for one in series:
        form = f"%.{one.decimals}f" if one.decimals else "%d"
        key = one.offset, form
        if key not in endings:
            stamps = range(begin + one.offset + first * STEP * 1000, 2**62, STEP * 1000)
            endings[key] = [
                f" {form} {ms // 1000}.{ms % 1000:03d}\n" for ms in stamps[: last - first]
            ]
        ends, values, present = endings[key], one.values[first:last], one.present[first:last]
        if not present.all():
            ends = [end for end, there in zip(ends, present.tolist(), strict=True) if there]
            values = values[present]
        if ends:
            labels = ",".join(f'{name}="{value}"' for name, value in one.labels.items())
            scaled = values / 10**one.decimals if one.decimals else values
            start = f"{one.name}{{{labels}}}"
            parts.append((start + start.join(ends)) % tuple(scaled.tolist()))
    return "".join([*parts, "# EOF\n"]).encode()


def _block(samples: bytes, image: str) -> bytes:
    """Runs promtool on the text of one block; what it made, as a tar of the directory `out`."""
    from lab_helpers.setup.engine import OWNER_LABEL, client, owner, remove_container

    container = client().containers.create(
        image,
        entrypoint=["/bin/promtool"],
        command=f"tsdb create-blocks-from openmetrics --quiet --max-block-duration={BLOCK_HOURS}h"
        " /history/in /history/out",
        labels={OWNER_LABEL: owner()},
        network_mode="none",
    )
    try:
        unpack_into(container, "/", _package(samples))
        container.start()
        status = container.wait()["StatusCode"]
        if status != 0:
            raise ServiceFailed(
                f"promtool in {image} ended with {status} while it made the week of history:\n"
                + container.logs(tail=5).decode(errors="replace")
            )
        return b"".join(container.get_archive("/history/out")[0])
    finally:
        remove_container(container.id)


def _package(samples: bytes) -> bytes:
    """A tar of the directory `history`, which nobody may write to, with the text in it."""
    with io.BytesIO() as packed:
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for name in ("history", "history/out"):
                archive.addfile(_owned(tarfile.TarInfo(name), tarfile.DIRTYPE))
            file = _owned(tarfile.TarInfo("history/in"), tarfile.REGTYPE)
            file.size = len(samples)
            archive.addfile(file, io.BytesIO(samples))
        return packed.getvalue()


def _unpack(block: bytes, archive: tarfile.TarFile) -> None:
    """Adds the files of one block, without the directory `out` above them, to `archive`."""
    with tarfile.open(fileobj=io.BytesIO(block)) as made:
        for member in made:
            inside = Path(member.name).relative_to("out")
            if inside.parts:
                member.name = inside.as_posix()
                archive.addfile(_owned(member, member.type), made.extractfile(member))


def _owned(member: tarfile.TarInfo, kind: bytes) -> tarfile.TarInfo:
    """The same member of a tar, as a file or directory that belongs to nobody."""
    member.type, member.uid, member.gid = kind, NOBODY, NOBODY
    member.mode = 0o755 if kind == tarfile.DIRTYPE else 0o644
    return member
