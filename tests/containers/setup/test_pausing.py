"""What stands still by signals, where the engine cannot freeze: on any engine, signals are real."""

import pytest
import requests

from lab_helpers.services.shop import NginxContainer
from lab_helpers.setup import pausing


def test_signals_reach_every_process_of_a_container() -> None:
    with NginxContainer("events {}\nhttp { server { listen 80; return 200 'ours'; } }") as nginx:
        container = nginx.get_wrapped_container()
        pausing._signal(container, "STOP")
        for _ in range(3):  # a worker more than one may be there
            with pytest.raises(requests.ReadTimeout):
                requests.get(nginx.url, timeout=(5, 0.3))
        pausing._signal(container, "CONT")
        assert requests.get(nginx.url, timeout=30).text == "ours"
