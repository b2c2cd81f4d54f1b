"""Groups of a regex in a replacement, `$1` and its like: in `label_replace` and in relabelling."""

import re

import re2

_REFERENCE = re.compile(r"\$(?:\{(\w+)\}|(\w+))|\\(\d)")


def odd_reference(replacement: str, regex: str) -> str:
    """What is wrong with a reference to a group, in a sentence; "" if each is to one there is."""
    try:
        pattern = re2.compile(regex)
        known = {*map(str, range(pattern.groups + 1)), *pattern.groupindex}
    except re2.error:
        return ""
    for found in _REFERENCE.finditer(replacement.replace("$$", "")):
        if found[3]:
            return (
                f"`{found[0]}` is plain text in Prometheus: a group is written with a dollar, "
                f"`${found[3]}`."
            )
        name = found[1] or found[2]
        if name in known:
            continue
        digits = re.match(r"\d+", name)
        if found[2] and digits and digits[0] in known:
            return (
                f"`{found[0]}` is read as the group called `{name}`, which there is not: "
                f"`${{{digits[0]}}}{name[digits.end() :]}` says where the name of the group ends."
            )
        return f"There is no group `{name}` in the regex: it has {pattern.groups}."
    return ""
