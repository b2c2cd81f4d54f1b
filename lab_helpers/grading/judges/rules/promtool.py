"""promtool, run on the files of an answer: in a container, with limits on time and memory."""

import io
import tarfile
import uuid
from collections.abc import Mapping

from lab_helpers.grading.bench import Bench

#: Kilobytes of addresses that a test may take: `values: 0x1000000000` would take all memory there
#: is. A program in Go sets up to 1.8 million of them aside at its start, without using them.
_MEMORY = 3_500_000
#: Characters of what it says that are kept.
_MOST = 1_000_000
#: Seconds that a script may take: a moment would do, but not on a busy machine.
LONGEST = 20
#: The status of one that took longer.
OUT_OF_TIME = 124


def run(bench: Bench, files: Mapping[str, str], script: str) -> tuple[int, str]:
    """Run a shell script beside some files; its status and what it says.

    files: texts by path.
    """
    folder = f"answer-{uuid.uuid4().hex}"
    bench.week.get_wrapped_container().put_archive("/tmp", _tar(folder, files))
    where = f"exec 2>&1; ulimit -v {_MEMORY}; cd /tmp/{folder}"  # one stream keeps its order
    limited = f"{where} && exec timeout {LONGEST} sh -c '{script}'"
    done = bench.week.exec(["sh", "-c", limited])
    return done.exit_code or 0, done.output.decode(errors="replace")[:_MOST]


def _tar(folder: str, files: Mapping[str, str]) -> bytes:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for path, text in files.items():
            content = text.encode()
            entry = tarfile.TarInfo(f"{folder}/{path}")
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return archive.getvalue()
