"""Python packages of this machine, carried into a container that has Python but not them."""

from collections.abc import Iterator
from importlib.metadata import Distribution, distribution

from packaging.requirements import Requirement

from lab_helpers.archives import pack

#: where they are put, for PYTHONPATH
FOLDER = "/srv/packages"


def packages(*names: str) -> bytes:
    """A tar of these packages and of what they need, as it is installed beside this one.

    They work there as long as each has a form without machine code of its own: of a package that
    has both, Python takes the other where the container's machine is of another kind.

    Raises:
        importlib.metadata.PackageNotFoundError: one is not installed here.
    """
    files = {}
    for found in _with_what_they_need(names):
        for path in found.files or ():
            inside = not path.parts[0].startswith("..")  # commands lie elsewhere
            if inside and path.suffix != ".pyc":
                files[f"{FOLDER}/{path.as_posix()}"] = path.read_binary()
    return pack(files)


def _with_what_they_need(names: tuple[str, ...]) -> Iterator[Distribution]:
    waiting, seen = list(names), set[str]()
    while waiting:
        found = distribution(waiting.pop())
        if found.name in seen:
            continue
        seen.add(found.name)
        yield found
        for line in found.requires or ():
            need = Requirement(line)
            if need.marker is None or need.marker.evaluate({"extra": ""}):
                waiting.append(need.name)
