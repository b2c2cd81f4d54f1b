"""Links lead to an address that others find."""

import socket

import pytest

from lab_helpers.setup.addresses import EVERY_ONE, reached_at


@pytest.mark.parametrize("host", EVERY_ONE)
def test_what_listens_everywhere_is_found_at_an_address_of_this_machine(host: str) -> None:
    found = reached_at(host)
    assert found not in EVERY_ONE
    with socket.socket() as door:
        door.bind((found, 0))  # of no other machine's address


def test_an_address_that_was_named_is_kept() -> None:
    assert reached_at("192.0.2.7") == "192.0.2.7"
