"""What the README says of engines, held to what `make engines` tries."""

import re

from lab_helpers.setup.images import ROOT
from tests.engines import run


def test_the_readme_names_as_untested_what_is_not_tried() -> None:
    readme = (ROOT / "README.md").read_text()
    (named,) = re.findall(r"^\| ([^|]+) \| [^|]+ \| untested \|$", readme, re.M)
    assert tuple(name.strip() for name in named.split(",")) == run.UNTESTED


#: What the README calls each engine that is tried.
WORDS = {
    "podman-root": "| Podman as root |",
    "podman-rootless": "| Podman without root |",
    "group": "a user in the group `docker`",
    "tcp": "DOCKER_HOST=tcp://",
    "context": "`docker context use",
    "proxy": "Proxies in the environment",
    "pools": "addresses for some thirty labs",
    "two": "Several people may use one engine",
    "devcontainer": "| A development container",
}


def test_each_engine_that_is_tried_is_in_the_readme() -> None:
    assert WORDS.keys() == run.ENGINES.keys()
    readme = (ROOT / "README.md").read_text()
    assert [words for words in WORDS.values() if words not in readme] == []
