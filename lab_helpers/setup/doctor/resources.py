"""Checks of what the engine and this machine have: memory, disk, time, addresses."""

from __future__ import annotations

import shutil
import tempfile
import time
from ipaddress import IPv4Network
from itertools import islice
from pathlib import Path

from lab_helpers.setup import advice, environment, images, system
from lab_helpers.setup.doctor import left_over
from lab_helpers.setup.doctor.finding import Finding, Skipped, broken, look, ok
from lab_helpers.setup.doctor.machine import Engine, Machine
from lab_helpers.setup.images import ROOT

GIB = 2**30
#: GiB that the largest lab and the engine need, and what JupyterLab and a browser want beside.
MEMORY, BESIDE = 1.5, 1.0
#: GiB wanted beside the checkout and the engine's images: while they are to come, and afterwards.
DISK, DISK_LATER = 4.0, 0.5
#: GiB wanted where temporary files go.
TEMPORARY = 0.2
#: Seconds by which clocks may differ: the engine's and this machine's, and both and the world's.
SKEW, WORLD_SKEW = 5, 60
DAY = 86_400
#: Docker's own address pools, and how they are cut, where its settings name none.
POOLS = [(f"172.{number}.0.0/16", 16) for number in range(17, 32)] + [("192.168.0.0/16", 20)]
#: So few networks left are worth a word.
FEW = 4


def memory(machine: Machine) -> Finding:
    """Whether the engine has enough of it, and this machine has some left."""
    found = machine.engine()
    total = float(found.about["MemTotal"]) / GIB
    if total < MEMORY:
        return broken(
            f"The engine has {total:.1f} GiB of memory, and {MEMORY} GiB are wanted.",
            "In the larger labs services are killed, or not ready in time.",
            _more_memory(found),
        )
    free = _available() if found.local else None
    if free is not None and free < BESIDE:
        return look(
            f"Only {free:.1f} GiB of memory are free here, and {BESIDE:g} GiB are wanted.",
            "Labs and JupyterLab get slow, or are killed.",
            "End programs that you do not need: `ps aux --sort=-rss | head` says which are large.",
        )
    return ok(f"{total:.1f} GiB ({MEMORY} wanted)" + (f", {free:.1f} free" if free else ""))


def _more_memory(found: Engine) -> str:
    if found.kind == "Docker Desktop":
        return "In Docker Desktop: Settings, Resources, Memory."
    if "colima" in found.name:
        return "`colima stop && colima start --memory 4`."
    if found.kind == "Podman" and system.here().family == "macos":
        return "`podman machine stop && podman machine set -m 4096 && podman machine start`."
    if system.here().wsl:
        return "In Windows: `memory=4GB` under `[wsl2]` in .wslconfig, then `wsl --shutdown`."
    return "Give that machine more, or use an engine on another one."


def _available() -> float | None:
    """GiB that programs can still have, where Linux says so."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    said = dict(line.split(":", 1) for line in lines)
    return int(said["MemAvailable"].split()[0]) / 2**20 if "MemAvailable" in said else None


def clock(machine: Machine) -> Finding:
    """Whether this machine's clock, the engine's, the files' and a registry's agree."""
    ahead = _of_files() - time.time()
    if ahead > DAY:
        return broken(
            f"This machine's clock is behind: files of this folder are from {ahead / DAY:.0f} days "
            "later.",
            "Certificates are refused, and what is measured is put into the wrong time.",
            system.here().set_clock(),
        )
    try:
        engine = machine.engine()
        route = machine.answer()
    except Skipped as reason:
        return ok(f"not earlier than the files of this folder (no more is known: {reason})")
    if abs(engine.ahead) > SKEW:
        word = "ahead of" if engine.ahead > 0 else "behind"
        return broken(
            f"The engine's clock is {abs(engine.ahead):.0f} s {word} this machine's.",
            "A page asks for the last minutes, and the engine's minutes are others: it shows "
            "nothing, or too much.",
            _set_engine_clock(engine),
        )
    if route and route.ahead is not None and abs(route.ahead) > WORLD_SKEW:
        word = "behind" if route.ahead > 0 else "ahead of"
        return look(
            f"This machine's clock is {abs(route.ahead):.0f} s {word} that of {route.host}.",
            "Times on the pages are wrong; from a day on, certificates are refused.",
            system.here().set_clock(),
        )
    told = f", and {route.host}'s" if route and route.ahead is not None else ""
    return ok(f"within {max(1, round(abs(engine.ahead)))} s of the engine's{told}")


def _of_files() -> float:
    """The newest time that the files of this checkout have, in seconds since 1970."""
    files = (images.ROOT, images.UPSTREAM_FILE, images.RECORD_FILE, environment.STAMP)
    return max(file.stat().st_mtime for file in files if file.exists())


def _set_engine_clock(engine: Engine) -> str:
    if engine.kind == "Docker Desktop":
        return "Restart Docker Desktop: its clock stands still while a laptop sleeps."
    if "colima" in engine.name:
        return "`colima restart`: its clock stands still while a laptop sleeps."
    if engine.kind == "Podman" and system.here().family == "macos":
        return "`podman machine stop && podman machine start`."
    if system.here().wsl:
        return system.here().set_clock()
    return f"Set the clocks of both: here {system.here().set_clock()}"


def addresses(machine: Machine) -> Finding:
    """How many networks more the engine has addresses for."""
    found = machine.engine()
    if found.kind == "Podman":
        return ok("Podman has enough for thousands of networks")
    pools = [(one["Base"], one["Size"]) for one in found.about.get("DefaultAddressPools") or ()]
    taken = [
        IPv4Network(part["Subnet"], strict=False)
        for network in machine.ask("/networks")
        for part in (network.get("IPAM") or {}).get("Config") or ()
        if part.get("Subnet") and ":" not in part["Subnet"]
    ]
    taken += _routes() if found.local else []
    left = 0
    for base, size in pools or POOLS:
        if ":" not in base:
            left += _free_blocks(IPv4Network(base), size, taken)
    if not left:
        trouble = advice.no_addresses()
        return broken(trouble.what, "No lab starts.", trouble.remedy, left_over.sweep(machine))
    if left < FEW:
        return look(
            f"The engine has addresses for {left} more networks only.",
            "Each lab that runs takes one.",
            advice.no_addresses().remedy,
            left_over.sweep(machine),
        )
    return ok(f"for {left} networks more, one for each lab that runs")


def _free_blocks(pool: IPv4Network, size: int, taken: list[IPv4Network]) -> int:
    """How many of a pool's blocks are free; a hundred stand for as many as anybody needs."""
    blocks = pool.subnets(new_prefix=size)
    free = (block for block in blocks if not any(map(block.overlaps, taken)))
    return len(list(islice(free, 100)))


def _routes() -> list[IPv4Network]:
    """The networks that this machine has a way to, which Docker does not use for containers."""
    try:
        lines = Path("/proc/net/route").read_text().splitlines()[1:]
    except OSError:
        return []
    found = []
    for fields in map(str.split, lines):
        place, mask = (int.from_bytes(bytes.fromhex(fields[n]), "little") for n in (1, 7))
        if mask:
            found.append(IPv4Network((place, bin(mask).count("1"))))
    return found


def disk(machine: Machine) -> Finding:
    """Whether there is room beside the checkout, for temporary files, and for the engine."""
    try:
        to_come = bool(machine.missing_images())
        engine = machine.engine()
        store = str(engine.about.get("DockerRootDir", "")) if engine.local else ""
    except Skipped:
        to_come, store = True, ""
    wanted = DISK if to_come else DISK_LATER
    places = {
        "beside this folder": (ROOT, wanted),
        "for temporary files": (Path(tempfile.gettempdir()), TEMPORARY),
        "for the engine": (Path(store), wanted),
    }
    least_free = []
    for what, (place, least) in places.items():
        if not place.is_absolute() or not place.exists():
            continue
        free = shutil.disk_usage(place).free / GIB
        if free < least:
            return broken(
                f"The disk is full {what}: {free:.1f} GiB are free at {place}, {least:g} GiB are "
                "wanted.",
                "Images are not pulled, or databases and notebooks cannot write.",
                _make_room(what, place),
            )
        least_free.append(free)
    return ok(f"{min(least_free):.0f} GiB are free ({wanted:g} wanted)")


def _make_room(what: str, place: Path) -> str:
    if what == "for the engine":
        return (
            "`docker system df` says what takes it; `docker system prune` removes what no "
            "container uses, of all your projects: look before you say yes."
        )
    return f"Remove what you do not need: `du -xhd1 {place} | sort -h | tail` says what is large."
