"""Dashboards as resources, `dashboard.grafana.app/v2…`, which Grafana 13 exports.

Their panels are `elements`, by name; a `layout` says where each stands: a grid, a grid that fills
itself, rows, tabs, and one inside of the other. `classic` writes them as `panels` with places.
"""

import math
from typing import Any

COLUMNS = 24
_PAGE = 1600  # pixels that Grafana's page is wide; 38 are a row of the grid
_HEIGHTS = {"short": 168, "standard": 320, "tall": 512}
_WIDTHS = {"narrow": 192, "standard": 448, "wide": 768}
_VARIABLES = {
    "QueryVariable": "query", "CustomVariable": "custom", "ConstantVariable": "constant",
    "IntervalVariable": "interval", "TextVariable": "textbox", "DatasourceVariable": "datasource",
    "AdhocVariable": "adhoc", "GroupByVariable": "groupby", "SwitchVariable": "switch",
}  # fmt: skip


def classic(spec: dict[str, Any]) -> dict[str, Any]:
    """The specification of a resource of version 2, in the form of version 1."""
    times = spec.get("timeSettings") or {}
    page = _Page({name: _panel(name, one) for name, one in (spec.get("elements") or {}).items()})
    page.layout(spec.get("layout") or {})
    return {
        "title": spec.get("title"),
        "uid": spec.get("uid"),
        "description": spec.get("description"),
        "tags": spec.get("tags") or [],
        "links": spec.get("links") or [],
        "schemaVersion": 42,
        "time": {"from": times.get("from") or "now-6h", "to": times.get("to") or "now"},
        "timezone": times.get("timezone") or "browser",
        "panels": page.panels,
        "templating": {"list": [_variable(v) for v in spec.get("variables") or []]},
        "annotations": {"list": [_annotation(one) for one in spec.get("annotations") or []]},
        "tabs": page.tabs,
    }


class _Page:
    """The panels as they are met in the layout, one below the other."""

    def __init__(self, elements: dict[str, dict[str, Any]]) -> None:
        self.elements, self.panels = elements, list[dict[str, Any]]()
        self.y, self.tabs = 0, 0

    def layout(self, found: dict[str, Any], into: list[dict[str, Any]] | None = None) -> None:
        """Place what a layout holds from the current height on; ``into``: a collapsed row."""
        spec = found.get("spec") or {}
        shown = self.panels if into is None else into
        match found.get("kind"):
            case "RowsLayout":
                for row in spec.get("rows") or []:
                    self._section(row.get("spec") or {}, into)
            case "TabsLayout":
                for number, tab in enumerate(spec.get("tabs") or [], start=1):
                    self.tabs += 1
                    inner = tab.get("spec") or {}
                    title = f"Tab {number}: {inner.get('title') or 'without a title'}"
                    self._section(inner | {"title": title, "hideHeader": False}, into)
            case "AutoGridLayout" | "ResponsiveGridLayout":
                self._fill(spec, shown)
            case _:
                self._grid(spec.get("items") or [], shown)

    def _section(self, spec: dict[str, Any], into: list[dict[str, Any]] | None) -> None:
        collapsed = bool(spec.get("collapse"))
        place = {"x": 0, "y": self.y, "w": COLUMNS, "h": 1}
        row: dict[str, Any] = {
            "type": "row",
            "title": spec.get("title") or "",
            "collapsed": collapsed,
            "panels": [],
            "gridPos": place,
            **_repeat(spec.get("repeat")),
        }
        if into is not None:  # rows in a collapsed one are not seen: their panels count with it
            self.layout(spec.get("layout") or {}, into)
            return
        if not spec.get("hideHeader") or collapsed:
            self.panels.append(row)
            self.y += 1
        below = self.y
        self.layout(spec.get("layout") or {}, row["panels"] if collapsed else None)
        if collapsed:
            self.y = below

    def _grid(self, items: list[dict[str, Any]], shown: list[dict[str, Any]]) -> None:
        top = self.y
        for item in items:
            spec = item.get("spec") or {}
            if item.get("kind") == "GridLayoutRow":
                self.y = top + (spec.get("y") or 0)
                inner = {"kind": "GridLayout", "spec": {"items": spec.get("elements") or []}}
                self._section(spec | {"collapse": spec.get("collapsed"), "layout": inner}, None)
                continue
            place = {
                "x": spec.get("x") or 0,
                "y": top + (spec.get("y") or 0),
                "w": spec.get("width") or COLUMNS,
                "h": spec.get("height") or 8,
            }
            self._put(spec, place, shown)
            self.y = max(self.y, place["y"] + place["h"])

    def _fill(self, spec: dict[str, Any], shown: list[dict[str, Any]]) -> None:
        """Panels of one size, as many beside one another as fit."""
        wide = spec.get("columnWidth") or _WIDTHS.get(spec.get("columnWidthMode") or "", 448)
        high = spec.get("rowHeight") or _HEIGHTS.get(spec.get("rowHeightMode") or "", 320)
        most = int(spec.get("maxColumnCount") or 3)
        across = max(1, min(most, _PAGE // max(int(wide), 1)))
        width, height = COLUMNS / across, math.ceil(high / 38)
        top = self.y
        items = spec.get("items") or []
        for number, item in enumerate(items):
            line, column = divmod(number, across)
            place = {"x": column * width, "y": top + line * height, "w": width, "h": height}
            self._put(item.get("spec") or {}, place, shown)
        self.y = top + math.ceil(len(items) / across) * height

    def _put(self, spec: dict[str, Any], place: Any, shown: list[dict[str, Any]]) -> None:
        name = (spec.get("element") or {}).get("name")
        panel = self.elements.get(str(name)) or {
            "type": "missing", "title": str(name), "missing": f"the element {name!r}",
        }  # fmt: skip
        shown.append(panel | {"gridPos": place} | _repeat(spec.get("repeat")))


def _repeat(found: Any) -> dict[str, Any]:
    if not isinstance(found, dict):
        return {}
    return {
        "repeat": found.get("value"),
        "repeatDirection": found.get("direction") or "h",
        "maxPerRow": found.get("maxPerRow"),
    }


def _panel(name: str, element: dict[str, Any]) -> dict[str, Any]:
    spec = element.get("spec") or {}
    common = {key: spec.get(key) for key in ("id", "title", "description", "transparent")}
    if element.get("kind") == "LibraryPanel":
        return common | {"libraryPanel": spec.get("libraryPanel") or {}, "type": "library-panel"}
    look = spec.get("vizConfig") or {}
    kind = look.get("group") if look.get("kind") == "VizConfig" else look.get("kind")
    drawn = look.get("spec") or {}
    data = (spec.get("data") or {}).get("spec") or {}
    options = data.get("queryOptions") or {}
    return common | {
        "type": kind or "missing",
        "options": drawn.get("options") or {},
        "fieldConfig": drawn.get("fieldConfig") or {},
        "pluginVersion": look.get("version") or drawn.get("pluginVersion") or "",
        "targets": [_target(query.get("spec") or {}) for query in data.get("queries") or []],
        "transformations": [_change(one) for one in data.get("transformations") or []],
        **{key: options[key] for key in _OPTIONS if options.get(key) is not None},
    }


_OPTIONS = ("interval", "maxDataPoints", "timeFrom", "timeShift", "hideTimeOverride")


def _change(found: dict[str, Any]) -> dict[str, Any]:
    spec = found.get("spec") or {}
    kind = found.get("group") if found.get("kind") == "Transformation" else found.get("kind")
    return {**spec, "id": spec.get("id") or kind}


def _target(spec: dict[str, Any]) -> dict[str, Any]:
    """A query, with its data source where version 1 has it."""
    query = spec.get("query") or {}
    return {
        **(query.get("spec") or {}),
        "refId": spec.get("refId"),
        "hide": bool(spec.get("hidden")),
        "datasource": _source(spec, query),
    }


def _source(spec: dict[str, Any], query: dict[str, Any]) -> dict[str, Any] | None:
    kind = query.get("group") if query.get("kind") == "DataQuery" else query.get("kind")
    named = query.get("datasource") or spec.get("datasource") or {}
    found = {"type": named.get("type") or kind, "uid": named.get("name") or named.get("uid")}
    return {key: value for key, value in found.items() if value} or None


def _variable(found: dict[str, Any]) -> dict[str, Any]:
    spec = dict(found.get("spec") or {})
    kind = _VARIABLES.get(found.get("kind", ""), found.get("kind"))
    query = spec.get("query")
    if kind == "query" and isinstance(query, dict):
        spec["datasource"] = _source(spec, query)
        inner = query.get("spec") or {}
        spec["query"] = inner.get("__legacyStringValue") or inner.get("query") or inner
    if kind == "datasource":
        spec["query"] = spec.get("pluginId")
    if kind == "switch":
        values = {"true": spec.get("enabledValue"), "false": spec.get("disabledValue")}
        spec |= {"query": ",".join(str(value or key) for key, value in values.items())}
        spec["current"] = {"value": spec.get("current"), "text": spec.get("current")}
    return spec | {"type": kind}


def _annotation(found: dict[str, Any]) -> dict[str, Any]:
    spec = dict(found.get("spec") or {})
    query = spec.get("query") or {}
    asked = {**(spec.get("legacyOptions") or {}), **(query.get("spec") or {})}
    return {**asked, **spec, "datasource": _source(spec, query)}
