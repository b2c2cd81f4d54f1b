"""Regular expressions of RE2, as Prometheus has them, in Python's words.

What RE2 does not know is refused, as Prometheus refuses it; what cannot be translated is refused
as well, rather than matched differently. With `(?i)`, only letters of ASCII are taken for each
other. A dot matches a line break too, as in Prometheus 3.
"""

import re
from collections.abc import Callable

from lab_helpers.errors import WorkshopError

_CLASSES = {"d": "0-9", "w": "0-9A-Za-z_", "s": "\\t\\n\\f\\r "}
_POSIX = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "ascii": "\\x00-\\x7f", "blank": "\\t ",
    "cntrl": "\\x00-\\x1f\\x7f", "digit": "0-9", "graph": "!-~", "lower": "a-z", "print": " -~",
    "punct": "!-/:-@\\[-`{-~", "space": "\\t\\n\\v\\f\\r ", "upper": "A-Z", "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}  # fmt: skip
_TOKEN = re.compile(
    r"""
    (?P<quoted>\\Q(?P<inside>.*?)(?:\\E|$)) | (?P<hex>\\x\{(?P<digits>[0-9A-Fa-f]+)\})
    | (?P<escape>\\.) | (?P<posix>\[:(?P<not>\^?)(?P<name>\w+):\])
    | (?P<group>\((?:\?(?:P?<(?P<called>\w+)>|(?P<flags>[imsU]*(?:-[imsU]+)?)(?P<mark>[:)])))?)
    | (?P<repeat>(?:[*+?]|\{\d+(?:,\d*)?\})\??) | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)


def translate(regex: str) -> re.Pattern[str]:
    """Translate a regular expression of RE2 into Python's.

    Raises:
        WorkshopError: RE2 does not know it, or it cannot be translated.
    """

    def refuse(why: str) -> WorkshopError:
        return WorkshopError(f"The regular expression {regex} is refused: {why}.")

    written: list[str] = []
    open_groups: list[int] = []  # how many Python groups each group of RE2 has opened
    inside, place, after_repeat = False, 0, False
    extra = 0  # groups that (?i) opened in the group that is open now
    while place < len(regex):
        token = _TOKEN.match(regex, place)
        assert token is not None
        text, start = token[0], place
        kind = next(k for k in ("quoted", "hex", "escape", "posix", "group", "repeat", "other")
                    if token[k] is not None)  # fmt: skip
        if inside and kind in ("group", "repeat"):
            kind, text = "other", regex[place]
        if kind == "posix" and not inside:
            kind, text = "other", "["
        place = start + len(text)
        repeats = kind == "repeat"
        if repeats and after_repeat:
            raise refuse(f"{text} follows another repetition")
        after_repeat = repeats
        match kind:
            case "quoted":
                written.append(re.escape(token["inside"]))
            case "hex":
                written.append(re.escape(chr(int(token["digits"], 16))))
            case "escape":
                written.append(_escape(text[1], inside, refuse))
            case "posix":
                if token["name"] not in _POSIX or token["not"]:
                    raise refuse(f"there is no translation of {text}")
                written.append(_POSIX[token["name"]])
            case "group" if text.endswith(")"):  # (?i) holds to the end of the group
                if written and not written[-1].endswith(("(", ":", "|", ">")):
                    raise refuse(f"put {text} first, or write (?{token['flags']}:…)")
                written.append(_flags(token["flags"], refuse))
                extra += 1
            case "group":
                if regex.startswith("(?", start) and len(text) == 1:
                    raise refuse(f"RE2 does not know {regex[start : start + 4]}")
                if token["called"]:
                    text = f"(?P<{token['called']}>"
                elif token["mark"]:
                    text = _flags(token["flags"], refuse)
                written.append(text)
                open_groups.append(extra)
                extra = 0
            case "other" if inside:
                opening = written[-1] in ("[", "[^")
                if text == "]" and not opening:
                    inside = False
                    written.append("]")
                else:
                    literal = text in "[]" or (text == "^" and not opening)
                    literal = literal or text in "&|~" or (text == "-" and regex[place - 2] == "-")
                    written.append("\\" + text if literal else text)
            case "other" if text == "[":
                inside = True
                caret = regex.startswith("^", place)
                place += caret
                written.append("[^" if caret else "[")
            case "other" if text == ")":
                written.append(")" * (1 + extra))
                extra = open_groups.pop() if open_groups else 0
            case "other":
                written.append({"$": r"\Z", "{": r"\{", "}": r"\}"}.get(text, text))
            case _:
                written.append(text)
    try:
        return re.compile("".join(written) + ")" * extra, re.ASCII | re.DOTALL)
    except re.error as problem:
        raise refuse(problem.msg) from None


def _escape(letter: str, inside: bool, refuse: Callable[[str], WorkshopError]) -> str:
    if letter in _CLASSES:
        return _CLASSES[letter] if inside else f"[{_CLASSES[letter]}]"
    if letter.lower() in _CLASSES and not inside:
        return f"[^{_CLASSES[letter.lower()]}]"
    if letter in "afnrtv" or (letter in "xbBA" and not inside) or letter == "x":
        return "\\" + letter
    if letter == "z" and not inside:
        return r"\Z"
    if letter.isalnum():
        raise refuse(f"there is no translation of \\{letter}")
    return re.escape(letter)


def _flags(flags: str, refuse: Callable[[str], WorkshopError]) -> str:
    if set(flags) - set("is-"):
        raise refuse(f"there is no translation of the flags {flags}")
    return f"(?{flags}:"
