"""Who started a container: a process, told from every other, and whether it has ended."""

import os
import uuid
from functools import cache
from pathlib import Path

import psutil

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_PID_NAMESPACE = Path("/proc/self/ns/pid")


@cache
def owner() -> str:
    """This process, told from every other on every machine: place, process id, start time."""
    return f"{_place()}/{os.getpid()}/{_started(os.getpid())}"


def has_ended(name: str) -> bool:
    """Whether the process called ``name`` by :func:`owner` is known to have ended.

    Of a process that cannot be seen from here, on another machine or in another container, that is
    never known.
    """
    place, pid, started = name.rsplit("/", 2)
    if place != _place():
        return False
    try:
        return _started(int(pid)) != started
    except psutil.NoSuchProcess:
        return not _exists(int(pid))
    except psutil.AccessDenied:
        return False


@cache
def _place() -> str:
    """Where process ids mean what they mean here.

    A host name would not do: two machines may have the same, as may two containers. On Linux it is
    this start of the kernel and its table of processes; elsewhere no container has one of its own.
    """
    if _BOOT_ID.exists():
        namespace = _PID_NAMESPACE.readlink().name.strip("pid:[]")
        return f"{_BOOT_ID.read_text().strip()}.{namespace}"
    return f"{uuid.getnode():x}"


def _started(pid: int) -> str:
    """When a process started; on Linux since the kernel did, as the clock may be set meanwhile."""
    since = psutil.boot_time() if psutil.LINUX else 0.0
    return f"{psutil.Process(pid).create_time() - since:.2f}"


def _exists(pid: int) -> bool:
    """Whether there is such a process, be it one that only its owner and root are shown."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
