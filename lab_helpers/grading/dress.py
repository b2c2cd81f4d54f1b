"""What comes along when an answer is copied: taken off where it is only dress, else named."""

import re
from dataclasses import dataclass

#: Signs that look like others. What each is called, and what is meant.
LOOKALIKES = {
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02", ("a typographic quote", '"')),
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\uff07", ("a typographic quote", "'")),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\uff0d", ("a typographic dash", "-")),
    **dict.fromkeys("\u00a0\u202f", ("a no-break space", " ")),
    **dict.fromkeys("\u2007\u2009\u3000", ("a space of another width", " ")),
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", ("a sign that nobody sees", "")),
    **{
        wide: ("a letter of full width", plain)
        for wide, plain in zip("（）［］｛｝，：；＝＜＞", "()[]{},:;=<>", strict=True)
    },
}
_PLAIN = str.maketrans({odd: plain for odd, (_, plain) in LOOKALIKES.items()})
_ODD = re.compile(f"[{''.join(LOOKALIKES)}]")

_MAGIC = re.compile(r"\s*%%(?:check|solution)\b.*")
_FENCE = re.compile(r"\s*(```+|~~~+)[^`]*")


@dataclass(frozen=True)
class Undressed:
    """An answer without its dress.

    text: its lines are where they were; those that were taken off are empty.
    without: what was taken off, for a sentence, in order.
    """

    text: str
    without: tuple[str, ...]

    @property
    def note(self) -> str:
        """What was taken off, in a sentence; "" if nothing was."""
        return f"(Read without {'; and without '.join(self.without)}.)" if self.without else ""


def undressed(answer: str) -> Undressed:
    """Take off what is only dress.

    That is a byte order mark, line ends of Windows, the line with the magic of the notebook, and
    the fences of Markdown.
    """
    without = []
    if answer.startswith("\ufeff"):
        answer = answer.lstrip("\ufeff")
        without.append("the byte order mark at its beginning")
    if "\r" in answer:
        answer = re.sub(r"\r\n?", "\n", answer)
        without.append("the line ends of Windows")
    lines = answer.split("\n")
    while taken := _layer(lines):
        without.append(taken)
    return Undressed("\n".join(lines), tuple(without))


def _layer(lines: list[str]) -> str:
    """Empty the outermost lines that are dress; what they are, "" if they are none."""
    filled = [number for number, line in enumerate(lines) if line.strip()]
    if not filled:
        return ""
    first, last = filled[0], filled[-1]
    if _MAGIC.fullmatch(lines[first]):
        magic, lines[first] = lines[first].strip()[:60], ""
        return f"its line `{magic}`: leave this line out, it is the notebook's"
    fence = _FENCE.fullmatch(lines[first])
    if fence and len(filled) > 1 and lines[last].strip() == fence[1]:
        lines[first] = lines[last] = ""
        return "the fences of Markdown around it"
    return ""


def not_text(answer: str) -> str:
    """Why an answer is no text, with the line and the word, in a sentence; "" if it is one."""
    if "\0" in answer or answer.startswith(("\udcff\udcfe", "\udcfe\udcff")):
        return "It has the bytes of UTF-16, or is no text at all: save it as UTF-8."
    for number, line in enumerate(answer.split("\n"), start=1):
        for place, sign in enumerate(line):
            if sign.isprintable() or sign == "\t" or sign in LOOKALIKES:
                continue
            where = f"Line {number}, {_word(line, place)}"
            if "\ud800" <= sign <= "\udfff":
                byte = ord(sign) - 0xDC00
                return f"{where}: the byte 0x{byte:02x} is no UTF-8. Save it as UTF-8."
            return f"{where}: there is {sign!a}, which is no letter and no space. Take it out."
    return ""


def plain(text: str) -> str:
    """The text with the signs that are meant, in the place of those that look like them."""
    return text.translate(_PLAIN)


def lookalike(text: str) -> str:
    """The first sign that looks like another one, with its line and word, in a sentence."""
    for number, line in enumerate(text.split("\n"), start=1):
        if found := _ODD.search(line):
            called, meant = LOOKALIKES[found[0]]
            what = f"{called} (U+{ord(found[0]):04X})"
            advice = {"": "take it out", " ": "type an ordinary space"}.get(
                meant, f"what is meant is {meant}"
            )
            return f"Line {number}, {_word(line, found.start())}: there is {what}; {advice}."
    return ""


def _word(line: str, place: int) -> str:
    """The word around a place in a line, such that it can be shown."""
    before = re.split(r"[ \t]", line[:place])[-1]
    behind = re.split(r"[ \t]", line[place + 1 :])[0]
    before = before if len(before) < 30 else re.split(r"[^\w]", before)[-1][-30:]
    behind = behind if len(behind) < 30 else re.split(r"[^\w]", behind)[0][:30]
    word = before + line[place] + behind
    return f"`{''.join(sign if sign.isprintable() else '␣' for sign in word)}`"
