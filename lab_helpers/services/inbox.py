"""The inbox in a container: every e-mail and webhook of the lab arrives here, and stays."""

from typing import TYPE_CHECKING, Any

import requests

from lab_helpers.errors import WorkshopError
from lab_helpers.services.base import Service
from lab_helpers.setup import engine

if TYPE_CHECKING:
    from pandas import DataFrame

HEARTBEAT = "heartbeat"
SMTP_PORT = 1025
COLUMNS = ("arrived", "via", "to", "status", "subject", "alerts", "text")


class InboxContainer(Service):
    """Takes e-mail on port 1025 and webhooks at ``http://inbox:8025/hook/NAME``, and shows them."""

    service = "inbox"
    image_name = "shop"
    port = 8025
    ready_path = "/healthz"

    def __init__(self, *, name: str | None = None, port: int | None = None) -> None:
        super().__init__(name=name, port=port)
        self.ports[f"{SMTP_PORT}/tcp"] = (engine.bind_address(), None)  # type: ignore[assignment]
        self.with_command(["/shop/inbox.py"])

    @property
    def smtp(self) -> str:
        """Where this machine sends it e-mails, ``127.0.0.1:PORT``.

        Raises:
            ServiceFailed: it is not running.
        """
        assert self.host_port  # or it says that it does not run
        (found, *_) = engine.client().api.port(self.get_container_id(), SMTP_PORT)
        return f"{engine.host()}:{found['HostPort']}"

    def message_link(self, number: int) -> str:
        """The page of the message with this id, with its pictures and its files."""
        return f"{self.url}/messages/{number}"

    def messages(self, heartbeats: bool = False) -> "DataFrame":
        """List what arrived: one row a message, oldest first.

        heartbeats: list those of the dead man's switch too, which come every few seconds.

        Columns: arrived (UTC), via (e-mail, webhook), to, status (firing, resolved; "" if it is
        about no alerts), subject,
        alerts (how many it is about), text.
        """
        import pandas as pd

        found = [m for m in self.raw() if heartbeats or m["to"] != HEARTBEAT]
        frame = pd.DataFrame(found, columns=list(COLUMNS))
        times = pd.to_datetime(frame["arrived"].astype("float64"), unit="s", utc=True)
        frame["arrived"] = times.astype("datetime64[ms, UTC]")
        frame["alerts"] = pd.Series([len(m["alerts"]) for m in found], dtype="int64")
        return frame

    def heartbeats(self) -> "DataFrame":
        """List the messages of the dead man's switch, as `messages` does."""
        frame = self.messages(heartbeats=True)
        return frame[frame["to"] == HEARTBEAT].reset_index(drop=True)

    def unresolved(self) -> set[tuple[str, str]]:
        """Give what was reported as firing and not yet as resolved: (to, alertname)."""
        last = {
            (m["to"], a["fingerprint"]): (a["status"], a["alertname"])
            for m in self.raw()
            for a in m["alerts"]
            if m["to"] != HEARTBEAT
        }
        return {(to, name) for (to, _), (status, name) in last.items() if status == "firing"}

    def raw(self, after: int = 0) -> list[dict[str, Any]]:
        """List the messages as plain Python objects, with their alerts and payloads.

        after: only messages whose id is larger.
        """
        answer = requests.get(f"{self.url}/api/messages", params={"after": after}, timeout=10)
        answer.raise_for_status()
        return list(answer.json())

    def clear(self) -> None:
        """Throw away what arrived so far."""
        requests.delete(f"{self.url}/api/messages", timeout=10).raise_for_status()

    def out_of_order(self, seconds: float = 20.0, via: str | None = None) -> None:
        """Turn messages away for a while: webhooks get status 503, e-mails 451.

        via: only those that come as ``e-mail``, or as ``webhook``.

        Raises:
            WorkshopError: more than ten minutes, or no time at all; or no such way.
        """
        asked = {"seconds": str(seconds), **({"via": via} if via else {})}
        answer = requests.post(f"{self.url}/down", params=asked, timeout=10)
        if not answer.ok:
            raise WorkshopError(f"The {self.name} refuses: {answer.json()['error']}.")

    def in_order(self) -> int:
        """Take everything again, and return how many messages were turned away so far."""
        answer = requests.post(f"{self.url}/up", timeout=10)
        answer.raise_for_status()
        return len(answer.json()["refused"])

    def refusals(self) -> "DataFrame":
        """List what was turned away so far: arrived (UTC), via, to; oldest first."""
        import pandas as pd

        found = requests.get(f"{self.url}/healthz", timeout=10).json()["refused"]
        frame = pd.DataFrame(found, columns=["arrived", "via", "to"])
        frame["arrived"] = pd.to_datetime(frame["arrived"].astype("float64"), unit="s", utc=True)
        return frame

    @property
    def refused(self) -> int:
        """How many messages were turned away so far."""
        return len(self.refusals())
