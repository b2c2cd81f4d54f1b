"""A page of many panels is asked side by side, and drawn in little time of its own."""

import time
from typing import Any

from lab_helpers.preview.asked import Asked
from lab_helpers.preview.page import drawn
from tests.unit.preview.known import Known

WAIT = 0.1  # seconds that this Prometheus takes for an answer


class Slow(Known):
    def raw(self, path: str, **params: Any) -> Any:
        time.sleep(WAIT)
        return super().raw(path, **params)


def test_thirty_two_panels_wait_for_prometheus_together() -> None:
    panels = [
        {"id": n, "type": "timeseries", "title": f"P{n}",
         "targets": [{"refId": "A", "expr": f"m{n}"}],
         "gridPos": {"x": 12 * (n % 2), "y": 8 * (n // 2), "w": 12, "h": 8},
         "fieldConfig": {"defaults": {"custom": {"fillOpacity": 20}}}}
        for n in range(32)
    ]  # fmt: skip
    prometheus: Any = Slow()
    asked = Asked.of({"title": "x", "panels": panels}, prometheus, last="1h")
    begun = time.monotonic()
    asked.outcomes(panels)
    assert time.monotonic() - begun < 32 * WAIT / 2
    before = time.process_time()
    assert len(drawn(asked).verdicts) == 32
    assert time.process_time() - before < 6
