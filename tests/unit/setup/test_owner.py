"""Whose a container is, and whether its owner is known to have ended. No engine is needed."""

import os
import subprocess
import sys
import time
from typing import Any

import psutil
import pytest

from lab_helpers.setup import engine, owner


def test_only_a_process_that_has_ended_is_gone() -> None:
    me = owner.owner()
    assert not owner.has_ended(me)
    place, pid, started = me.rsplit("/", 2)
    assert owner.has_ended(f"{place}/{pid}/{float(started) - 1:.2f}"), "its number was used again"
    unused = max(psutil.pids()) + 1
    assert owner.has_ended(f"{place}/{unused}/{started}")


def test_of_a_process_elsewhere_nothing_is_known() -> None:
    place, pid, started = owner.owner().rsplit("/", 2)
    assert not owner.has_ended(f"another-{place}/{pid}/{started}")
    unused = max(psutil.pids()) + 1
    assert not owner.has_ended(f"another-{place}/{unused}/{started}")


@pytest.mark.skipif(os.geteuid() != 0 or not psutil.LINUX, reason="unshare needs root on Linux")
def test_a_container_of_the_same_name_has_processes_of_its_own() -> None:
    ask = "from lab_helpers.setup.owner import owner; print(owner())"
    apart = ["unshare", "--pid", "--fork", "--mount-proc", sys.executable, "-c", ask]
    done = subprocess.run(apart, capture_output=True, text=True, check=True)
    assert done.stdout.rsplit("/", 2)[1] == "1"
    assert not owner.has_ended(done.stdout.strip())


def test_the_clock_may_be_set_while_a_process_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """psutil's start times follow the clock: a notebook must not seem to be another one's."""
    me, booted = owner.owner(), psutil.boot_time()
    monkeypatch.setattr("psutil._psplatform.boot_time", lambda: booted + 3600)
    monkeypatch.setattr(psutil, "boot_time", lambda: booted + 3600)
    assert not owner.has_ended(me)


def test_a_process_that_is_not_shown_has_not_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some machines show nobody the processes of others (the mount option hidepid)."""

    def hidden(pid: int) -> str:
        raise psutil.NoSuchProcess(pid)

    me = owner.owner()
    monkeypatch.setattr(owner, "_started", hidden)
    assert not owner.has_ended(me)


def listed(who: str, state: str, age: float) -> dict[str, Any]:
    return {"Labels": {engine.OWNER_LABEL: who}, "State": state,
            "Created": psutil.boot_time() - age}  # fmt: skip


@pytest.mark.skipif(not psutil.LINUX, reason="elsewhere the engine has a kernel of its own")
def test_what_stood_still_since_before_this_machine_was_started_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    found = [
        listed("before", "exited", 100),
        listed("before", "created", 50),
        listed("restarted", "running", 100),
        listed("restarted", "exited", 100),
        listed("elsewhere", "exited", -100),
        listed("elsewhere", "exited", 100),
    ]
    assert engine._owners_before_boot(found) == {"before"}
    monkeypatch.setenv("DOCKER_HOST", "tcp://engine.example:2375")
    assert engine._owners_before_boot(found) == set(), "it started at another time"
    assert time.time() > psutil.boot_time()
