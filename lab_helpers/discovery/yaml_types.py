"""YAML decoded into the types of Prometheus's configuration, strictly, as Go's yaml does it.

Types are written as Go writes them: `string`, `[]string`, `map[string]string`, `*config.BasicAuth`.
A structure becomes a dict of the fields that are given; a field that is given as nothing (`null`)
gets its type's zero value. What is refused, is refused in the words of Go's yaml.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lab_helpers.discovery.yaml_nodes import Node
from lab_helpers.discovery.yaml_scalars import resolve
from lab_helpers.errors import WorkshopError

#: gives the same YAML as another type (None: as the type itself, without its hook)
Unmarshal = Callable[[str | None], Any]
#: what a type does with its YAML besides; raises WorkshopError to refuse it
Hook = Callable[[Unmarshal], Any]

_INTEGERS = {
    "int": (-(2**63), 2**63 - 1), "int64": (-(2**63), 2**63 - 1), "int32": (-(2**31), 2**31 - 1),
    "uint": (0, 2**64 - 1), "uint64": (0, 2**64 - 1), "uint16": (0, 2**16 - 1),
    "uint32": (0, 2**32 - 1),
}  # fmt: skip
_FLOATS = {"float64", "float32"}


@dataclass(frozen=True)
class Struct:
    """A structure: what error messages call it, and its fields' types.

    rest: the type of all other fields; "" is: there are no others.
    """

    shown: str
    fields: Mapping[str, str] = field(default_factory=dict)
    rest: str = ""


class _TypeErrors(Exception):
    def __init__(self, errors: list[str]) -> None:
        super().__init__(errors)
        self.errors = errors


class Decoder:
    """Decodes nodes.

    Args:
        structs: the structures, by name.
        names: other named types, with what each is.
        hooks: what types do besides, by name.
    """

    def __init__(
        self,
        structs: Mapping[str, Struct],
        names: Mapping[str, str],
        hooks: Mapping[str, Hook],
    ) -> None:
        self._structs, self._names, self._hooks = structs, names, hooks
        self._errors: list[str] = []
        self._open: list[Node] = []  # the aliases on the way to here

    def decode(self, node: Node, type_: str) -> Any:
        """Decode a document.

        Raises:
            WorkshopError: it is refused.
        """
        self._errors = []
        _, value = self._decode(node, type_)
        if self._errors:
            raise WorkshopError("yaml: unmarshal errors:\n  " + "\n  ".join(self._errors))
        return value

    def _decode(self, node: Node, type_: str, into: Any = None, plain: bool = False) -> Any:
        """Give whether it went well, and the value; `into` is what a merge has put there."""
        if node.kind == "alias":
            if any(node.children[0] is one for one in self._open):
                raise WorkshopError(f"yaml: anchor '{node.value}' value contains itself")
            self._open.append(node.children[0])
            try:
                return self._decode(node.children[0], type_, into, plain)
            finally:
                self._open.pop()
        if node.null:
            return True, self.zero(type_)
        if type_.startswith("*"):
            return self._decode(node, type_[1:], into)
        if type_ in self._hooks and not plain:
            return self._hooked(node, type_, into)
        if type_ in self._names:
            below = self._names[type_]
            return self._decode_as(node, below, type_, into)
        return self._decode_as(node, type_, type_, into)

    def _hooked(self, node: Node, type_: str, into: Any) -> tuple[bool, Any]:
        outer, self._errors = self._errors, []

        def unmarshal(other: str | None = None) -> Any:
            _, value = self._decode(node, other or type_, into, plain=other is None)
            if self._errors:
                errors, self._errors = self._errors, []
                raise _TypeErrors(errors)
            return value

        try:
            return True, self._hooks[type_](unmarshal)
        except _TypeErrors as found:
            outer += found.errors
            return False, None
        finally:
            self._errors = outer

    def _decode_as(self, node: Node, type_: str, shown: str, into: Any) -> tuple[bool, Any]:
        if node.kind == "scalar":
            return self._scalar(node, type_, shown)
        if node.kind == "sequence":
            return self._sequence(node, type_, shown)
        return self._mapping(node, type_, shown, into)

    def _refuse(self, node: Node, tag: str, type_: str) -> tuple[bool, None]:
        tag, value = node.tag or tag, ""
        if tag not in ("!!seq", "!!map"):
            raw = node.value.encode()
            cut = raw[:7].decode(errors="replace") + "..." if len(raw) > 10 else node.value
            value = f" `{cut}`"
        shown = self._structs[type_].shown if type_ in self._structs else type_
        self._errors.append(f"line {node.line}: cannot unmarshal {tag}{value} into {shown}")
        return False, None

    def _scalar(self, node: Node, type_: str, shown: str) -> tuple[bool, Any]:
        tag, value = resolve(node)
        if value is None:
            return True, self.zero(type_)
        if type_ == "interface {}":
            return True, value
        if type_ == "string":
            return True, value if tag == "!!binary" else node.value
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if type_ == "bool" and isinstance(value, bool):
            return True, value
        if type_ in _FLOATS and number:
            return True, float(value)
        if type_ in _INTEGERS and number:
            least, most = _INTEGERS[type_]
            if isinstance(value, int) and least <= value <= most:
                return True, value
            if isinstance(value, float) and math.isfinite(value) and value <= float(most):
                return True, int(value) % 2**64 if least == 0 else int(value)
        return self._refuse(node, tag, shown)

    def _sequence(self, node: Node, type_: str, shown: str) -> tuple[bool, Any]:
        if type_ == "interface {}":
            type_ = "[]interface {}"
        if not type_.startswith("[]"):
            return self._refuse(node, "!!seq", shown)
        parts = [self._decode(child, type_[2:]) for child in node.children]
        return True, [value for good, value in parts if good]

    def _mapping(self, node: Node, type_: str, shown: str, into: Any) -> tuple[bool, Any]:
        if type_ in self._structs:
            return True, self._struct(node, type_, {} if into is None else into)
        if type_ == "interface {}":
            type_ = "map[interface {}]interface {}"
        if not type_.startswith("map["):
            return self._refuse(node, "!!map", shown)
        key_type, _, value_type = type_[4:].partition("]")
        found: dict[Any, Any] = {} if into is None else into
        for key_node, value_node in node.pairs():
            if key_node.merges:
                self._merge(value_node, type_, found)
                continue
            good, key = self._decode(key_node, key_type)
            if not good:
                continue
            if isinstance(key, (list, dict)):
                raise WorkshopError(f"yaml: invalid map key: {key!r}")
            good, value = self._decode(value_node, value_type)
            if good and key in found:
                name = f'"{key}"' if isinstance(key, str) else key
                self._errors.append(f"line {value_node.line}: key {name} already set in map")
            elif good:
                found[key] = value
        return True, found

    def _struct(self, node: Node, type_: str, found: dict[str, Any]) -> dict[str, Any]:
        struct, done = self._structs[type_], set()
        for key_node, value_node in node.pairs():
            if key_node.merges:
                self._merge(value_node, type_, found)
                continue
            good, name = self._decode(key_node, "string")
            if not good:
                continue
            if name in done:
                self._errors.append(
                    f"line {key_node.line}: field {name} already set in type {struct.shown}"
                )
            elif known := struct.fields.get(name, struct.rest):
                done.add(name)
                good, value = self._decode(value_node, known)
                if good:
                    found[name] = value
            else:
                self._errors.append(
                    f"line {key_node.line}: field {name} not found in type {struct.shown}"
                )
        return found

    def _merge(self, node: Node, type_: str, found: dict[Any, Any]) -> None:
        """Take over another mapping, or several, of which the first counts most."""
        parts = reversed(node.children) if node.kind == "sequence" else [node]
        for part in parts:
            source = part.children[0] if part.kind == "alias" else part
            if source.kind != "mapping":
                raise WorkshopError("yaml: map merge requires map or sequence of maps as the value")
            self._decode(part, type_, found, plain=True)

    def zero(self, type_: str) -> Any:
        """The value of a type of which nothing is given."""
        type_ = self._names.get(type_, type_)
        if type_ in self._structs:
            return {}
        if type_ in _INTEGERS or type_ in _FLOATS:
            return 0
        return {"string": "", "bool": False}.get(type_)
