"""All that can happen in an incident, by name."""

from collections.abc import Mapping

from lab_helpers.errors import WorkshopError
from lab_helpers.incident.faults import beneath, database, leads, shop, stage, watching
from lab_helpers.incident.trouble import Trouble

TROUBLES: Mapping[str, Trouble] = {
    one.name: one
    for room in (stage, shop, database, beneath, watching, leads)
    for one in room.TROUBLES
}
FAULTS: Mapping[str, Trouble] = {n: one for n, one in TROUBLES.items() if one.kind == "fault"}
LEADS: Mapping[str, Trouble] = {n: one for n, one in TROUBLES.items() if one.kind == "lead"}


def trouble(name: str) -> Trouble:
    """The fault or the false lead of that name.

    Raises:
        WorkshopError: there is none; the message has those that there are.
    """
    if name not in TROUBLES:
        raise WorkshopError(f"There is no cause {name!r}. There are: {', '.join(TROUBLES)}.")
    return TROUBLES[name]
