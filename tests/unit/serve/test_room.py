"""The command on an instructor's machine, as the others in the room find it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import room_network
from tests.room_network import INSTRUCTOR, Room, room

pytestmark = pytest.mark.skipif(bool(room_network.why_none()), reason=room_network.why_none())

WORKSHOP = (sys.executable, "-c", "import sys; from lab_helpers.cli import main; sys.exit(main())")
LISTENS = "0A"  # as /proc/net/tcp says it


@pytest.fixture(scope="module")
def here() -> Iterator[Room]:
    with room(1) as made:
        yield made


@contextmanager
def command(here: Room, *words: str) -> Iterator[list[str]]:
    """What `workshop bundle` says on the instructor's machine, once it serves."""
    process = subprocess.Popen(
        here.at_instructor(*WORKSHOP, "bundle", *words), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    said = []
    try:
        for line in process.stdout:
            said.append(line.rstrip())
            if line.startswith("Ctrl-C"):
                break
        yield said
    finally:
        process.terminate()
        process.wait()


def attendee(here: Room, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(here.at(0, *words), capture_output=True, text=True, timeout=60)


def ports(here: Room) -> set[str]:
    """Where the instructor's machine listens, as address:port in hexadecimal."""
    table = subprocess.run(
        here.at_instructor("cat", "/proc/net/tcp", "/proc/net/tcp6"),
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    rows = [line.split() for line in table.splitlines()]
    return {row[1] for row in rows if row[3] == LISTENS}


def test_without_an_address_nobody_else_finds_it(here: Room, bundle: Path) -> None:
    with command(here, "--serve", str(bundle)) as said:
        told = "\n".join(said)
        assert "curl -fsSo pm.sh 127.0.0.1:8000/" in told
        assert f"`--host ADDRESS` with the address that the room reaches: {INSTRUCTOR} (e)." in told
        assert ports(here) == {"0100007F:1F40"}
        for address in (INSTRUCTOR, "127.0.0.1"):
            found = attendee(here, "curl", "-sS", "--max-time", "5", f"http://{address}:8000/")
            assert found.returncode == 7, found  # refused


def test_with_one_the_room_finds_the_bundle_and_no_other_port(here: Room, bundle: Path) -> None:
    with command(here, str(bundle), "--serve", "--host", INSTRUCTOR) as said:
        line = next(line for line in said if line.startswith("curl "))
        assert ports(here) == {"01004D0A:1F40"}
        done = attendee(here, "sh", "-c", f"cd {bundle.parent}; {line}")
        assert done.stdout.splitlines()[-1].startswith(
            f"began with --from http://{INSTRUCTOR}:8000/"
        )
        typed = line.replace(";(", ";\n(").replace("|grep", "|\ngrep").replace("||!", "||\n!")
        done = attendee(here, "sh", "-c", f"cd {bundle.parent}; {typed}")
        assert done.returncode == 0, done.stderr
