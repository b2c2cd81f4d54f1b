"""What a browser gets of a service's page through jupyter-server-proxy."""

from types import SimpleNamespace

import pytest

from lab_helpers.jupyterlab.proxied import lead_through, rewritten

PROXY = "/user/ada/proxy/"


def page(text: str, kind: str = "text/html", port: int = 9090) -> str:
    return rewritten(text.encode(), kind, PROXY, port).decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<a href="/metrics">', '<a href="/user/ada/proxy/9090/metrics">'),
        ("<a href='/metrics'>", "<a href='/user/ada/proxy/9090/metrics'>"),
        ('<script src="/ui/a.js">', '<script src="/user/ada/proxy/9090/ui/a.js">'),
        ('<base href="/" />', '<base href="/user/ada/proxy/9090/" />'),
        ('<a href="http://127.0.0.1:9093/#/alerts">', '<a href="/user/ada/proxy/9093/#/alerts">'),
        ('"appSubUrl":"",', '"appSubUrl":"/user/ada/proxy/9090",'),
        ('"img":"/avatar/1",', '"img":"/user/ada/proxy/9090/avatar/1",'),
        ('"ContentPath": "/ui/",', '"ContentPath": "/user/ada/proxy/9090/ui/",'),
        ("%22APIPrefix%22%3A%22%22", "%22APIPrefix%22%3A%22%2Fuser%2Fada%2Fproxy%2F9090%22"),
    ],
)
def test_what_leads_to_a_service_leads_through_the_proxy(before: str, after: str) -> None:
    assert page(before) == after


@pytest.mark.parametrize(
    "text",
    [
        '<a href="targets">',
        '<a href="//example.org/">',
        '<a href="https://prometheus.io/docs">',
        '<a href="http://node-exporter:9100/metrics">',
        '<a href="http://127.0.0.1.example.org:9090/">',
        "http://127.0.0.1/ has no port",
        '<p data-href="/x">',
    ],
)
def test_other_addresses_stay(text: str) -> None:
    assert page(text) == text


def test_of_an_answer_the_addresses_alone_are_changed() -> None:
    text = '{"generatorURL": "http://localhost:9090/graph?g0.expr=up", "html": "<a href=\\"/x\\">"}'
    assert page(text, "application/json") == text.replace("http://localhost:", PROXY)


def response(kind: str, body: bytes) -> SimpleNamespace:
    return SimpleNamespace(headers={"Content-Type": kind, "X-Frame-Options": "deny"}, body=body)


def test_a_page_may_be_shown_beside_the_notebook() -> None:
    request = SimpleNamespace(path="/user/ada/proxy/3000/login")
    shown = response("text/html; charset=UTF-8", b'<a href="/login">')
    lead_through(shown, request, 3000)
    assert shown.headers == {"Content-Type": "text/html; charset=UTF-8"}
    assert shown.body == b'<a href="/user/ada/proxy/3000/login">'


def test_metrics_stay_as_they_are() -> None:
    text = b'up{instance="http://127.0.0.1:9090/"} 1\n'
    shown = response("text/plain; version=0.0.4", text)
    lead_through(shown, SimpleNamespace(path="/proxy/9090/metrics"), 9090)
    assert shown.body == text
