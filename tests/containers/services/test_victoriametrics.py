"""VictoriaMetrics takes what an agent sends, and says what it would not start with."""

from pathlib import Path

import pytest

from lab_helpers.errors import PromQLError, ServiceFailed
from lab_helpers.services.programs import ProgramContainer
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.services.victoriametrics import VictoriaMetricsContainer
from lab_helpers.setup import needs
from lab_helpers.setup.images import ROOT
from tests.own_lab import own_lab

CHAPTER = ROOT / "labs" / "09_beyond_one_server"


def test_an_agent_keeps_nothing_and_the_store_has_all_of_it() -> None:
    if reason := needs.why_unmet("prometheus>=3.0"):
        pytest.skip(reason)
    store = VictoriaMetricsContainer()
    agent = PrometheusContainer(Path(CHAPTER / "agent.yml"), name="kiosk", agent=True)
    tills = ProgramContainer(CHAPTER / "tills.py", "7", name="porto-tills")
    with own_lab("agent") as lab:
        lab.start().start(store, agent, tills)
        lab.wait_until(lambda: store.metrics("vm_rows_inserted_total"), "it counts what comes")
        rows = "vm_rows_inserted_total"
        lab.wait_until(lambda: sum(n for _, n in store.metrics(rows)) > 30, "samples have come")
        found = lab.wait_until(lambda: len(store.query("till_sales_total")) == 7, "all of them")
        assert found
        assert set(store.series("till_sales_total").city) == {"airport"}
        line = store.query_range("count(till_sales_total)", last="10s", step="1s")
        assert line.iloc[-1, 0] == 7
        with pytest.raises(PromQLError, match="unavailable with Prometheus Agent"):
            agent.query("up")


def test_a_flag_that_it_does_not_know_is_said_in_its_own_words() -> None:
    with pytest.raises(ServiceFailed, match=r"victoria-metrics died(.|\n)*-no.such.flag"):
        VictoriaMetricsContainer(flags=["-no.such.flag=1"]).start()
