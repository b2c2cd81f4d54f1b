"""What can go wrong when the site is built: a sentence, and nothing is left or lost."""

import errno
from pathlib import Path

import pytest

from lab_helpers.errors import WorkshopError
from lab_helpers.site import build, sources


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """The folder of a site that was built before."""
    (tmp_path / "index.html").write_text("the one before")
    return tmp_path


def test_a_path_without_its_slashes_is_refused(before: Path) -> None:
    with pytest.raises(WorkshopError, match="begins and ends with a slash; 'monitoring' does not"):
        build(before, at="monitoring")
    assert (before / "index.html").read_text() == "the one before"


def test_without_room_the_one_before_stays(before: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(folder: Path) -> None:
        folder.mkdir()
        raise OSError(errno.ENOSPC, "No space left on device", str(folder))

    monkeypatch.setattr(sources, "write", full)
    with pytest.raises(WorkshopError, match=r"was not built: .*No space left on device"):
        build(before)
    assert (before / "index.html").read_text() == "the one before"


def test_a_link_that_leads_nowhere_ends_it(
    before: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def one_page(folder: Path) -> None:
        (folder / "drawn").mkdir(parents=True)
        (folder / "index.md").write_text("# A page\n\nTo [nowhere](notebooks/11_gone.ipynb).\n")

    monkeypatch.setattr(sources, "write", one_page)
    with pytest.raises(WorkshopError, match="what is wrong stands above"):
        build(before)
    assert "11_gone.ipynb" in capfd.readouterr().err
    assert (before / "index.html").read_text() == "the one before"
