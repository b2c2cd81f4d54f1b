"""Any dashboard that Grafana 5 to 13 has exported, brought to one form: that of schema 42.

    normal(json.loads(text))["panels"]

Grafana does the same when it opens one. What is drawn and linted here has this form alone: `panels`
in a grid of 24 columns, rows among them, each panel of a type of today, with a `fieldConfig`;
variables and annotations in their lists.
"""

from lab_helpers.dashboards.migration.normal import normal

__all__ = ["normal"]
