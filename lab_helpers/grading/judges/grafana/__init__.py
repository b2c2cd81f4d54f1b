"""Alerts of Grafana's own, in its provisioning files: judged without a Grafana."""

from lab_helpers.grading.judges.grafana.alert import GrafanaAlert

__all__ = ["GrafanaAlert"]
