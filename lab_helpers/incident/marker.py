"""The sign, in the shop's own Consul, that an incident is under way there, and whose it is."""

import requests

from lab_helpers.errors import ServiceFailed, WorkshopError
from lab_helpers.setup.owner import has_ended, owner
from lab_helpers.stage.faults import Stage

KEY = "/v1/kv/workshop/incident"


def take(stage: Stage) -> None:
    """Say that an incident of this process begins.

    Raises:
        WorkshopError: there is one already; the message says what to do.
        ServiceFailed: there is no Consul, so there is no shop.
    """
    # cas=0: only if nobody has said so. Two that come at the same moment do not both get it.
    if _ask(stage, "PUT", f"{KEY}?cas=0", owner()).strip() != "true":
        require_nobody_else(stage)
        if _ask(stage, "GET", f"{KEY}?raw") == owner():
            raise WorkshopError(
                "An incident is under way here: end it with `end()`, or mend all with "
                "`make_well(stage)`."
            )
        raise WorkshopError(
            "An incident was left half-way here. Mend the shop first: `make_well(stage)`, or on "
            "stage `workshop demo heal incident`."
        )


def is_there(stage: Stage) -> bool:
    """Whether an incident is under way here, or was left half-way.

    Raises:
        ServiceFailed: there is no Consul, so there is no shop.
    """
    return bool(_ask(stage, "GET", f"{KEY}?raw"))


def require_nobody_else(stage: Stage) -> None:
    """Raise WorkshopError if an incident of another process, which runs, is under way here."""
    whose = _ask(stage, "GET", f"{KEY}?raw")
    if whose and whose != owner() and not has_ended(whose):
        raise WorkshopError(
            "An incident of another program is under way here: end it there first; on stage, press "
            "Enter in the terminal where it runs."
        )


def give_back(stage: Stage) -> None:
    """Say that it is over."""
    _ask(stage, "DELETE", KEY)


def _ask(stage: Stage, method: str, path: str, text: str = "") -> str:
    try:
        answer = requests.request(method, stage.url("consul") + path, data=text, timeout=5)
    except requests.RequestException as problem:
        raise ServiceFailed(f"Consul does not answer, so there is no shop: {problem}.") from None
    return answer.text if answer.ok else ""
