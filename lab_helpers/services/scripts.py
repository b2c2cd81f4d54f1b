"""A shell script run inside a service's container, beside given files, with all that it says."""

import io
import shlex
import tarfile
import uuid
from collections.abc import Mapping

from lab_helpers.archives import pack, unpack_into
from lab_helpers.errors import ServiceFailed
from lab_helpers.services.base import Service

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
exit $status
"""


def run(service: Service, files: Mapping[str, bytes], script: str) -> tuple[int, str]:
    """Run a shell script; its status and what it says, on both of its outputs.

    service: in whose container; its image has a shell. files: beside which it runs, by path.

    Raises:
        ServiceFailed: the service does not run.
    """
    if not service.is_running:
        raise ServiceFailed(
            f"{service.name} does not run, so nothing can be asked of it. Start it, or run the "
            "set-up cell again."
        )
    name = uuid.uuid4().hex
    folder, end = f"/tmp/answer-{name}", f"end of {name}"
    container = service.get_wrapped_container()
    arguments, writing = _arguments(files), ""
    if arguments is None:
        unpack_into(container, "/", pack({f"{folder}/{path}": files[path] for path in files}))
    else:
        writing = "\n".join(f'printf %s "$1" >{shlex.quote(path)}; shift' for path in files)
    whole = _WHOLE.format(folder=folder, writing=writing, script=script, most=_MOST, end=end)
    done = container.exec_run(["sh", "-c", whole, "sh", *(arguments or ())])
    said, found, _ = done.output.rpartition(f"{end}\n".encode())
    if not found:
        archive = b"".join(container.get_archive(f"{folder}.said")[0])
        with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
            file = packed.extractfile(packed.getmembers()[0])
            assert file is not None
            said = file.read(_MOST)
    return done.exit_code or 0, said.decode(errors="replace")


def _arguments(files: Mapping[str, bytes]) -> list[str] | None:
    """The files as arguments, which cost the engine less; None where they cannot be any."""
    if any(len(content) > _LONGEST_ARGUMENT or b"\0" in content for content in files.values()):
        return None
    try:
        return [content.decode() for content in files.values()]
    except UnicodeDecodeError:
        return None
