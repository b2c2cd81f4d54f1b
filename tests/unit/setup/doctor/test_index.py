"""The index of Python packages, asked while they are missing. No engine and no world is needed."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import weather
from tests.broken_machine import BARE, HANGS, Visit, copy, visit
from tests.registry import Request, network

#: The system's Python with its packages: pip is one.
WITH_PIP = BARE[:1]
AWAY = {"DOCKER_HOST": "tcp://127.0.0.1:9"}


@pytest.fixture(scope="module")
def new_checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout without an environment."""
    return copy(tmp_path_factory.mktemp("new"))


def asked(folder: Path, index: str, before: tuple[str, ...] = ()) -> Visit:
    """A visit, with an index that somebody has set."""
    there = AWAY | {"PIP_INDEX_URL": index, "PIP_CONFIG_FILE": os.devnull}
    return visit(folder=folder, before=before, environment=there, python=WITH_PIP)


def the_index(request: Request) -> bool:
    """An index that has pip."""
    assert request.path == "/simple/pip/"
    request.answer(200, b'<a href="pip-26.0-py3-none-any.whl">pip</a>', "text/html")
    return True


def wants_a_password(request: Request) -> bool:
    """A company's index: whoever has no password is told so by the index itself."""
    request.answer(401, b"", "text/plain")
    return True


@pytest.mark.parametrize(
    ("kind", "word", "told"),
    [
        (the_index, "ok", "the index of Python packages answers"),
        (wants_a_password, "ok", "the index of Python packages answers"),
        (weather.portal, "broken", "is a page for people"),
        (weather.portal_elsewhere, "broken", "is a page for people"),
        (weather.out_of_order, "broken", "answered with HTTP status 503"),
    ],
)
def test_what_answers_in_its_place(
    new_checkout: Path, kind: Callable[[Request], bool], word: str, told: str
) -> None:
    with network("nobody") as way:
        way.weather = kind
        found = asked(new_checkout, f"http://me:secret@{way.host}/simple")
    assert found.word("network") == word, found.rest
    assert told in found.text("network")
    assert "secret" not in found.rest
    if word == "broken":
        assert "Set-up has packages to fetch, and cannot. → " in found.text("network")


def test_nobody_answers(new_checkout: Path) -> None:
    found = asked(new_checkout, "http://127.0.0.1:9/simple")
    assert "127.0.0.1:9 cannot be reached from here" in found.text("network")


@pytest.mark.skipif(
    os.geteuid() != 0 or sys.platform != "linux", reason="root on Linux can have another network"
)
def test_neither_a_network_nor_an_engine(new_checkout: Path) -> None:
    found = asked(new_checkout, "https://index.example/simple", before=("unshare", "--net"))
    assert "index.example cannot be reached from here: there is no network" in (
        found.text("network")
    )
    assert found.took < HANGS


def test_one_that_a_file_names(new_checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "pip.conf").write_text("[global]\nindex-url = http://127.0.0.1:9/%simple\n")
    named = AWAY | {"PIP_CONFIG_FILE": str(tmp_path / "pip.conf"), "PIP_INDEX_URL": ""}
    found = visit(folder=new_checkout, environment=named)
    assert "127.0.0.1:9 cannot be reached from here" in found.text("network")


def test_a_python_without_pip_does_not_know_it(new_checkout: Path) -> None:
    nothing = {"PIP_INDEX_URL": "", "PIP_CONFIG_FILE": os.devnull}
    found = visit(folder=new_checkout, environment=AWAY | nothing)
    assert found.word("network") == "skipped"
    assert "it is pip that knows" in found.text("network")
