"""What a run of the tests left behind: on the engine, among the processes, in the checkout."""

import subprocess
from dataclasses import dataclass

import psutil

from lab_helpers.setup import engine
from lab_helpers.setup.images import ROOT
from lab_helpers.setup.owner import has_ended
from tests.own_lab import is_held

#: A variable in the environment of each process of a run, whatever session it is in.
MARK = "WORKSHOP_SOAK_RUN"


@dataclass(frozen=True)
class Snapshot:
    """What there is at one moment, each with words that a reader can look for."""

    things: frozenset[str]

    @classmethod
    def now(cls) -> "Snapshot":
        """Look at the engine and at the checkout."""
        return cls(frozenset({*_containers(), *_networks(), *_volumes(), *_files()}))

    def added_since(self, earlier: "Snapshot") -> list[str]:
        """What is there that was not."""
        return sorted(self.things - earlier.things)


def processes(run: str) -> list[str]:
    """The processes of a run that are still there."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == run and process.status() != psutil.STATUS_ZOMBIE:
                found.append(f"process {process.pid} ({' '.join(process.cmdline())[:60]})")
        except psutil.Error:  # another user's, or it has just ended
            continue
    return found


def _is_at_work(labels: dict[str, str] | None) -> bool:
    """Whether it belongs to a process that runs: another checkout's, or a notebook's."""
    owner = (labels or {}).get(engine.OWNER_LABEL)
    return owner is not None and not has_ended(owner)


def _containers() -> list[str]:
    return [
        f"container {found['Id'][:12]} ({found['Image']})"
        for found in engine.client().api.containers(all=True)
        if not _is_at_work(found["Labels"])
    ]


def _networks() -> list[str]:
    return [
        f"network {found['Name']}"
        for found in engine.client().api.networks()
        if not _is_at_work(found["Labels"]) and not _is_held(found)
    ]


def _is_held(network: dict) -> bool:
    """Whether it is the engine that keeps a lab's network: nobody left it behind."""
    return engine.OWNER_LABEL in (network["Labels"] or {}) and is_held(network["Id"])


def _volumes() -> list[str]:
    """Those that no container uses."""
    found = engine.client().api.volumes(filters={"dangling": True})["Volumes"] or []
    return [f"volume {volume['Name'][:12]}" for volume in found]


def _files() -> list[str]:
    """Those that git would add or has seen change."""
    said = subprocess.run(
        ["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [f"file {line[3:]}" for line in said.splitlines()]
