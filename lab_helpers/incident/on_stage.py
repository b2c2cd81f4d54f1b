"""An incident on stage: announced by nobody, ended by the instructor, and told."""

import random
from collections.abc import Callable
from contextlib import suppress

from lab_helpers.errors import WaitFailed, WorkshopError
from lab_helpers.incident import marker
from lab_helpers.incident.health import why_not_well
from lab_helpers.incident.incident import Incident, make_well, mend_all
from lab_helpers.incident.plan import LEVELS, at_most
from lab_helpers.incident.truth import Truth
from lab_helpers.incident.vocabulary import CAUSES, SYMPTOMS
from lab_helpers.stage import Demo
from lab_helpers.waiting import wait_until

SEEDS = 10_000  # as many are drawn from: short enough to be written on a board
CALMS = 30.0  # seconds within which a shop that was just started is well


def until_enter(incident: Incident) -> None:
    """Wait for the Enter key; where nobody can press it, until all of it has happened."""
    try:
        input("Press Enter to end it: all is mended then, and told.\n")
    except EOFError:
        incident.wait()


def perform(
    demo: Demo,
    seed: str = "",
    level: int | str = 1,
    until: Callable[[Incident], object] = until_enter,
) -> Truth:
    """Have an incident happen on stage until ``until`` returns; then mend it and tell the truth.

    Args:
        seed: as for `Incident`; an empty text draws one.
        until: waits for the room; an interrupt ends the incident as well.

    Raises:
        WorkshopError: no such seed or level, nothing on stage or another checkout's, an incident is
            under way there, or the shop is not well.
        WaitFailed: the shop does not get well again.
    """
    incident = Incident(seed or random.SystemRandom().randrange(SEEDS), level)
    demo.require_ours()
    links = "\n".join(f"  {what:<20}  {link}" for what, link in demo.links().items())
    if not marker.is_there(demo):
        with suppress(WaitFailed):  # `start` says what is wrong
            wait_until(lambda: not why_not_well(demo), "the shop is well", timeout=CALMS)
    incident.start(demo)
    try:
        print(
            f"Incident {incident.seed}, level {incident.level} ({LEVELS[incident.level]}): it "
            f"begins within {at_most():.0f} s.\nFind it from metrics alone: who is hurt, since "
            f"when, where, and why?\n{links}",
            flush=True,
        )
        until(incident)
    except KeyboardInterrupt:
        pass
    finally:
        truth = incident.end()
    return truth


def heal(demo: Demo) -> None:
    """Mend whatever incidents can break on stage; see `make_well`."""
    demo.require_ours()
    make_well(demo)


def clear(demo: Demo) -> None:
    """As `heal`, if an incident was left half-way on this checkout's stage."""
    demo.require_ours()
    try:
        left = marker.is_there(demo)
    except WorkshopError:
        return  # nothing is on stage, or not enough of it
    if left:
        heal(demo)


def reset(demo: Demo) -> str:
    """Have the stage be as at its start, an incident that was left half-way on it forgotten.

    Raises:
        WorkshopError: nothing is on stage or another checkout's, or an incident of another program
            is under way there.
        WaitFailed: what was started again does not answer.
    """

    def mend() -> None:
        answers = [False]

        def ask() -> bool:
            answers[0] = marker.is_there(demo)
            return True

        wait_until(ask, "Consul answers", timeout=CALMS)
        if answers[0]:
            mend_all(demo)
            marker.give_back(demo)

    return demo.reset(mend)


def told(truth: Truth) -> str:
    """What happened, for a terminal: what, when (UTC), where, and how it could be seen."""
    lines = [] if truth.happenings else ["It was ended before anything happened."]
    for one in truth.happenings:
        is_fault = one.kind == "fault"
        hurt = f"; {SYMPTOMS[one.symptom]}" if is_fault else ""
        until = f" to {one.ended:%H:%M:%S}" if one.ended else ""
        lines += [
            f"{one.began:%H:%M:%S}{until} UTC  {'fault' if is_fault else 'false lead'}: "
            f"{one.name}, at {' and '.join(one.where)}",
            f"  {CAUSES[one.cause]}{hurt}",
            f"  {one.debrief}",
            f"  seen by: {one.shows}",
        ]
        if is_fault:
            lines += [
                f"  paged: {', '.join(one.alerts) or 'nobody'}",
                f"  mended: {one.mended_by}",
            ]
    return "\n".join(lines)
