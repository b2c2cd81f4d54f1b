"""An incident on a running shop as a case: looked into while it lasts, and mended."""

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import requests

from lab_helpers.errors import WaitFailed, WorkshopError
from lab_helpers.incident.case import Case
from lab_helpers.incident.catalogue import FAULTS
from lab_helpers.incident.health import why_not_well
from lab_helpers.incident.incident import PATIENCE, Incident
from lab_helpers.incident.scene import Scene
from lab_helpers.promql.client import PromQLClient
from lab_helpers.services.inbox import HEARTBEAT
from lab_helpers.stage.faults import Stage
from lab_helpers.waiting import wait_until

if TYPE_CHECKING:
    import pandas as pd

BEFORE = 120
"""Seconds before an incident was asked for that can be looked at, as far as there are samples."""


class LiveCase(Case):
    """A case on a running shop.

    incident: started on that stage. counts: whether the result is kept in the learner's record.
    """

    def __init__(self, incident: Incident, stage: Stage, *, counts: bool = True) -> None:
        self._incident, self._stage = incident, stage
        scene = _scene(incident, stage)
        super().__init__(
            scene, lambda: incident.truth, seed=incident.seed, level=incident.level, counts=counts
        )

    def actions(self) -> "pd.DataFrame":
        """What can be done to the shop: for each cause what mends it, and where it may be."""
        import pandas as pd

        rows = {
            name: (
                one.words(one.mended_by, ("the instance",)),
                " or ".join(map(" and ".join, one.radii)),
            )
            for name, one in FAULTS.items()
        }
        frame = pd.DataFrame.from_dict(rows, orient="index", columns=["action", "where"])
        return frame.rename_axis("cause")

    def mend(self, cause: str, *where: str) -> str:
        """Do what mends a cause at these instances, and wait until the shop is well again.

        cause: as in `actions`. where: by default all instances that it may concern.

        Raises:
            WorkshopError: no such cause, or not there; or the incident is over.
        """
        began = time.monotonic()
        if not self._incident.mend(cause, *where):
            wrong = why_not_well(self._stage)
            return f"That mended nothing. Still wrong: {wrong[0] if wrong else 'something quiet'}."
        try:
            wait_until(self._incident.recovered, "the shop is well again", timeout=PATIENCE)
        except WaitFailed:
            wrong = why_not_well(self._stage)
            return (
                "That mended a fault, and yet the shop is not well after "
                f"{PATIENCE:.0f} s: {wrong[0] if wrong else 'something else is still wrong'}."
            )
        return f"That mended it: the shop is well again after {time.monotonic() - began:.0f} s."


def investigate(incident: Incident, stage: Stage, *, counts: bool = True) -> LiveCase:
    """Open an incident that was started as a case: from now on the clock runs.

    counts: whether the result is kept in the learner's record.

    Raises:
        WorkshopError: it was not started, or has ended.
    """
    if not incident.is_running:
        raise WorkshopError(f"{incident} is not under way: start it with `start(field)`.")
    return LiveCase(incident, stage, counts=counts)


def _scene(incident: Incident, stage: Stage) -> Scene:
    assert incident.asked
    client = PromQLClient(stage.url("prometheus"))
    inbox = f"{stage.url('inbox')}/api/messages"
    asked = int(incident.asked.timestamp())
    started = client.query("process_start_time_seconds{job='prometheus'}").value
    begin = max([asked - BEFORE, *(int(each) + 1 for each in started)])

    def messages() -> list[dict[str, Any]]:
        found = requests.get(inbox, timeout=10).json()
        since = [each for each in found if each["to"] != HEARTBEAT and each["arrived"] >= asked]
        return without_old_endings(since)

    return Scene(client, begin, lambda: int(time.time()), messages)


def without_old_endings(messages: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out what only says that alerts are over of which no message here said that they fire.

    The shop is well some seconds before Alertmanager says so: who starts one incident after another
    would be told of the first in the second.

    messages: as the inbox lists them, oldest first.
    """
    fired: set[tuple[str, str]] = set()
    kept: list[dict[str, Any]] = []
    for message in messages:
        to, alerts = message["to"], message["alerts"]
        fired.update((to, each["fingerprint"]) for each in alerts if each["status"] == "firing")
        if not alerts or any((to, each["fingerprint"]) in fired for each in alerts):
            kept.append(message)
    return kept
