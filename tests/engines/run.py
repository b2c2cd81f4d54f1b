"""`make engines`: set-up, the contracts, a chapter and a lab on each engine that can be had here.

The engine that is there is used, never touched: what is started beside it is gone in the end.
"""

import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import docker

from lab_helpers.setup import engine, images
from tests.docker_context import choose
from tests.engines import daemons
from tests.engines.checkout import Checkout, NotHere, Outcome, copy, packages

CONTRACTS = "tests/containers/services/test_contract.py"
CHAPTER = "notebooks/01_first_scrape.ipynb"
LAB = "labs/01_first_scrape/lab.ipynb"
COLUMNS = ("set-up", "contracts", "chapter 01", "lab 01")
LOCAL_SOCKET = Path("/var/run/docker.sock")
#: What a machine like this one cannot play. The README says so too.
UNTESTED = ("Docker Desktop", "Colima", "Windows with WSL 2", "SELinux", "Arm")


class Bench:
    """Where the copies of this checkout are, and the packages that they use."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.packages = packages(folder / "packages")

    def checkout(
        self,
        name: str,
        settings: Mapping[str, str] | None = None,
        user: tuple[int, int] | None = None,
    ) -> Checkout:
        """A copy of this checkout, whose environment has some settings."""
        return Checkout(copy(self.folder / name, self.packages, user), settings or {}, user)


def all_steps(checkout: Checkout) -> list[Outcome]:
    """Set-up, then the rest, if there is an image for it."""
    ready = checkout.set_up()
    if not ready.passed:
        return [ready]
    return [ready, *(checkout.test(path) for path in (CONTRACTS, CHAPTER, LAB))]


# One function an engine: what it answers is how each step went.


def podman_as_root(bench: Bench) -> list[Outcome]:
    """With nothing in its store: each image is pulled, or built."""
    with daemons.same_firewall(), daemons.podman(bench.folder / "podman") as address:
        return all_steps(bench.checkout("root", {"DOCKER_HOST": address}))


def podman_rootless(bench: Bench) -> list[Outcome]:
    """An ordinary user's own Podman, which has been given the images."""
    with ExitStack() as stack:
        user = stack.enter_context(daemons.ordinary_user())
        for device in ("/dev/net/tun", "/dev/fuse"):
            stack.enter_context(daemons.open_to_all(Path(device)))
        address = stack.enter_context(daemons.podman(bench.folder / "rootless", user))
        daemons.hand_over(address)
        return all_steps(bench.checkout("user", {"DOCKER_HOST": address}, user))


def group_docker(bench: Bench) -> list[Outcome]:
    """An ordinary user who may use this machine's engine."""
    _require_local_docker()
    with daemons.ordinary_user() as user:
        checkout = bench.checkout("group", user=user)
        checkout.groups = [LOCAL_SOCKET.stat().st_gid]
        return all_steps(checkout)


def remote_over_tcp(bench: Bench) -> list[Outcome]:
    """Another machine's engine, of which only its address is known."""
    with daemons.docker_elsewhere() as address:
        daemons.hand_over(address)
        return all_steps(bench.checkout("remote-user", {"DOCKER_HOST": address}))


def docker_context(bench: Bench) -> list[Outcome]:
    """The same, named by the docker command's context in place of a variable."""
    with daemons.docker_elsewhere() as address:
        daemons.hand_over(address)
        checkout = bench.checkout("context-user")
        choose(checkout.folder / ".docker", address)
        return all_steps(checkout)


def proxy(bench: Bench) -> list[Outcome]:
    """A company's proxy in the environment, and no word of what is not to go there."""
    with daemons.docker_elsewhere() as address, a_proxy() as (url, asked):
        daemons.hand_over(address)
        names = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY")
        settings = {**dict.fromkeys(names, url), "DOCKER_HOST": address}
        found = all_steps(bench.checkout("proxy-user", settings))
        ours = [
            line for line in asked if "127.0.0.1" in line or str(urlsplit(address).hostname) in line
        ]
        if ours:
            found.append(Outcome("FAILED", False, 0, f"the proxy was asked for {ours[0]}"))
        return found


def no_addresses(bench: Bench) -> list[Outcome]:
    """Every address pool in use: one sentence, and no traceback."""
    few = ("--default-address-pool", "base=10.214.0.0/24,size=26")
    with daemons.docker_elsewhere(*few) as address:
        client = daemons.client_of(address)
        try:
            for number in range(5):
                client.networks.create(f"taken-{number}")
            return [Outcome("FAILED", False, 0, "the pools have no end")]
        except docker.errors.APIError:
            pass
        began = time.monotonic()
        chosen = images.read(images.RECORD_FILE) | {"DOCKER_HOST": address}
        checkout = bench.checkout("late", chosen)
        done = checkout.workshop("check", "01.2", "--answer", "scrape_configs: []")
        sentence = "no addresses left" in done.stderr and "Traceback" not in done.stderr
        good = done.returncode == 1 and sentence and done.stderr.count("\n") == 1
        seconds = time.monotonic() - began
        return [
            Outcome(
                "one sentence" if good else "FAILED", good, seconds, "" if good else done.stderr
            )
        ]


def two_people(bench: Bench) -> list[Outcome]:
    """Two containers of one name, each with a table of processes, on this machine's engine."""
    _require_local_docker()
    if shutil.which("unshare") is None:
        raise NotHere("needs unshare")

    def person(name: str) -> Outcome:
        checkout = bench.checkout(name)
        checkout.wrapped = lambda command, _: [
            "unshare", "--pid", "--fork", "--kill-child", "--mount-proc", *command
        ]  # fmt: skip
        ready = checkout.set_up()
        return checkout.test(CHAPTER) if ready.passed else ready

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(person, ("alice", "bob"))
    none = Outcome("–", True, 0)
    both = Outcome(
        f"{first.word} + {second.word}",
        first.passed and second.passed,
        max(first.seconds, second.seconds),
        first.message or second.message,
    )
    return [none, none, both]


def development_container(bench: Bench) -> list[Outcome]:
    """A container that has this machine's engine, and reaches its ports at the gateway."""
    _require_local_docker()
    gateway = engine.address_on(engine.client().api.inspect_network("bridge"))
    checkout = bench.checkout("workspace", {"TESTCONTAINERS_HOST_OVERRIDE": gateway})

    def inside(command: list[str], environment: Mapping[str, str]) -> list[str]:
        python = (bench.packages / "bin" / "python").resolve()
        shared = {Path("/usr"), python.parents[1], bench.packages, bench.folder, LOCAL_SOCKET}
        words = [word for path in sorted(shared) for word in ("--volume", f"{path}:{path}")]
        words += [word for pair in environment.items() for word in ("--env", "=".join(pair))]
        words += ["--workdir", str(checkout.folder), "--user", "0", "--entrypoint", command[0]]
        return ["docker", "run", "--rm", *words, images.image_for("shop"), *command[1:]]

    checkout.wrapped = inside
    return all_steps(checkout)


ENGINES: dict[str, tuple[str, Callable[[Bench], list[Outcome]]]] = {
    "podman-root": ("Podman as root, from nothing", podman_as_root),
    "podman-rootless": ("Podman without root", podman_rootless),
    "group": ("Docker, a user in its group", group_docker),
    "tcp": ("Docker elsewhere, over TCP", remote_over_tcp),
    "context": ("Docker elsewhere, a context", docker_context),
    "proxy": ("a proxy in the environment", proxy),
    "pools": ("every address pool taken", no_addresses),
    "two": ("two people on one engine", two_people),
    "devcontainer": ("a development container", development_container),
}


def _require_local_docker() -> None:
    if (
        engine.host() != engine.LOOPBACK
        or not LOCAL_SOCKET.exists()
        or shutil.which("docker") is None
    ):
        raise NotHere("needs Docker on this machine's default socket")


@contextmanager
def a_proxy() -> Iterator[tuple[str, list[str]]]:
    """A proxy that refuses everything: its address, and what it was asked for."""
    listener = socket.create_server(("127.0.0.1", 0))
    asked: list[str] = []

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return  # it is over
            with client:
                asked.append(client.recv(4096).split(b"\r\n")[0].decode(errors="replace"))
                client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", asked
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def tried(name: str, bench: Bench) -> tuple[bool, str]:
    """A line of the table: whether all is well, and what it says."""
    title, steps = ENGINES[name]
    try:
        found = steps(bench)
    except NotHere as reason:
        return True, f"{title:<30}  not here: {reason}"
    except Exception as problem:  # the others are tried all the same
        found = [Outcome("FAILED", False, 0, f"{type(problem).__name__}: {problem}")]
    seconds = sum(outcome.seconds for outcome in found)
    words = [outcome.word for outcome in found] + ["–"] * (len(COLUMNS) - len(found))
    message = next((outcome.message for outcome in found if not outcome.passed), "")
    line = f"{title:<30}  " + "  ".join(f"{word:<22}" for word in words) + f"  {seconds:>6.0f} s"
    first = " ".join(message.split())[:400]
    return all(outcome.passed for outcome in found), line + (f"\n    {first}" if first else "")


def main(chosen: list[str]) -> int:
    """Try the engines named, or all of them."""
    print(f"{'engine':<30}  " + "  ".join(f"{word:<22}" for word in COLUMNS) + "  seconds")
    good = True
    with tempfile.TemporaryDirectory(prefix="workshop-engines-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        bench = Bench(Path(folder))
        for name in chosen or ENGINES:
            well, line = tried(name, bench)
            print(line, flush=True)
            good &= well
    for name in UNTESTED:
        print(f"{name:<30}  untested: needs another machine")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
