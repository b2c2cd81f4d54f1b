"""The room's page as a dashboard of Grafana's, for whoever has one: the same queries."""

import json
from typing import Any

from lab_helpers import dashboards
from lab_helpers.room.figures import QUERIES


def made() -> Any:
    """The dashboard, as grafanalib has it."""
    dash = dashboards
    pace = QUERIES["pace"].replace("[1m]", "[$__rate_interval]")  # Grafana knows a better one
    return dash.page(
        "The room",
        (
            4,
            [
                dash.stat("Learners", QUERIES["learners"], unit="none"),
                dash.stat("Active in the last 5 minutes", QUERIES["active"], unit="none"),
                dash.stat("Checks a minute", pace, unit="none", decimals=0),
                dash.stat("Checks solved", QUERIES["solved"], unit="none"),
            ],
        ),
        (
            9,
            [
                dash.bars("Learners stopped", (QUERIES["stopped"], "{{exercise}}"), "none"),
                dash.bars(
                    "The commonest wrong answers",
                    (QUERIES["wrong"], "{{exercise}} {{diagnosis}}"),
                    "none",
                ),
                dash.bars("Quiet for", (QUERIES["quiet"], "{{learner}}"), "s"),
            ],
        ),
        # Grafana takes 02.1 for a number, and writes 2.10, where a unit is one of numbers.
        (14, [dash.table("Wrong answers in a row", QUERIES["where"], "string", limits=(1, 3))]),
        uid="room",
        tags=("workshop",),
    )


def importable() -> str:
    """Its JSON, for Grafana's *Import*: which Prometheus it asks is chosen there."""
    return json.dumps(dashboards.portable(made()))
