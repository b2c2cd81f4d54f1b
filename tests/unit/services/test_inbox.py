"""The inbox's reading of what Alertmanager sends, without a network."""

import importlib.util
import sys
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from types import ModuleType
from typing import Any

import pytest

from lab_helpers.setup.images import ROOT


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """labs/shop/inbox.py; the SMTP library, which only its image has, stands still."""
    monkeypatch.syspath_prepend(ROOT / "labs/shop")
    library = ModuleType("aiosmtpd.controller")
    library.Controller = object  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "aiosmtpd", ModuleType("aiosmtpd"))
    monkeypatch.setitem(sys.modules, "aiosmtpd.controller", library)
    spec = importlib.util.spec_from_file_location("inbox_program", ROOT / "labs/shop/inbox.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def email(**headers: str) -> EmailMessage:
    mail = EmailMessage()
    for name, value in {"Subject": "[FIRING] A (1)", **headers}.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("FIRING: it burns\nRun.\n")
    arrived = message_from_bytes(mail.as_bytes(policy=SMTP), policy=default)  # lines end in \r\n
    assert isinstance(arrived, EmailMessage)
    return arrived


def test_an_email_says_its_alerts_in_a_header(program: ModuleType) -> None:
    words = "2408bdf99627dd85=resolved=A 457a6b9f2a46e10c=firing=B "
    message = program.mails.from_email("ann@x", email(X_Receiver="shop", X_Alerts=words))
    assert message["alerts"] == [
        {"fingerprint": "2408bdf99627dd85", "status": "resolved", "alertname": "A"},
        {"fingerprint": "457a6b9f2a46e10c", "status": "firing", "alertname": "B"},
    ]
    assert message["status"] == "firing"
    assert (message["to"], message["receiver"]) == ("ann@x", "shop")
    assert message["text"] == "FIRING: it burns\nRun."


def test_an_email_of_somebody_else_is_kept_too(program: ModuleType) -> None:
    message = program.mails.from_email("ann@x", email(X_Alerts="odd"))
    assert message["alerts"] == [{"fingerprint": "odd", "status": "", "alertname": ""}]
    assert program.mails.from_email("ann@x", EmailMessage())["alerts"] == []


def payload(**alert: Any) -> dict[str, Any]:
    whole = {
        "fingerprint": "1",
        "status": "resolved",
        "labels": {"alertname": "A"},
        "annotations": {"summary": "gone <b>"},
    }
    return {
        "receiver": "pager",
        "status": "resolved",
        "groupLabels": {"alertname": "A"},
        "alerts": [whole | alert],
    }


def test_a_webhook_is_read_and_kept_whole(program: ModuleType) -> None:
    message = program.from_webhook("pager", payload())
    assert message["subject"] == "[RESOLVED] A (1)"
    assert message["text"] == "RESOLVED: gone <b>"
    assert message["payload"] == payload()


def test_what_is_no_webhook_of_alertmanager_is_refused(program: ModuleType) -> None:
    wrongs: list[Any] = [{}, {"alerts": [1]}, [], {"alerts": [{"labels": {}}]}]
    for wrong in wrongs:
        with pytest.raises((KeyError, TypeError, AttributeError)):
            program.from_webhook("pager", wrong)


def test_the_page_escapes_and_counts_heartbeats_apart(program: ModuleType) -> None:
    program.inbox.add(**program.from_webhook("pager", payload()))
    program.inbox.add(**program.from_webhook("heartbeat", payload()))
    page = program.page()
    assert "gone &lt;b&gt;" in page
    assert "<b>\n" not in page
    assert "1 message. 1 heartbeat," in page
    assert page.count("<article") == 1


def test_only_the_newest_are_kept_and_ids_go_on(program: ModuleType) -> None:
    for _ in range(program.KEPT + 5):
        program.inbox.add(to="pager")
    ids = [message["id"] for message in program.inbox.after(0)]
    assert (ids[0], ids[-1], len(ids)) == (6, program.KEPT + 5, program.KEPT)
    assert [m["id"] for m in program.inbox.after(program.KEPT + 4)] == [program.KEPT + 5]


def test_out_of_order_counts_what_it_turns_away(program: ModuleType) -> None:
    inbox = program.inbox
    assert not inbox.refuses("e-mail", "ann@x")
    inbox.down_for, inbox.down_until = {"e-mail"}, float("inf")
    assert inbox.refuses("e-mail", "ann@x")
    assert inbox.refuses("e-mail", "bob@x")
    assert not inbox.refuses("webhook", "pager"), "it comes by another way"
    assert [(one["via"], one["to"]) for one in inbox.refused] == [
        ("e-mail", "ann@x"),
        ("e-mail", "bob@x"),
    ]


@pytest.mark.parametrize(
    "name", ["Instance Down", "a  b", 'q"uote = {x}', "🔥 über", "fire=firing=x"]
)
def test_an_alert_stays_one_whatever_its_name(program: ModuleType, name: str) -> None:
    words = [f"{mark}=firing={name}" for mark in ("0123456789abcdef", "fedcba9876543210")]
    alerts = program.mails.from_email("ann@x", email(X_Alerts=" ".join([*words, ""])))["alerts"]
    assert [alert["fingerprint"] for alert in alerts] == ["0123456789abcdef", "fedcba9876543210"]
    assert {alert["alertname"].split()[0] for alert in alerts} == {name.split()[0]}


def test_a_name_of_two_lines_is_one(program: ModuleType) -> None:
    line = b"X-Alerts: =?utf-8?q?0123456789abcdef=3Dfiring=3Dtwo=0Alines_?=\r\n\r\n"
    mail = message_from_bytes(line, policy=default)
    assert isinstance(mail, EmailMessage)
    (alert,) = program.mails.from_email("ann@x", mail)["alerts"]
    assert alert["alertname"] == "two\nlines"


def test_a_receivers_name_is_the_configurations(program: ModuleType) -> None:
    assert (
        program.mails.from_email("ann@x", email(X_Receiver=r"shop\.a\+b"))["receiver"] == "shop.a+b"
    )


def test_an_email_that_names_no_alert_still_says_whether_something_fires(
    program: ModuleType,
) -> None:
    assert program.mails.from_email("ann@x", email(Subject="[FIRING:1] Down"))["status"] == "firing"
    assert (
        program.mails.from_email("ann@x", email(Subject="[RESOLVED] Down"))["status"] == "resolved"
    )
