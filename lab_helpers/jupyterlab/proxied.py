"""A service's page as jupyter-server-proxy hands it on, to a browser that is not on this machine.

The proxy takes ``…/proxy/PORT`` off an address, which the service never learns of. So whatever in a
page leads to the service's own root, or to another one of 127.0.0.1, is led through the proxy here;
the service itself, and the kernel's own calls, are left alone.
"""

import re
from typing import Any
from urllib.parse import quote

#: Responses that carry addresses which somebody clicks.
_READ = ("text/html", "application/json")
_ANYWHERE = re.compile(rb"http://(?:127\.0\.0\.1|localhost):(\d+)(?=[/\"'\\?#<\s&]|$)")
_FROM_THE_ROOT = re.compile(rb"""(\s(?:href|src|action)=["']?)/(?![/])""")
#: How Grafana and Consul tell their own programs in a browser where they are: before, and behind.
_TOLD = [
    (b'"appSubUrl":"', b'"'),
    (b'"', b"/avatar/"),
    (b'"ContentPath": "', b'/ui/"'),
    (b"%22APIPrefix%22%3A%22", b"%22"),
]


def lead_through(response: Any, request: Any, port: int) -> None:
    """Change a page so that its links work through the proxy; jupyter-server-proxy calls it."""
    response.headers.pop("X-Frame-Options", None)  # it is shown in a tab beside the notebook
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    if kind not in _READ or not response.body:
        return
    proxy = request.path.partition(f"/proxy/{port}")[0] + "/proxy/"
    response.body = rewritten(response.body, kind, proxy, port)


def rewritten(page: bytes, kind: str, proxy: str, port: int) -> bytes:
    """A page or an answer of the service at ``port``.

    Args:
        kind: its media type.
        proxy: the path of the proxy, ``/user/ada/proxy/`` for instance.
    """
    if kind == "text/html":
        here = f"{proxy}{port}".encode()
        page = _FROM_THE_ROOT.sub(rb"\1" + here + b"/", page)
        for before, behind in _TOLD:
            told = quote(here, safe="").encode() if before.startswith(b"%") else here
            page = page.replace(before + behind, before + told + behind)
    return _ANYWHERE.sub(proxy.encode() + rb"\1", page)
