"""What is read of a dashboard's JSON, with Grafana's own defaults for what it leaves out."""

from collections.abc import Iterable
from typing import Annotated

import msgspec

#: What Grafana calls the workshop's Prometheus, its default, or that each query says its own.
_PROMETHEUS = {"prometheus", "default", "-- mixed --"}


class _Part(msgspec.Struct, rename="camel", kw_only=True):
    pass


class Source(_Part):
    """A data source, by its uid."""

    uid: str | None = None
    type: str | None = None


class Target(_Part):
    """A query of a panel."""

    expr: str | None = ""
    ref_id: str | None = ""
    legend_format: str | None = ""
    hide: bool | None = False
    instant: bool | None = False
    datasource: Source | str | None = None


class Step(_Part):
    """A threshold: from `value` on, `color`. Of the lowest there is no value."""

    color: str | None = ""
    value: float | str | None = None


class Thresholds(_Part):
    """A panel's thresholds, from the lowest up."""

    mode: str | None = "absolute"
    steps: list[Step] = []


class ThresholdsStyle(_Part):
    """How a graph shows its thresholds: off, line, area, line+area."""

    mode: str | None = "off"


class Custom(_Part):
    """What only graphs have."""

    thresholds_style: ThresholdsStyle = msgspec.field(default_factory=ThresholdsStyle)


class Defaults(_Part):
    """How a panel's values are shown."""

    unit: str | None = ""
    thresholds: Thresholds = msgspec.field(default_factory=Thresholds)
    custom: Custom = msgspec.field(default_factory=Custom)


class FieldConfig(_Part):
    """How a panel's values are shown; what single series have of their own is not read."""

    defaults: Defaults = msgspec.field(default_factory=Defaults)


class ReduceOptions(_Part):
    """How a panel makes one number of a series."""

    calcs: list[str] = []


class Options(_Part):
    """What the kind of panel has besides."""

    reduce_options: ReduceOptions | None = None


class Place(_Part):
    """Where a panel stands in the grid, which has 24 columns."""

    x: int
    y: int
    w: int
    h: int


class Panel(_Part):
    """A panel, or a row of them."""

    type: str = ""
    title: str = ""
    targets: list[Target] = []
    field_config: FieldConfig = msgspec.field(default_factory=FieldConfig)
    options: Options | None = None
    grid_pos: Place | None = None
    repeat: str | None = None
    datasource: Source | str | None = None
    panels: list["Panel"] = []

    def shown(self) -> list[Target]:
        """The queries that are not hidden."""
        return [target for target in self.targets if not target.hide]


class Current(_Part):
    """What is chosen when the dashboard is opened."""

    value: str | Annotated[list[str], msgspec.Meta(min_length=1)] = "$__all"


class VariableQuery(_Part):
    """A variable's query, as later Grafanas write it."""

    query: str = ""


class Variable(_Part):
    """A choice at the top of a dashboard."""

    name: str
    type: str = "query"
    query: str | VariableQuery | None = ""
    regex: str | None = None
    current: Current = msgspec.field(default_factory=Current)
    include_all: bool | None = False
    all_value: str | None = None
    multi: bool | None = False


class Templating(_Part):
    """The variables."""

    variables: list[Variable] = msgspec.field(default_factory=list, name="list")


class Annotation(_Part):
    """What is marked on every graph."""

    name: str = ""
    datasource: Source | str | None = None
    enable: bool | None = True
    expr: str | None = ""
    title_format: str | None = ""
    text_format: str | None = ""
    use_value_for_time: bool | str | None = False
    icon_color: str = ""


class Annotations(_Part):
    """The annotations."""

    annotations: list[Annotation] = msgspec.field(default_factory=list, name="list")


class Board(_Part):
    """A dashboard."""

    title: str | None = ""
    panels: list[Panel] = []
    templating: Templating = msgspec.field(default_factory=Templating)
    annotations: Annotations = msgspec.field(default_factory=Annotations)

    def all_panels(self) -> list[Panel]:
        """Every panel that shows something, those in rows included."""
        return [
            panel
            for each in self.panels
            for panel in (each.panels if each.type == "row" else [each])
        ]

    def other_source(self, sources: Iterable[Source | str | None]) -> str:
        """The first of these data sources that is not Prometheus; "" if all are.

        A variable of data sources may stand for it.
        """
        chosen = {one.name for one in self.templating.variables if one.type == "datasource"}
        for source in sources:
            name = (source.uid or source.type) if isinstance(source, Source) else source
            if name and name.strip("${}") not in chosen and name.casefold() not in _PROMETHEUS:
                return name
        return ""
