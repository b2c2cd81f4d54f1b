"""Engines of one's own, started beside the one that is there, and gone in the end."""

import json
import os
import pwd
import resource
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import docker
import psutil

from lab_helpers.errors import WorkshopError
from lab_helpers.setup import bootstrap, engine, images, provision
from lab_helpers.waiting import wait_until
from tests.engines.checkout import NotHere
from tests.running import running
from tests.second_engine import second_engine

PODMAN = ("podman", "netavark", "aardvark-dns", "slirp4netns", "uidmap", "fuse-overlayfs")
USER = "workshop-engines"


def require_podman() -> None:
    """Install Podman, on Debian as root."""
    if not bootstrap.has_podman():
        if not bootstrap.can_install():
            raise NotHere("Podman is not installed, and is installed as root on Debian only")
        bootstrap.apt_install(*PODMAN)


def await_engine(address: str, log: Path) -> docker.DockerClient:
    """A client of an engine that is starting.

    Raises:
        NotHere: it does not answer within 30 s.
    """
    client = client_of(address)

    def answers() -> bool:
        try:
            return bool(client.ping())
        except (docker.errors.DockerException, OSError):
            return False

    until = time.monotonic() + 30
    while not answers():
        if time.monotonic() > until:
            raise NotHere(f"it does not start: {log.read_text(errors='replace')[-300:].strip()}")
        time.sleep(0.2)
    return client


def client_of(address: str) -> docker.DockerClient:
    """A client of an engine, which may take its time."""
    return docker.DockerClient(base_url=address, timeout=600, version="1.41")


def hand_over(address: str) -> None:
    """Give an engine the images that this machine's own has, so that it need not build them."""
    here = provision.present()
    recipe = (images.RECIPES / "Dockerfile").read_text()
    base = {recipe.split("ARG BASE=", 1)[1].split("\n", 1)[0], provision.DEBIAN_BASE}
    wanted = (set(images.read(images.RECORD_FILE).values()) | base) & here
    own = engine.client().api
    given = own.get(
        f"{own.base_url}/v{own.api_version}/images/get", params={"names": sorted(wanted)},
        stream=True,
    )  # fmt: skip
    given.raise_for_status()
    for said in client_of(address).api.load_image(given.iter_content(1 << 20)):
        if "error" in said:
            raise NotHere(f"it does not take this machine's images: {said['error']}")


@contextmanager
def podman(folder: Path, user: tuple[int, int] | None = None) -> Iterator[str]:
    """Podman's service with a store of its own; the answer is its address.

    Args:
        folder: where it keeps everything.
        user: who runs it, if not root.
    """
    require_podman()
    store, run = folder / "store", folder / "run"
    for made in (folder, store, run, folder / "networks"):
        made.mkdir(parents=True, exist_ok=True)
        made.chmod(0o711)
        if user:
            os.chown(made, *user)
    options = ["--root", str(store), "--runroot", str(run), "--cgroup-manager", "cgroupfs"]
    options += ["--network-config-dir", str(folder / "networks")]
    if user:  # or it may fall back on a whole copy of each image
        options += ["--storage-driver", "overlay"]
        options += ["--storage-opt", "overlay.mount_program=/usr/bin/fuse-overlayfs"]
    # It would give each container as many as the kernel has, which not every root may do.
    _, files = resource.getrlimit(resource.RLIMIT_NOFILE)
    processes = Path("/proc/sys/kernel/pid_max").read_text().strip()  # to which it lowers its own
    limits = [f"nofile={files}:{files}", f"nproc={processes}:{processes}"]
    own = f"[containers]\ndefault_ulimits = {json.dumps(limits)}\n"
    (folder / "containers.conf").write_text(own)
    environment = {**os.environ, "HOME": str(folder), "XDG_RUNTIME_DIR": str(run)}
    environment["CONTAINERS_CONF"] = str(folder / "containers.conf")
    for name in ("DOCKER_HOST", "CONTAINER_HOST"):
        environment.pop(name, None)
    who = {"user": user[0], "group": user[1], "extra_groups": []} if user else {}
    command = ["podman", *options]
    address = f"unix://{folder}/podman.sock"
    serve = [*command, "system", "service", "--time=0", address]
    how: dict[str, Any] = {"env": environment, "cwd": folder, **who}
    try:
        with running(serve, folder / "log", **how):
            await_engine(address, folder / "log")
            yield address
    finally:
        for words in (["rm", "--all", "--force"], ["network", "prune", "--force"]):
            subprocess.run([*command, *words], capture_output=True, **how)
        _end_all_of(folder, user[0] if user else None)
        clear(folder)


@contextmanager
def same_firewall() -> Iterator[None]:
    """Take Podman's rules out of this machine's firewall in the end, if it had none before."""

    def rules(table: str) -> list[list[str]]:
        listed = subprocess.run(["iptables", "-t", table, "-S"], capture_output=True, text=True)
        return [shlex.split(line) for line in listed.stdout.splitlines() if "NETAVARK" in line]

    tables = ("filter", "nat")
    before = any(map(rules, tables))
    try:
        yield
    finally:
        for table in () if before else tables:
            found = rules(table)
            for command, what in (("-A", "-D"), ("-N", "-X")):
                for rule in [rule for rule in found if rule[0] == command]:
                    subprocess.run(["iptables", "-t", table, what, *rule[1:]], capture_output=True)


@contextmanager
def docker_elsewhere(*options: str) -> Iterator[str]:
    """Docker's engine as if on another machine; the answer is its address, over TCP."""
    with ExitStack() as stack:
        try:
            second = stack.enter_context(second_engine(*options))
        except WorkshopError as problem:
            raise NotHere(str(problem)) from None
        yield second.tcp


@contextmanager
def ordinary_user() -> Iterator[tuple[int, int]]:
    """A user who may nothing, but has the ids that Podman without root needs."""
    if os.geteuid() != 0 or shutil.which("useradd") is None:
        raise NotHere("needs root, to make an ordinary user")
    subprocess.run(["useradd", "--no-create-home", USER], check=True, capture_output=True)
    made = pwd.getpwnam(USER)
    try:
        yield made.pw_uid, made.pw_gid
    finally:
        subprocess.run(["userdel", USER], capture_output=True)


def _end_all_of(folder: Path, user: int | None = None) -> None:
    """End what an engine has left running: whatever names its folder, or is its user's.

    Podman's watchers stay for five minutes after a command in a container, and then write again.
    """
    left = []
    for process in psutil.process_iter(["uids", "cmdline"]):
        names_it = any(f"{folder}/" in word for word in process.info["cmdline"] or ())
        if names_it or (user is not None and user in (process.info["uids"] or ())):
            left.append(process)
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(left, timeout=10)


@contextmanager
def open_to_all(device: Path) -> Iterator[None]:
    """A device that every user may open, as most machines have it."""
    before = device.stat().st_mode
    device.chmod(0o666)
    try:
        yield
    finally:
        device.chmod(before & 0o777)


def clear(folder: Path) -> None:
    """Remove a folder and what is mounted in it."""
    mounts = Path("/proc/mounts").read_text().splitlines()
    for line in reversed(mounts):
        if (place := line.split()[1]).startswith(f"{folder}/"):
            subprocess.run(["umount", "--lazy", place], capture_output=True)
    wait_until(lambda: _is_removed(folder), f"{folder} is removed", timeout=30)


def _is_removed(folder: Path) -> bool:
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()
