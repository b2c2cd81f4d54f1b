"""A bundle handed to a room: when the last has it, beside what the instructor's link allows."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from lab_helpers.errors import WorkshopError
from lab_helpers.setup.images import ROOT
from tests import small_bundle
from tests.benchmarks.figure import Figure
from tests.room_network import INSTRUCTOR, Room, room, why_none

MOST = 1.2  # times what the link allows
SERVER = "from lab_helpers.serve import serve; serve(Path({path!r}), {host!r}, 8000)"


def forty_at_once(
    attendees: int = 40, megabits: int = 200, sizes: Sequence[int] = (300_000, *[1_000_000] * 19)
) -> Iterator[Figure]:
    """All of a room at once, of whom one in ten comes late and one in ten is killed half-way.

    Beside them are two who harm: one opens fifty connections, one reads a byte a second.
    """
    if why := why_none():
        raise WorkshopError(why)
    with (
        tempfile.TemporaryDirectory() as folder,
        room(attendees + 2, megabits) as made,
        ExitStack() as ends,
    ):
        bundle = small_bundle.write(Path(folder, "bundle"), sizes)
        server = Server(made, bundle, ends)
        fetchers = [Fetcher(made, number, server, ends) for number in range(attendees)]
        for fetcher in fetchers:
            fetcher.is_ready()
        for number, harm in enumerate((("50", "0"), ("1", "1"))):
            words = _python("tests.bad_guest", server.url, str(bundle), *harm)
            _start(ends, made.at(attendees + number, *words))
        began = time.monotonic()
        late = fetchers[: attendees // 10]
        for fetcher in fetchers[len(late) :]:
            fetcher.begin()
        allowed = sum(sizes) * 8 * attendees / (megabits * 1e6)
        time.sleep(allowed / 4)
        for fetcher in late:
            fetcher.begin()
        for fetcher in fetchers[-len(late) or len(fetchers) :]:
            fetcher.come_again()
        for fetcher in fetchers:
            fetcher.has_all()
        seconds = time.monotonic() - began
        # the one with fifty connections has a share, as everybody has
        share = (attendees + 1) / attendees
        name = f"{attendees} fetch {sum(sizes) / 1e6:.1f} MB over {megabits} Mbit/s"
        times = seconds / (allowed * share)
        told = f"{seconds:.1f} s, {times:.2f} ×"
        yield Figure(name, told, f"≤ {MOST} × the link", times <= MOST)


class Server:
    """`workshop bundle --serve`, on the instructor's machine."""

    def __init__(self, made: Room, bundle: Path, ends: ExitStack) -> None:
        self.bundle = bundle
        code = f"from pathlib import Path; {SERVER.format(path=str(bundle), host=INSTRUCTOR)}"
        process = _start(ends, made.at_instructor(sys.executable, "-c", code))
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("curl "):
                self.url = "http://" + line.split()[3].partition(";")[0]
                return
        raise WorkshopError("the server has ended")


class Fetcher:
    """An attendee's machine."""

    def __init__(self, made: Room, number: int, server: Server, ends: ExitStack) -> None:
        self._folder = str(server.bundle.parent / f"store-{number}")
        words = _python("tests.attendee", server.url, str(server.bundle), self._folder)
        self._start = lambda: _start(ends, made.at(number, *words))
        self._process = self._start()

    def is_ready(self) -> None:
        """Wait until it can begin."""
        self._hears("ready")

    def begin(self) -> None:
        """Have it fetch."""
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def come_again(self) -> None:
        """Kill it, wherever it is, and have it begin anew."""
        self._process.kill()
        self._process = self._start()
        self.is_ready()
        self.begin()

    def has_all(self) -> None:
        """Wait until it has every piece."""
        self._hears("done")

    def _hears(self, word: str) -> None:
        assert self._process.stdout is not None
        said = self._process.stdout.readline().strip()
        if said != word:
            raise WorkshopError(f"an attendee says {said!r} in place of {word!r}")


def _python(module: str, *words: str) -> list[str]:
    return [sys.executable, "-m", module, *words]


def _start(ends: ExitStack, command: list[str]) -> subprocess.Popen[str]:
    """Start a program, which ends with all else."""
    process = subprocess.Popen(
        command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    ends.callback(process.wait)
    ends.callback(process.kill)
    return process
