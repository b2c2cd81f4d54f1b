"""What a YAML scalar is to Go's yaml: text, number, truth value or nothing."""

import re
from base64 import b64decode
from typing import Any

from lab_helpers.discovery.yaml_nodes import Node
from lab_helpers.errors import WorkshopError

_WORDS: dict[str, tuple[str, Any]] = {
    **{word: ("!!bool", truth) for truth, words in ((True, "y yes true on"),
       (False, "n no false off")) for low in words.split()
       for word in (low, low.title(), low.upper())},
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), ("!!null", None)),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), ("!!float", float("nan"))),
    **{f"{sign}{w}": ("!!float", float(f"{sign}inf"))
       for sign in ("", "+", "-") for w in (".inf", ".Inf", ".INF")},
    "<<": ("!!merge", "<<"),
}  # fmt: skip
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WHOLE = re.compile(r"([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)")
_DAY = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}([Tt]\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?(Z|[-+]\d{2}:\d{2})"
    r"| +\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?)?"
)
_RESOLVED = {"", "!!str", "!!bool", "!!int", "!!float", "!!null", "!!timestamp"}


def resolve(node: Node) -> tuple[str, Any]:
    """Give a scalar's tag and what it stands for.

    Raises:
        WorkshopError: it has a tag that does not fit.
    """
    if not node.tag and not node.plain:
        return "!!str", node.value
    if node.tag == "!!binary":
        try:
            return "!!binary", b64decode("".join(node.value.split()), validate=True).decode()
        except ValueError:
            raise WorkshopError("yaml: !!binary value contains invalid base64 data") from None
    if node.tag not in _RESOLVED:
        return node.tag, node.value
    tag, value = ("!!str", node.value) if node.tag == "!!str" else _guess(node.value)
    if node.tag == "!!float" and tag == "!!int":
        return "!!float", float(value)
    if node.tag not in ("", tag):
        raise WorkshopError(f"yaml: cannot decode {tag} `{node.value}` as a {node.tag}")
    return tag, value


def _guess(text: str) -> tuple[str, Any]:
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return "!!str", text
    if _DAY.fullmatch(text):
        return "!!timestamp", text
    plain = text if text[0] == "." else text.replace("_", "")
    if found := _WHOLE.fullmatch(plain):
        digits = found[2]
        octal = len(digits) > 1 and digits[0] == "0" and digits[1].isdigit()
        number = int(f"{found[1]}{digits}", 8 if octal else 0)
        if -(2**63) <= number < 2**64:
            return "!!int", number
    if _FLOAT.fullmatch(plain):
        return "!!float", float(plain)
    return "!!str", text
