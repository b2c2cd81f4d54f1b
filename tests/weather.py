"""What a network can do to a request on its way to a registry: see `tests.registry.Network`."""

import json

from tests.registry import Request

PORTAL = b"<!DOCTYPE html><title>Free WiFi</title><form>Room number</form>"
REFUSAL = {"errors": [{"code": "TOOMANYREQUESTS", "message": "You have reached your limit"}]}


def too_many(request: Request) -> bool:
    """The registry limits how often it is asked."""
    content = json.dumps(REFUSAL).encode()
    request.answer(429, content, "application/json", Retry_After="90")
    return True


def portal(request: Request) -> bool:
    """Whatever is asked for, the network's login page comes."""
    request.answer(200, PORTAL, "text/html; charset=utf-8")
    return True


def portal_elsewhere(request: Request) -> bool:
    """Whatever is asked for, the way leads to the network's login page."""
    if request.path == "/login":
        return portal(request)
    request.answer(302, b"", "text/plain", Location="/login")
    return True


def hangs(request: Request) -> bool:
    """The request is taken, and nothing comes back."""
    request.hang()
    return True


def hangs_up(request: Request) -> bool:
    """The request is taken, and the connection closed."""
    request.close_connection = True
    return True


def out_of_order(request: Request) -> bool:
    """The registry is there, and cannot answer."""
    request.answer(503, b"", "text/plain")
    return True


def asks_for_tokens(request: Request) -> bool:
    """A registry that anybody may read, with a token of its token service."""
    host = request.server.host
    if request.path.startswith("/token?"):
        assert "service=a%2C+b" in request.path
        assert "Authorization" not in request.headers
        scope = request.path.rpartition("scope=")[2]
        request.answer(200, f'{{"token": "for-{scope}"}}'.encode(), "application/json")
        return True
    repository = request.path.removeprefix("/v2/").split("/")[0]
    if request.headers.get("Authorization") == f"Bearer for-repository%3A{repository}%3Apull":
        return False
    challenge = f'Bearer realm="http://{host}/token",service="a, b",scope="repository:x:pull"'
    request.answer(401, b"{}", "application/json", WWW_Authenticate=challenge)
    return True


def refuses_tokens(request: Request) -> bool:
    """The registry wants a token, and its token service gives none to just anybody."""
    if request.path.startswith("/token?"):
        request.answer(401, b'{"details": "incorrect username or password"}', "application/json")
        return True
    return asks_for_tokens(request)
