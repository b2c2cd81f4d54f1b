"""Join a room, leave it, say how that stands."""

import secrets
from dataclasses import replace

from lab_helpers.errors import WorkshopError
from lab_helpers.seat import calls, membership, names, reports, sending
from lab_helpers.seat.membership import Membership

SENT = (
    "Each check tells the room the exercise, your tries, the name of the mistake, and whether it "
    "is solved. Your answers stay on your machine."
)
_SOON = 2.0  # seconds


def join(url: str, name: str) -> str:
    """Take part in a room; the answer says what that means.

    Raises:
        WorkshopError: the link or the name is none, the room refuses it or is away, or this
            checkout is in another one.
    """
    url, name = calls.link(url), names.checked(name)
    seat = _seat_for(url, name)
    membership.save(seat)  # before the room knows its secret: the answer may be lost on its way
    answer = calls.post(url, {"name": name, "secret": seat.secret})
    if answer.status == 0:
        raise WorkshopError(
            f"Nobody answers at {url}: are you on the room's network, and is the room open? "
            "Try again, or ask for the link."
        )
    if answer.status != 200:
        raise WorkshopError(answer.error or f"At {url} there is no room: ask for the link.")
    membership.save(replace(seat, active=True))
    sending.wake()
    sending.wait(_SOON)
    return f"You are in the room as {name}. {SENT}\n`workshop leave` ends that."


def _seat_for(url: str, name: str) -> Membership:
    """The seat to ask for: the one that this checkout has already, or a new one."""
    old = membership.load()
    new = Membership(url, name, secrets.token_urlsafe(24), active=False)
    if old is None:
        return new
    if old.token != new.token:
        if old.active:
            raise WorkshopError(
                f"You are in the room at {old.url} as {old.name}: `workshop leave` it first."
            )
        reports.clear()
        return new
    if old.name == name:
        return replace(old, url=url)
    if old.active:
        raise WorkshopError(f"You are in this room as {old.name}: `workshop leave` it first.")
    return new


def leave() -> str:
    """Leave the room, so that nothing is sent any more; the answer says how that went.

    Raises:
        WorkshopError: this checkout is in none.
    """
    seat = membership.load()
    if seat is None or not seat.active:
        raise WorkshopError("You are in no room, and nothing is sent.")
    membership.save(replace(seat, active=False))
    with sending.one_at_a_time():  # what is on its way arrives before it is said that nothing is
        reports.tell_no_more()
    answer = calls.post(f"{seat.url}/leave", {"name": seat.name, "secret": seat.secret})
    if answer.status in (200, 403):
        return "You have left the room. It has forgotten your name; nothing is sent any more."
    return (
        "You have left the room: nothing is sent any more. It does not answer now, and still "
        f"shows what {seat.name} did before."
    )


def note(exercise: str, diagnosis: str, solved: bool) -> None:
    """Tell the room of a check, if this checkout has joined one; it costs the check no time.

    exercise: its number, such as "02.3".
    diagnosis: the name of the mistake; "" if it is solved.
    """
    if not _is_active():
        return
    try:
        reports.add(exercise, diagnosis, solved)
    except OSError:
        return  # a full disk: the learner's verdict matters more than the room's figures
    sending.wake()


def catch_up() -> None:
    """Tell the room what it missed while it was away; it does not wait."""
    if _is_active():
        sending.wake()


def _is_active() -> bool:
    seat = membership.load()
    return seat is not None and seat.active


def describe() -> str:
    """How it stands with the room, in a sentence; "" outside of one."""
    seat = membership.load()
    if seat is None or not seat.active:
        return ""
    told = f"You are in the room at {seat.url} as {seat.name}"
    sending.wake()
    sending.wait(_SOON)
    if count := reports.waiting():
        checks = "1 check waits" if count == 1 else f"{count} checks wait"
        return f"{told}. {checks} to be told: the room does not answer, or has a new link."
    return f"{told}; it knows of every check."
