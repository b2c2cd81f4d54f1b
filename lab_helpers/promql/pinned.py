"""A query nailed to a moment with `@`, for those who can only ask about now."""

import promql_parser as promql


def pinned(expr: str, moment: float) -> str:
    """The query that answers at any time what ``expr`` answers at ``moment`` (Unix seconds).

    Selectors and subqueries get `@`, but for those that have one. What a subquery is made of keeps
    to the subquery's own steps; `time()` and its relatives have no `@` and go on to mean now. A
    query that cannot be parsed is given back as it is: Prometheus shall say what is wrong.
    """
    put_off: dict[
        str, str
    ] = {}  # subqueries, whose inside must be left alone: by what stands for them

    def nail(node: promql.Expr) -> promql.Expr | None:
        if isinstance(node, promql.SubqueryExpr):
            there = "" if node.at else f" @ {moment:.3f}"
            word = f"subquery_{len(put_off)}[1s] @ 0.000"
            put_off[word] = f"{node.prettify()}{there}"
            return promql.parse(word)
        if isinstance(node, promql.VectorSelector | promql.MatrixSelector):
            selector = node if isinstance(node, promql.VectorSelector) else node.vector_selector
            return None if selector.at else promql.parse(f"{node.prettify()} @ {moment:.3f}")
        return None

    try:
        text = str(promql.transform(promql.parse(expr), nail).prettify())
    except ValueError:
        return expr
    for word, subquery in put_off.items():
        text = text.replace(word, subquery)
    return text
