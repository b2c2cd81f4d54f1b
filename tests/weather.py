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
