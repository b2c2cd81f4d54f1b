"""YAML as nodes, with what a reader like Go's needs to know of each: tag, plain or quoted, line."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from lab_helpers.errors import WorkshopError

_LONG = "tag:yaml.org,2002:"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Node:
    """A part of a YAML document.

    Attributes:
        kind: scalar, sequence, mapping (keys and values in turn) or alias (one child).
        line: from 1.
        value: of a scalar, its text; of an alias, its anchor's name.
        tag: the explicit one in its short form, such as `!!str`; "" is none.
        plain: whether a scalar is neither quoted nor a block.
    """

    kind: str
    line: int
    value: str = ""
    tag: str = ""
    plain: bool = False
    children: list["Node"] = field(default_factory=list)

    @property
    def null(self) -> bool:
        """Whether it says that there is nothing."""
        return self.tag == "!!null" or (
            self.kind == "scalar"
            and not self.tag
            and (self.value in ("null", "~") or (self.plain and not self.value))
        )

    @property
    def merges(self) -> bool:
        """Whether it is the key `<<`, which takes over another mapping."""
        return (
            self.kind == "scalar" and self.value == "<<" and (self.plain or self.tag == "!!merge")
        )

    def pairs(self) -> Iterator[tuple["Node", "Node"]]:
        """The keys of a mapping with their values."""
        return zip(self.children[::2], self.children[1::2], strict=True)


def first_document(text: str) -> Node | None:
    """Read the first document of a file, which is all that Prometheus reads; None if there is none.

    Raises:
        WorkshopError: it is no YAML; with the line.
    """
    try:
        events = yaml.parse(text, Loader=_Loader)
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                return _node(next(events), events, {})
        return None
    except yaml.MarkedYAMLError as problem:
        raise WorkshopError(f"yaml: {_line(problem)}{problem.problem or problem.context}") from None
    except yaml.YAMLError as problem:
        raise WorkshopError(f"yaml: {str(problem).splitlines()[0]}") from None
    except RecursionError:
        raise WorkshopError("yaml: exceeded max depth of 10000") from None


def _line(problem: yaml.MarkedYAMLError) -> str:
    """The line as Go's yaml counts: a parser stops behind the fault, and names the line before."""
    if problem.problem_mark and problem.problem_mark.line:
        scanning = isinstance(problem, yaml.scanner.ScannerError)
        return f"line {problem.problem_mark.line + scanning}: "
    if problem.context_mark and problem.context_mark.line:
        return f"line {problem.context_mark.line}: "
    return ""


def _node(event: Any, events: Iterator[yaml.Event], anchors: dict[str, Node]) -> Node:
    line: int = event.start_mark.line + 1
    if isinstance(event, yaml.AliasEvent):
        if event.anchor not in anchors:
            raise WorkshopError(f"yaml: unknown anchor '{event.anchor}' referenced")
        return Node("alias", line, event.anchor, children=[anchors[event.anchor]])
    tag = (event.tag or "").replace(_LONG, "!!") if (event.tag or "") != "!" else ""
    if isinstance(event, yaml.ScalarEvent):
        node = Node("scalar", line, event.value, tag, bool(event.implicit[0]))
    elif isinstance(event, yaml.SequenceStartEvent):
        node = Node("sequence", line, tag=tag)
    else:
        node = Node("mapping", line, tag=tag)
    if event.anchor:
        anchors[event.anchor] = node
    if node.kind != "scalar":
        end = yaml.SequenceEndEvent if node.kind == "sequence" else yaml.MappingEndEvent
        while not isinstance(part := next(events), end):
            node.children.append(_node(part, events, anchors))
    return node
