"""A shell script run inside a container, beside given files, with all that it says."""

import shlex
import uuid
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from lab_helpers.archives import file_in, pack, unpack_into

if TYPE_CHECKING:
    from docker.models.containers import Container

#: Bytes of what it says that are kept.
_MOST = 10_000_000
#: Bytes of a file that is handed over as an argument: Linux takes 128 KiB (execve(2)).
_LONGEST_ARGUMENT = 100_000
#: The script has a shell of its own, so that it may `exit`. What it says goes into a file, which
#: keeps the order, and then out in one go with a last line of ours: of what a program prints, a
#: busy engine may lose the end.
_WHOLE = """\
mkdir -p {folder} && cd {folder} || exit
{writing}
exec 3>&1 >{folder}.said 2>&1
( {script}
)
status=$?
head -c {most} {folder}.said >&3
echo "{end}" >&3
cd /
rm -rf {folder}
exit $status
"""


def run(
    container: "Container", files: Mapping[str, bytes], script: str, user: str = ""
) -> tuple[int, str]:
    """Run a shell script; its status and what it says, on both of its outputs.

    container: runs; its image has a shell. files: beside which the script runs, by path.
    user: as whom; by default as whom the container runs.
    """
    name = uuid.uuid4().hex
    folder, end = f"/tmp/answer-{name}", f"end of {name}"
    arguments, writing = _arguments(files), ""
    if arguments is None:
        unpack_into(container, "/", pack({f"{folder}/{path}": files[path] for path in files}))
    else:
        folders = {str(PurePosixPath(path).parent) for path in files}
        lines = [f'printf %s "$1" >{shlex.quote(path)}; shift' for path in files]
        writing = "\n".join([f"mkdir -p {shlex.join(['.', *folders])}", *lines])
    whole = _WHOLE.format(folder=folder, writing=writing, script=script, most=_MOST, end=end)
    done = container.exec_run(["sh", "-c", whole, "sh", *(arguments or ())], user=user)
    said, found, _ = done.output.rpartition(f"{end}\n".encode())
    if not found:
        said = file_in(container, f"{folder}.said")[:_MOST]
    return done.exit_code or 0, said.decode(errors="replace")


def _arguments(files: Mapping[str, bytes]) -> list[str] | None:
    """The files as arguments, which cost the engine less; None where they cannot be any."""
    if any(len(content) > _LONGEST_ARGUMENT or b"\0" in content for content in files.values()):
        return None
    try:
        return [content.decode() for content in files.values()]
    except UnicodeDecodeError:
        return None
