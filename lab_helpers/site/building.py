"""The site, built as a whole, or not at all."""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from lab_helpers.errors import WorkshopError
from lab_helpers.setup.images import ROOT
from lab_helpers.site import sources
from lab_helpers.site.outputs import PICTURES

#: Where `make site` puts it.
SITE = ROOT / "site"
_HERE = Path(__file__).parent


def build(folder: Path = SITE, at: str = "/") -> Path:
    """Build the site into a folder, which it then is alone; answers the page to open.

    Until it is whole, what was there before stays.

    Args:
        folder: where it is put.
        at: the path at which a server will have it. Links between pages hold wherever they lie;
            the page that a server shows for what is not there has nothing but this to start from.

    Raises:
        WorkshopError: something is wrong with a page, and Sphinx has told what, on stderr; or
            there is no room for it.
    """
    if not (at.startswith("/") and at.endswith("/")):
        raise WorkshopError(f"The path of a site begins and ends with a slash; {at!r} does not.")

    try:
        _build(folder, at)
    except OSError as problem:
        raise WorkshopError(f"The site was not built: {problem}.") from None
    return folder / "index.html"


def _build(folder: Path, at: str) -> None:
    store = ROOT / ".workshop"
    store.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=store, prefix="site-") as name:
        draft = Path(name)
        sources.write(draft / "source")
        how = ["-b", "html", "-j", "auto", "-q", "--fail-on-warning", "--keep-going"]
        how += ["-c", str(_HERE), "-d", str(draft / "doctrees"), "-D", f"notfound_urls_prefix={at}"]
        sphinx = [sys.executable, "-m", "sphinx", *how, str(draft / "source"), str(draft / "html")]
        if subprocess.run(sphinx).returncode:
            raise WorkshopError("The site was not built: what is wrong stands above.")
        shutil.move(draft / "source" / PICTURES, draft / "html" / PICTURES)
        if folder.exists():
            shutil.rmtree(folder)
        shutil.move(draft / "html", folder)
