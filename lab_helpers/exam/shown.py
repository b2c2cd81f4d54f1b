"""Questions and results as text for a terminal."""

import re
import textwrap
from collections.abc import Iterator

from lab_helpers.errors import WorkshopError
from lab_helpers.exam.curriculum import domains
from lab_helpers.exam.places import Place
from lab_helpers.exam.questions import EVERY, Question
from lab_helpers.exam.sitting import Item, Sitting

#: Percent that the published exam asks for.
PASS = 75
_INTERVALS = {"1m": "a minute", "1h": "an hour"}


def letter(place: int) -> str:
    """What a choice is called that is shown at this place."""
    return "abcdefgh"[place]


def in_words(seconds: float) -> str:
    """A span of time, such as "1 h 12 min" or "40 s"."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes = whole // 60
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"


def question(item: Item, width: int) -> str:
    """A question with what is given and its choices."""
    lines = [*_wrapped(item.question.ask, width), "", *_given(item.question, width)]
    for place, choice in enumerate(item.order):
        chosen = "*" if choice in item.answer else " "
        lines += _choice(f"{chosen} {letter(place)}  ", item.question.choices[choice], width)
    if len(item.question.right) == 2:
        lines += ["", "Two choices are right."]
    return "\n".join(lines)


def _given(asked: Question, width: int) -> Iterator[str]:
    headings = {
        "series": _about_series(asked),
        "rules": "Rules, evaluated once a minute:",
        "page": "A page of metrics:",
        "code": "A program, which has imported all of prometheus_client:",
        "config": "The configuration:",
        "labels": "The labels of the alert:",
        "alerts": "The alerts:",
        "query": f"The query, asked {_when(asked)}:",
        "text": "",
    }
    for kind, heading in headings.items():
        if kind in asked.given:
            yield from _wrapped(heading, width)
            yield from (textwrap.indent(asked.given[kind], "    "), "")
    if "at" in asked.given and "query" not in asked.given:
        yield from (f"It is {_clock(asked.given['at'])}.", "")


def _about_series(asked: Question) -> str:
    series = asked.given.get("series", "")
    if "at" not in asked.given:
        return "The series, with their values:"
    every = asked.given.get("every", EVERY)
    words = f"The series, one sample {_INTERVALS[every]} from 0:00:00 on"
    if "_" in re.findall(r"(?<= )\S+", series):
        words += "; _ is no sample"
    if found := re.search(r" (\d+)\+(\d+)x(\d+)", series):
        start, step, times = map(int, found.groups())
        words += f"; {found[0].strip()} is {start}, {start + step}, … {start + step * times}"
    elif found := re.search(r" (\d+)x(\d+)", series):
        words += f"; {found[0].strip()} is {found[1]}, and {found[2]} more times {found[1]}"
    return f"{words}:"


def _when(asked: Question) -> str:
    return f"at {_clock(asked.given['at'])}" if "at" in asked.given else "now"


def _clock(at: str) -> str:
    """A time of promtool's, such as 5m30s, as one of a clock that began at 0:00:00."""
    found = re.fullmatch(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", at)
    assert found, at
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    days, hours = divmod(hours + minutes // 60, 24)
    return f"{hours}:{minutes % 60:02}:{seconds:02}" + (f" on day {days + 1}" if days else "")


def _choice(head: str, text: str, width: int) -> list[str]:
    blank = " " * len(head)
    lines = text.splitlines() if "\n" in text else _wrapped(text, width - len(head))
    return [f"{blank if at else head}{line}".rstrip() for at, line in enumerate(lines)]


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, max(width, 20), break_long_words=False, break_on_hyphens=False)


def overview(sitting: Sitting) -> str:
    """All questions at a glance: which have an answer, which are marked."""
    cells = [
        f"{number:>3}{'?' if item.marked else ' '}{_letters(item) or '·':3}"
        for number, item in enumerate(sitting.items, start=1)
    ]
    lines = ["".join(cells[at : at + 10]).rstrip() for at in range(0, len(cells), 10)]
    marked = sum(item.marked for item in sitting.items)
    told = f"{sitting.answered} of {len(sitting.items)} have an answer, {marked} are marked (?)."
    return "\n".join([*lines, told])


def _letters(item: Item) -> str:
    return "".join(letter(at) for at, choice in enumerate(item.order) if choice in item.answer)


def result(sitting: Sitting) -> str:
    """How it went: in all, by domain, and what to read."""
    of = len(sitting.items)
    share = 100 * sitting.right / of
    enough = "enough" if share >= PASS else "not enough"
    lines = [
        f"{sitting.right} of {of} are right: {share:.0f} %. The real exam asks for {PASS} %: that "
        f"is {enough}.",
        "",
    ]
    for domain in domains():
        mine = [
            (objective, [i for i in sitting.items if i.question.objective == objective.name])
            for objective in domain.objectives
        ]
        asked = [item for _, items in mine for item in items]
        if asked:
            right = sum(item.is_right for item in asked)
            lines.append(f"{right:>3} of {len(asked):>2}  {domain.title}")
        for objective, items in mine:
            missed = [item for item in items if not item.is_right]
            if missed:
                lines.append(f"           {objective.title}: {len(missed)} missed. Read:")
                places = dict.fromkeys(item.question.read[0] for item in missed)
                lines += [f"             {_place(each)}" for each in places]
    return "\n".join(lines)


def explanation(number: int, item: Item, width: int) -> str:
    """A question with its answer: why what is right, and where it is taught."""
    asked = item.question
    yours = _letters(item) or "none"
    head = f"{'✔' if item.is_right else '✘'} {number}. Your answer: {yours}."
    lines = [head, *_wrapped(asked.ask, width), "", *_given(asked, width)]
    reasons = [asked.why, *[""] * (len(asked.right) - 1), *(why for _, why in asked.wrong)]
    for place, choice in enumerate(item.order):
        right = choice < len(asked.right)
        mark = f"{'*' if choice in item.answer else ' '}{'✔' if right else '✘'} {letter(place)}  "
        lines += _choice(mark, asked.choices[choice], width)
        lines += [f"        {line}" for line in _wrapped(reasons[choice], width - 8)]
    return "\n".join([*lines, "", *(f"Taught in {_place(each)}" for each in asked.read)])


def _place(text: str) -> str:
    try:
        return str(Place.of(text))
    except WorkshopError:  # of an exam that began before the pages were changed
        return text
