"""Two small changes that make an answer right together: a second mistake beside the first."""

import time

from lab_helpers.grading.exercise import missed
from lab_helpers.grading.judges.promql.case import Case, Finding
from lab_helpers.grading.judges.promql.repairs import Repair, changes
from lab_helpers.grading.judges.promql.values import mirrored, off_by_a_unit
from lab_helpers.promql.explain.tree import Node, parsed, text

#: What people get wrong twice: the others are the only mistake, or no small one.
_USUAL = {
    *("wrong metric", "wrong time", "matcher missing", "matcher too many", "wrong matcher"),
    *("wrong window", "wrong step", "wrong function", "wrong aggregation"),
    *("wrong quantile", "wrong limit", "wrong threshold", "wrong number"),
}
#: Pairs that are tried, and seconds for which, should they be slow: each takes a few milliseconds,
#: on a busy machine ten times as long, and the verdict is to be the same there.
_PAIRS, _PATIENCE = 60, 5.0


def two_mistakes(case: Case) -> Finding:
    """What is wrong, where two small changes make the answer right, or one and another unit.

    The first of the two is the verdict; both are named.
    """
    if case.tree is None:
        return None
    end, tried = time.monotonic() + _PATIENCE, 0
    firsts = _usual(case.tree, case.right_tree)
    for diagnosis, message, expr in firsts:
        changed = case.changed(expr)
        if changed and (finding := off_by_a_unit(changed) or mirrored(changed)):
            return missed(diagnosis, f"Two things are wrong. {message} And: {finding.message}")
    for diagnosis, message, expr in firsts:
        for also, what, both in _usual(parsed(expr), case.right_tree):
            if tried >= _PAIRS or time.monotonic() > end:
                return None
            if also == diagnosis:
                continue
            tried += 1
            if case.is_right(both):
                return missed(diagnosis, f"Two things are wrong. {message} And: {what}")
    return None


def _usual(tree: Node | None, right: Node) -> list[Repair]:
    """The changes to a tree that mend a usual mistake; none twice."""
    if tree is None:
        return []
    found = {one[2]: one for one in changes(tree, right) if one[0] in _USUAL and one[2]}
    found.pop(text(tree), None)
    return list(found.values())
