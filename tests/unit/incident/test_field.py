"""The field and the stage are watched alike: what shows on one shows on the other."""

from typing import Any

import yaml

from lab_helpers.incident.field import FILES, STAGE


def jobs(text: str) -> dict[str, Any]:
    return {job["job_name"]: job for job in yaml.safe_load(text)["scrape_configs"]}


def test_the_jobs_of_the_field_are_the_stage_s() -> None:
    field, stage = (FILES / "prometheus.yml").read_text(), (STAGE / "prometheus.yml").read_text()
    here, there = jobs(field), jobs(stage)
    assert here == {name: there[name] for name in here}
    assert set(there) - set(here) == {"apache", "haproxy", "switch"}, "what no incident touches"
    for part in ("global", "rule_files", "alerting"):
        assert yaml.safe_load(field)[part] == yaml.safe_load(stage)[part]
