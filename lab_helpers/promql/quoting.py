"""Text in double quotes, as Go writes it, and so Prometheus, promtool and Alertmanager."""

import re

_ESCAPE = re.compile(r"\\(?:x(\w\w)|u(\w{4})|U(\w{8})|(.))", re.DOTALL)
_LETTERS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_SHORT = {letter: name for name, letter in _LETTERS.items()} | {'"': '"', "\\": "\\"}


def quoted(text: str) -> str:
    """A text in quotes as Go writes it."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(letter: str) -> str:
    if letter in _SHORT:
        return "\\" + _SHORT[letter]
    if letter.isprintable():
        return letter
    code = ord(letter)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def unquoted(text: str) -> str:
    """What stands between the quotes of a text of Go, without its escapes."""

    def letter(found: re.Match[str]) -> str:
        code = found[1] or found[2] or found[3]
        return chr(int(code, 16)) if code else _LETTERS.get(found[4], found[4])

    return _ESCAPE.sub(letter, text)
