"""YAML of any shape, read with every scalar as text, as it was written, or None for null."""

import re
from typing import Any

import yaml

#: Brackets within brackets that are read: PyYAML takes minutes for thousands.
_DEEPEST = 60
_BRACKETS = {"[": 1, "{": 1, "]": -1, "}": -1}


class _Texts(yaml.SafeLoader):
    """Every scalar as text, whatever its tag; what `<<` brings is merged in, as in Go."""


_Texts.yaml_implicit_resolvers = {}
_Texts.yaml_constructors = {}
_MERGE = "tag:yaml.org,2002:merge"
_Texts.add_implicit_resolver(_MERGE, re.compile(r"<<$"), ["<"])
_NULL = "tag:yaml.org,2002:null"
_Texts.add_implicit_resolver(_NULL, re.compile(r"(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])
_Texts.add_constructor(_NULL, lambda loader, node: None)


class NotYaml(Exception):
    """A text that is no YAML; the message says where, in a sentence."""


def read(text: str) -> Any:
    """Read a text.

    Raises:
        NotYaml: it cannot be read, or is nested too deep.
    """
    depth = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth = max(0, depth + _BRACKETS[bracket])
        if depth > _DEEPEST:
            raise NotYaml("There are more brackets open than anybody could close.")
    try:
        return yaml.load(text, _Texts)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        where = f"Line {mark.line + 1}, character {mark.column + 1}: " if mark else ""
        raise NotYaml(f"{where}{problem.problem}.") from None
    except (yaml.YAMLError, RecursionError):
        raise NotYaml("It is nested too deep, or has a sign in it that YAML lacks.") from None
