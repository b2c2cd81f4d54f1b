"""Scripts in containers: beside any files, and all that they say."""

import hashlib
from collections.abc import Iterator

import pytest

from lab_helpers.errors import ServiceFailed
from lab_helpers.lab import Lab
from lab_helpers.services import scripts
from lab_helpers.services.alertmanager import AlertmanagerContainer
from lab_helpers.services.shop import StaticPageContainer

QUIET = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"


@pytest.fixture(scope="module")
def page() -> Iterator[StaticPageContainer]:
    page = StaticPageContainer("a 1\n")
    with Lab(page, name="scripts"):
        yield page


@pytest.mark.parametrize(
    "content",
    [b"", b"$1 `id` %s \\n 'a' \"b\"\n\n", b"\0\xff", "Grüße\n".encode(), b"a" * 300_000],
    ids=["empty", "a shell's words", "no text", "not ASCII", "large"],
)
def test_files_are_there_as_they_are(page: StaticPageContainer, content: bytes) -> None:
    files = {"first": b"1", "a file": content, "in/a folder/of": b"one"}
    told = scripts.run(
        page.get_wrapped_container(),
        files,
        "wc -c <'a file'; sha256sum <'a file'; cat first in/*/of; exit 3",
    )
    beside = scripts.run(page.get_wrapped_container(), {}, "ls")
    assert told == (3, f"{len(content)}\n{hashlib.sha256(content).hexdigest()}  -\n1one")
    assert beside == (0, ""), "each has a folder of its own"


def test_both_outputs_are_kept_in_their_order(page: StaticPageContainer) -> None:
    script = "for n in 1 2 3; do echo out $n; echo err $n >&2; done; false"
    said = "".join(f"out {n}\nerr {n}\n" for n in (1, 2, 3))
    assert scripts.run(page.get_wrapped_container(), {}, script) == (1, said)


def test_what_was_said_is_there_although_the_end_got_lost(page: StaticPageContainer) -> None:
    status, said = scripts.run(page.get_wrapped_container(), {}, "echo it did say this; kill -9 $$")
    assert (status, said) == (137, "it did say this\n")


def test_much_is_said(page: StaticPageContainer) -> None:
    status, said = scripts.run(page.get_wrapped_container(), {}, "seq 1 300000")
    assert status == 0
    assert said.split() == [str(number) for number in range(1, 300_001)]


def test_amtool_is_asked_of_one_that_does_not_run() -> None:
    alertmanager = AlertmanagerContainer(QUIET)
    with Lab(alertmanager, name="scripts of one that is away"):
        assert alertmanager.routes(QUIET, severity="page") == ["nobody"]
        assert "SUCCESS" in alertmanager.check_config()
        alertmanager.get_wrapped_container().stop(timeout=0)
        with pytest.raises(ServiceFailed, match="alertmanager does not run"):
            alertmanager.routes(QUIET, severity="page")
