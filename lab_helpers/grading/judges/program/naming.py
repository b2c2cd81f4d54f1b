"""A metric that is missing: which of those that are there was meant, and how it is misnamed."""

import difflib
from collections.abc import Collection

from lab_helpers.grading.judges.program.exposition import Page
from lab_helpers.grading.judges.program.found import Found

#: Units that a name may end in, and the base unit that the conventions want instead.
_BASE = {
    **dict.fromkeys(("s", "sec", "secs", "ms", "msec", "millis", "milliseconds"), "seconds"),
    **dict.fromkeys(("us", "microseconds", "ns", "nanoseconds", "minutes", "hours"), "seconds"),
    **dict.fromkeys(("b", "kb", "kib", "mb", "mib", "kilobytes", "megabytes"), "bytes"),
    **dict.fromkeys(("percent", "pct", "percentage"), "ratio"),
    **dict.fromkeys(("eur", "euro", "cents", "cent"), "euros"),
    **dict.fromkeys(("c", "degrees", "fahrenheit", "f"), "celsius"),
}


def typed_as(
    page: Page, name: str, wanted: str, asked: Collection[str], *, shown: str = "", at: str = "page"
) -> None:
    """Make sure that a metric is on a page, with its type and a help text.

    asked: the names of everything that the page must have: none of them is meant by mistake.
    shown: the name as messages have it while it is absent, if learners are to find it themselves.
    at: what it is that has the page.

    Raises:
        Found: it is not there, or has another name or type, or no help.
    """
    if name not in page.metrics():
        raise _absent(page, name, wanted, asked, f"The {at} has no {shown or name}")
    if name not in page.types or page.types[name] in ("untyped", "unknown"):
        raise Found(
            "type missing", f"The page has {name}, and no line # TYPE that says it is a {wanted}."
        )
    if page.types[name] != wanted:
        raise _other_type(name, page.types[name], wanted)
    if not page.helps.get(name):
        raise Found("help missing", f"{name} has no help text: what does it count, and of what?")


def _absent(page: Page, name: str, wanted: str, asked: Collection[str], absent: str) -> Found:
    others = [each for each in page.metrics() if each not in asked]
    if name in page.types:
        return Found(
            "no series yet",
            f"The page has HELP and TYPE of {name}, and no series: no label has a value yet.",
        )
    near = difflib.get_close_matches(name.lower(), [each.lower() for each in others], n=1)
    if not near:
        there = f"; it has {', '.join(others)}" if others else ", and no other that could be meant"
        return Found("metric missing", f"{absent}{there}.")
    seen = next(each for each in others if each.lower() == near[0])
    if seen != seen.lower():
        return Found("not snake case", f"{seen}: a name is lower-case words, parted by _.")
    words, asked_words = seen.split("_"), name.split("_")
    for word in words:
        if _BASE.get(word) in asked_words and word not in asked_words:
            return Found(
                "not a base unit",
                f"{seen} is in {word!r}. Names have the base unit, written out: {_BASE[word]}.",
            )
    if page.types.get(seen) not in (wanted, None):
        return _other_type(seen, page.types[seen], wanted)
    for unit in set(_BASE.values()) & set(asked_words) - set(words):
        return Found("unit missing", f"{seen} does not say its unit: {unit}?")
    if name == f"{seen}_total":
        return Found("no _total", f"{seen} is a counter: by convention its name ends in _total.")
    return Found("metric missing", f"{absent}. It has {seen}: is that the one?")


def _other_type(name: str, seen: str, wanted: str) -> Found:
    why = {
        "counter": "it only goes up, and `rate` has to know that a fall is a restart",
        "gauge": "it goes up and down, and is read as it is",
        "histogram": "only buckets can tell what share was within a limit",
    }
    return Found("wrong type", f"{name} is a {seen}. It should be a {wanted}: {why[wanted]}.")
