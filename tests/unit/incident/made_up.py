"""An incident that never was: a truth to hold answers against."""

from datetime import UTC, datetime, timedelta

from lab_helpers.incident.truth import Happening, Truth

DAY = datetime(2026, 11, 28, 20, 0, tzinfo=UTC)
BEGAN = DAY + timedelta(minutes=2)


def fault(cause: str = "slow-query", symptom: str = "slow", after: float = 0.0,
          where: tuple[str, ...] = ("mysql",)) -> Happening:  # fmt: skip
    """A fault that begins some seconds after BEGAN, and lasts."""
    return Happening(
        kind="fault", name=cause, began=BEGAN + timedelta(seconds=after), ended=None,
        symptom=symptom, where=where, cause=cause, alerts=(), shows="vector(1)", shows_within=9.0,
        mended_by="Take it back.", debrief="It was so.",
    )  # fmt: skip


def lead(cause: str = "backup", after: float = 30.0) -> Happening:
    """A false lead that begins some seconds after BEGAN, and is soon over."""
    began = BEGAN + timedelta(seconds=after)
    return Happening(
        kind="lead", name=cause, began=began, ended=began + timedelta(seconds=10),
        symptom="nobody", where=("mysql",), cause=cause, alerts=(), shows="vector(2)",
        shows_within=5.0, mended_by="Nothing is to be done.", debrief="It is every night.",
    )  # fmt: skip


def truth(*happenings: Happening) -> Truth:
    """A truth; without more, a slow query and a backup as a false lead."""
    return Truth(7, 2, happenings or (fault(), lead()))
