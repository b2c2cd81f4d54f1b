"""Changes of the shop's web app that do harm: releases, and settings that were switched on.

A replica gets other program text, and a new process takes the place of the old one. A release
says its version in ``shop_build_info``; a setting leaves it as it was.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from lab_helpers.archives import pack, unpack_into
from lab_helpers.services.shop import FILES
from lab_helpers.stage.faults import Stage

PROGRAM = "/shop/web.py"
#: Loads what takes long, ends whoever ran before, and is there as soon as the port is free.
TAKE_OVER = f"""
import os, runpy, signal, socket
import flask, prometheus_client, pymemcache, pymysql, waitress
os.kill(-1, signal.SIGKILL)
while socket.socket().connect_ex(("127.0.0.1", int(os.environ["PORT"]))) == 0:
    pass
runpy.run_path("{PROGRAM}", run_name="__main__")
"""
SAID = 'exec "$@" > /proc/1/fd/1 2>&1'  # what it says is in the container's log, as before
VERSION = 'os.environ.get("VERSION", "1.0.0")'


@dataclass(frozen=True)
class Change:
    """Another text of web.py.

    Attributes:
        meant: what its author wanted.
        edits: pairs of a passage of web.py, which it has once, and what stands there instead.
        version: of a release, what it calls itself; None: as before.
    """

    meant: str
    edits: tuple[tuple[str, str], ...]
    version: str | None = None

    def program(self) -> str:
        """The text of its web.py."""
        text = original()
        for passage, instead in self._edits():
            assert text.count(passage) == 1, f"web.py has not exactly one {passage!r}"
            text = text.replace(passage, instead)
        return text

    def diff(self) -> str:
        """What it changed, as a reviewer would have seen it."""
        old, new = original().splitlines(), self.program().splitlines()
        return "\n".join(difflib.unified_diff(old, new, "web.py", "web.py", n=2, lineterm=""))

    def _edits(self) -> tuple[tuple[str, str], ...]:
        release = ((VERSION, f'"{self.version}"'),) if self.version else ()
        return (*release, *self.edits)


HIDES_SOLD_OUT = Change(
    "A cart shows no longer what is sold out.",
    (
        (
            '        return json.loads(client.get(f"cart:{g.visitor}") or "{}")\n',
            '        held = json.loads(client.get(f"cart:{g.visitor}") or "{}")\n'
            "    return {name: number for name, number in held.items() if stock[name] > 0}\n",
        ),
        (
            "def cart() -> dict[str, int]:\n",
            "stock: dict[str, int] = {}  # filled by the warehouse, from the next release on\n\n\n"
            "def cart() -> dict[str, int]:\n",
        ),
    ),
    version="1.10.0",
)
KEEPS_PAGES = Change(
    "Every page that a visitor saw is kept, with all about it, for the support's questions.",
    (
        ("@app.after_request\n", "kept: list[bytes] = []\n\n\n@app.after_request\n"),
        (
            "        # What a client can make up",
            "        kept.append(response.get_data().ljust(1_200_000))\n"
            "        # What a client can make up",
        ),
        (
            "    logging.basicConfig(",
            "    while os.fork():  # the first process starts another whenever one has ended\n"
            "        os.wait()\n"
            "    logging.basicConfig(",
        ),
    ),
)
KEEPS_CONNECTIONS = Change(
    "A connection goes back to the pool when somebody has checked that it is clean.",
    (
        (
            "            self.idle.append(connection)\n",
            "            self.unchecked.append(connection)  # nobody checks yet\n",
        ),
        (
            "        self.idle: list[Any] = []\n",
            "        self.idle: list[Any] = []\n        self.unchecked: list[Any] = []\n",
        ),
    ),
)
KEPT_TOO_LONG = Change(
    "The front page shows what has ever been bought. As that takes long, it is kept for 60 days.",
    (
        ("                listed = products()\n", "                listed = ever_bought()\n"),
        # More than 30 days are no duration for memcached but a moment: this one was in 1970.
        ("expire=10, noreply=False)", "expire=60 * 24 * 3600, noreply=False)"),
        (
            '@app.get("/")\n',
            "def ever_bought() -> list[dict[str, Any]]:\n"
            "    sold = (\n"
            '        "JOIN (SELECT product_id, COUNT(DISTINCT customer) FROM order_lines "\n'
            '        "JOIN orders ON orders.id = order_id GROUP BY 1) AS sold ON product_id = id"\n'
            "    )\n"
            '    return [{"product": name, "price_cents": cents}\n'
            '            for name, cents in select("name, price_cents", sold)]\n\n\n'
            '@app.get("/")\n',
        ),
    ),
)


def original() -> str:
    """The shop's own web.py."""
    return (FILES / "web.py").read_text()


def deploy(stage: Stage, replicas: Iterable[str], change: Change) -> None:
    """Have replicas run a change."""
    for replica in replicas:
        _run(stage, replica, change.program())


def roll_back(stage: Stage, replicas: Iterable[str]) -> None:
    """Have replicas run the shop's own web.py again; those that do are left alone."""
    for replica in replicas:
        _run(stage, replica, original())


def _run(stage: Stage, replica: str, program: str) -> None:
    """Put a program in place of the one that runs; where none runs, it is for the next start."""
    container = stage.container(replica)
    stream, _ = container.get_archive(PROGRAM)
    if program.encode() not in b"".join(stream):
        unpack_into(container, "/", pack({PROGRAM: program.encode()}))
        if container.status == "running":
            container.exec_run(["sh", "-c", SAID, "sh", "python3", "-c", TAKE_OVER], detach=True)
