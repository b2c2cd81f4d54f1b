"""Links to the services' own pages: clickable in a notebook, addresses everywhere else."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from html import escape
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode

import requests

from lab_helpers.errors import WorkshopError
from lab_helpers.promql.durations import Moment, seconds_since_1970
from lab_helpers.promql.pinned import pinned

#: Prometheus's pages, with the filters that each reads from its address.
PAGES: dict[str, tuple[str, ...]] = {
    "query": ("tab", "at", "range", "tree"),
    "targets": ("job", "health", "search"),
    "service-discovery": ("job", "state", "search"),
    "alerts": ("state", "search"),
    "rules": ("health", "search"),
    "config": (),
    "flags": (),
    "status": (),
    "tsdb-status": (),
}
#: Where Prometheus 2 has what goes by another name now.
_OLD = {"query": "graph", "tsdb-status": "status"}
#: What a server needs to let one in, if it lets everybody in.
NOTHING: Mapping[str, Any] = MappingProxyType({})
_WORDS: dict[str, tuple[str, ...]] = {
    "tab": ("table", "graph", "explain"),
    "health": ("up", "down", "unknown", "ok", "err"),
    "state": ("active", "dropped", "inactive", "pending", "firing"),
}


class Link(str):
    """An address; a notebook shows it as a link with these words."""

    words: str

    def __new__(cls, address: str, words: str) -> "Link":
        link = super().__new__(cls, address)
        link.words = words
        return link

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f'<a href="{escape(self)}" target="_blank">{escape(self.words)}</a>'


def prometheus_page(
    url: str,
    name: str,
    expr: str | None = None,
    *,
    access: Mapping[str, Any] = NOTHING,
    **filters: Any,
) -> Link:
    """The address of a page of the Prometheus at ``url``, filled in.

    name: one of `PAGES`, the names that Prometheus 3 gives them.
    expr: PromQL that the query page is to show.
    access: what `requests` needs besides the address, to be let in.
    filters: what the page is to show of it. Of the query page ``tab`` (table, graph, explain),
        ``at`` (the moment, and the graph's right end), ``range`` (the graph's width, "6h") and
        ``tree=True`` (the query as a tree, above the answer). Of the others ``job``, ``search``
        (any words), and ``health`` (up, down, unknown; of rules ok, err, unknown) or ``state``
        (service discovery: active, dropped; alerts: inactive, pending, firing), one or several.

    Prometheus's tree and its tab Explain ask about now, whatever moment is chosen: for them ``at``
    goes into the query too, as `@`.

    Older servers have fewer pages, at other addresses, and leave out filters that they do not know:
    2.53 calls the query page ``graph``, Debian's 2.24 has all of them below ``/classic``.

    Raises:
        WorkshopError: there is no such page, or it has no such filter.
    """
    if name not in PAGES:
        raise WorkshopError(f"Prometheus has no page {name!r}. It has {', '.join(PAGES)}.")
    if expr is not None:
        filters = {"expr": expr, **filters}
    known = (*(["expr"] if name == "query" else []), *PAGES[name])
    for key, value in filters.items():
        if key not in known:
            has = f"only {', '.join(known)}" if known else "none"
            raise WorkshopError(f"The page {name} has no filter {key!r}: it has {has}.")
        for word in _several(value) if key in _WORDS else ():
            if word not in _WORDS[key]:
                words = ", ".join(_WORDS[key])
                raise WorkshopError(f"{key}={word!r} means nothing to Prometheus. Known: {words}.")
    pairs = _query(filters) if name == "query" else _filters(filters)
    query = urlencode(pairs, quote_via=quote)
    address = _path(url, name, access) + (f"?{query}" if query else "")
    return Link(address, _said(name, filters))


def _path(url: str, name: str, access: Mapping[str, Any]) -> str:
    """Where this server has a page: Prometheus 3, then 2, then Debian's with the classic pages."""
    old = _OLD.get(name, name)
    for page in dict.fromkeys((f"{url}/{name}", f"{url}/{old}")):
        if requests.get(page, timeout=5, **access).ok:
            return page
    return f"{url}/classic/{old}"


def _query(options: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What `urlStateEncoding.ts` of Prometheus's web page understands, for one panel."""
    expr, at, tab = options.get("expr", ""), options.get("at"), options.get("tab", "table")
    if at is not None and (tab == "explain" or options.get("tree")):
        expr = pinned(expr, seconds_since_1970(at))
    found = [("g0.expr", expr)]
    if "tree" in options:
        found.append(("g0.show_tree", "1" if options["tree"] else "0"))
    found.append(("g0.tab", tab))
    if at is not None:
        found += [("g0.end_input", _utc(at)), ("g0.moment_input", _utc(at))]
    if "range" in options:
        found.append(("g0.range_input", str(options["range"])))
    return found


def _filters(options: Mapping[str, Any]) -> list[tuple[str, str]]:
    names = {"job": "pool"}  # a scrape pool has the name of the job that it is made for
    pairs = ((names.get(key, key), word) for key, value in options.items()
             for word in _several(value))  # fmt: skip
    return list(pairs)


def _utc(moment: Moment) -> str:
    """A moment as Prometheus's pages write it; they know no fractions of a second."""
    return f"{datetime.fromtimestamp(seconds_since_1970(moment), UTC):%Y-%m-%d %H:%M:%S}"


def _several(value: Any) -> Iterable[str]:
    return [value] if isinstance(value, str) else [str(word) for word in value]


def _said(name: str, options: Mapping[str, Any]) -> str:
    """What the link says: the page, what is asked of it, and where it looks."""
    page = {"tsdb-status": "TSDB status"}.get(name, name.replace("-", " "))
    parts = [f"Prometheus: {page}"]
    for key, value in options.items():
        if key == "tree":
            parts += ["as a tree"] if value else []
        elif key in ("expr", "tab"):
            parts.append(" ".join(str(value).split()))
        elif key == "at" and value is not None:
            parts.append(f"at {_utc(value)}")
        elif value is not None:
            parts.append(f"{key} {' or '.join(_several(value))}")
    return " · ".join(parts)
