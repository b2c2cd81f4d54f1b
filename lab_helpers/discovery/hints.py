"""What to do about a configuration that Prometheus refuses."""

import difflib
import re
from functools import cache

from lab_helpers.discovery.relabel import ACTIONS
from lab_helpers.discovery.schema import structs
from lab_helpers.discovery.versions import Version

_ADVICE = {
    r"into (\[\]|model\.LabelNames)": "Write a list: `[a, b]`, or one entry a "
    "line, each after `- `.",
    r"cannot unmarshal !!(seq|map).* into (string|bool|int|uint|float)": "Write one value there, "
    "without `- ` or `key: `.",
    r"into (relabel|\w+)\.plain|into config\.\w+": "Write `key: value` there, one a line.",
    r"already set": "The key is there twice: keep one.",
    r"unknown relabel action": f"There are {', '.join(ACTIONS)}.",
    r"not a valid duration|unknown unit|empty duration": "Write 30s, 5m or 1h30m, biggest unit "
    "first.",
    r"error parsing regexp": "Regular expressions are RE2's: without look-ahead, look-behind and "
    "back-references.",
    r"scrape timeout greater": "Lower the timeout, or raise the interval.",
    r"requires only": "Remove the other fields.",
    r"'target_label' value": "Name the label to write in target_label.",
    r"requires non-zero modulus": "Write into how many parts to split: `modulus: 2`.",
    r"not a valid hostname": "Targets are HOST:PORT; the path goes to metrics_path, https to "
    "scheme.",
    r"did not find|mapping values|could not find|block|expected|cannot start": "Look at the "
    "indentation, the quotes and the brackets there and just above.",
    r"found multiple scrape configs": "Give each job a name of its own.",
    r"job_name is empty": "Each entry of scrape_configs needs a job_name.",
    r"unknown anchor": "Define it above with `&`.",
    r"special characters|control characters|not acceptable": "The file has characters that YAML "
    "does not allow.",
    r"found character": "Indent with blanks, not tabs; put quotes around what begins with @ or `.",
}


def advice(words: str) -> str:
    """A sentence to put behind Prometheus's own; "" if those say it all."""
    if found := re.search(r"field (\S+) not found in type", words):
        every = _every_field()
        close = difflib.get_close_matches(found[1], every, n=1)
        if found[1] in every:
            return f". {found[1]} belongs elsewhere: look at its indentation, and at what is above."
        return f". Did you mean {close[0]}?" if close else ". Remove it, or look up its name."
    for pattern, todo in _ADVICE.items():
        if re.search(pattern, words, re.DOTALL):
            return f". {todo}"
    return ""


@cache
def _every_field() -> tuple[str, ...]:
    every = structs(Version.read("3")).values()
    return tuple(dict.fromkeys(name for struct in every for name in struct.fields))
