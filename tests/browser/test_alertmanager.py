"""Alertmanager's own page, and where the link in a message leads."""

import re

from tests.alert_lab import AlertLab
from tests.browser.conftest import need_pages
from tests.browser.reader import Reader


def test_an_alert_and_the_silence_that_its_message_proposes(reader: Reader) -> None:
    with AlertLab() as lab:
        need_pages(lab.alertmanager)
        lab.web_2.get_wrapped_container().kill()
        lab.when_paged("ReplicaDown", instance="web-2:8000")
        mail = lab.wait_until(
            lambda: [one["text"] for one in lab.inbox.raw() if one["via"] == "e-mail"],
            "the e-mail is here",
        )
        only = "#/alerts?filter=%7Balertname%3D%22ReplicaDown%22%7D"
        reader.open(f"{lab.alertmanager.url}/{only}", 'alertname="ReplicaDown"')
        reader.page.get_by_text("Expand all groups").click()
        reader.reads('instance="web-2:8000"', "Source")
        reader.keep("06_alertmanager", lab.alertmanager)
        found = re.search(r"^Silence: (\S+)$", mail[0], re.MULTILINE)
        assert found
        reader.open(found[1], "New Silence", 'instance="web-2:8000"', 'alertname="ReplicaDown"')
