"""Handing the bundle to a room, over HTTP."""

from lab_helpers.serve.serving import Served, open_door, serve

__all__ = ["Served", "open_door", "serve"]
