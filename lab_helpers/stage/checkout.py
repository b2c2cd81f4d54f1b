"""What a checkout hands to its stack, and how it knows it again on an engine that others use."""

import secrets
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lab_helpers.errors import ServiceFailed
from lab_helpers.setup import engine, images
from lab_helpers.stage import compose

#: What the overview page asks of whoever wants to break something there.
STAGE_PASSWORD = "STAGE_PASSWORD"
#: What is made up anew for each stack: passwords, and the sign by which a checkout knows its own.
MADE_UP = (
    "MYSQL_PASSWORD",
    "MYSQL_EXPORTER_PASSWORD",
    "GRAFANA_PASSWORD",
    "GRAFANA_MYSQL_PASSWORD",
    STAGE_PASSWORD,
    compose.SIGN,
)


def variables(kept_in: Path, overrides: Mapping[str, str]) -> dict[str, str]:
    """What compose.yaml asks for.

    Args:
        kept_in: the file that has what was made up, for as long as the stack is up.
        overrides: what may move ports, as in the environment.
    """
    known = images.read(kept_in)
    made = {name: known.get(name) or secrets.token_urlsafe(12) for name in MADE_UP}
    kept_in.parent.mkdir(exist_ok=True)
    kept_in.touch(mode=0o600)
    kept_in.write_text("".join(f"{name}={made[name]}\n" for name in made))
    chosen = {images.variable(name): images.image_for(name) for name in images.all_services()}
    taken = {name: str(port) for name, port in compose.ports(overrides).values()}
    address = engine.bind_address()
    return {
        **chosen,
        **made,
        **taken,
        "BIND": f"[{address}]" if ":" in address else address,
        "HOST": engine.url("").removeprefix("http://").rstrip(":"),
        compose.CHECKOUT: f"{images.ROOT} on {socket.gethostname()}",
    }


def require_own(containers: Iterable[Mapping[str, Any]], kept_in: Path) -> None:
    """Make sure that a stack, if it is up, was put on stage by this checkout.

    Raises:
        ServiceFailed: it is another's; the message says whose, and what to do.
    """
    sign = images.read(kept_in).get(compose.SIGN)
    for one in containers:
        labels = one["Labels"]
        if labels.get(compose.LABELS[compose.SIGN]) != sign:
            where = labels.get(compose.LABELS[compose.CHECKOUT], "another checkout")
            raise ServiceFailed(
                f"The stage of this engine is taken: {where} has its demo on it. End it there "
                "with `make demo-down`; or remove all that the workshop has on this engine, "
                "everybody's labs too, with `make clean`."
            )
