"""Record incidents, one after the other, unattended.

    python -m lab_helpers.incident.record                 # those that come with the workshop
    python -m lab_helpers.incident.record 7 12 --level 2  # any others

Each takes about four and a half minutes: the shop is started, watched while it is well, and then
the incident happens. Its samples are Prometheus's own snapshot.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import requests

from lab_helpers.errors import WorkshopError
from lab_helpers.incident.field import Field
from lab_helpers.incident.incident import Incident
from lab_helpers.incident.recording import FOLDER, MESSAGES, SHIPPED, Head, Recording
from lab_helpers.progress import Progress
from lab_helpers.services.inbox import HEARTBEAT
from lab_helpers.services.prometheus import DATA, PrometheusContainer
from lab_helpers.setup import engine
from lab_helpers.waiting import wait_until

BEFORE, AFTER = 120.0, 60.0
"""Seconds that the shop is watched before an incident is asked for, and after its plan ends."""

#: What is kept of a message: all but the payload, which has the same in it once more.
_KEPT = ("id", "arrived", "via", "to", "status", "subject", "alerts", "text")


def record(
    seed: int,
    level: int = 1,
    *,
    before: float = BEFORE,
    after: float = AFTER,
    folder: Path = FOLDER,
) -> Path:
    """Start a shop, have the incident happen, and write down what could be seen; returns the file.

    Raises:
        WorkshopError: the incident could not happen, or its recording is too large.
        ServiceFailed, WaitFailed: the shop does not start, or is not well.
    """
    incident = Incident(seed, level)
    with Field(name="recording", flags=["--web.enable-admin-api"]) as field:
        began = time.time()
        _let_pass(before, f"the shop was well for {before:.0f} s")
        incident.start(field).wait()
        _let_pass(after, "the incident has gone on for a while")
        # Nothing is mended: the shop is thrown away.
        return _taken(field, incident, began, time.time()).save(folder)


def _let_pass(seconds: float, what: str) -> None:
    over = time.monotonic() + seconds
    wait_until(lambda: time.monotonic() >= over, what, timeout=seconds + 5, interval=0.5)


def _taken(field: Field, incident: Incident, began: float, ended: float) -> Recording:
    """The recording of what Prometheus and the inbox have now."""
    prometheus = field.prometheus
    seen = {path: prometheus.raw(path) for path in ("rules", "targets", "status/config")}
    seen[MESSAGES] = [
        {name: message[name] for name in _KEPT}
        for message in field.inbox.raw()
        if message["to"] != HEARTBEAT and message["arrived"] >= began
    ]
    version = str(prometheus.raw("status/buildinfo")["version"])
    head = Head(incident.seed, incident.level, began, ended, version)
    return Recording.of(head, snapshot(prometheus), seen, incident.truth)


def snapshot(prometheus: PrometheusContainer) -> bytes:
    """A tar of all that a Prometheus has, as its own snapshot, in which there are blocks.

    Raises:
        WorkshopError: it refuses, as it does without `--web.enable-admin-api`.
    """
    answer = requests.post(f"{prometheus.url}/api/v1/admin/tsdb/snapshot", timeout=60)
    if not answer.ok:
        raise WorkshopError(f"{prometheus.name} makes no snapshot: {answer.text}")
    folder = f"{DATA}/snapshots/{answer.json()['data']['name']}"
    return b"".join(prometheus.get_wrapped_container().get_archive(folder)[0])


def main(words: Sequence[str] | None = None) -> int:
    """Record what the command line names; the answer is the exit status."""
    parser = argparse.ArgumentParser(prog="python -m lab_helpers.incident.record",
                                     description=__doc__.partition("\n")[0])  # fmt: skip
    parser.add_argument("seeds", nargs="*", help="by default those that come with the workshop")
    parser.add_argument("--level", default="1", help="of those seeds; by default 1")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where to write")
    options = parser.parse_args(words)
    failed = 0
    try:
        wanted = [(i.seed, i.level) for i in (Incident(s, options.level) for s in options.seeds)]
        for seed, level in wanted or SHIPPED:
            failed += not _recorded(seed, level, options.folder)
    except WorkshopError as problem:
        print(problem, file=sys.stderr)
        return 2
    return 1 if failed else 0


def _recorded(seed: int, level: int, folder: Path) -> bool:
    """Record one, and say what came of it; one that fails does not keep the others back."""
    with Progress() as progress:
        try:
            with engine.in_words():
                file = record(seed, level, folder=folder)
        except WorkshopError as problem:
            print(f"incident {seed}, level {level}: {problem}", file=sys.stderr, flush=True)
            return False
        size = file.stat().st_size
        print(f"{file.name}: {size:,} bytes, {progress.elapsed:.0f} s", flush=True)
        return True


if __name__ == "__main__":
    sys.exit(main())
