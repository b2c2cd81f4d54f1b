"""promtool, run on the files of an answer: in a container, with limits on time and memory."""

import uuid
from collections.abc import Mapping

from lab_helpers.archives import pack, unpack_into
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
    packed = pack({f"{folder}/{path}": text.encode() for path, text in files.items()})
    unpack_into(bench.week.get_wrapped_container(), "/tmp", packed)
    where = f"exec 2>&1; ulimit -v {_MEMORY}; cd /tmp/{folder}"  # one stream keeps its order
    limited = f"{where} && exec timeout {LONGEST} sh -c '{script}'"
    done = bench.week.exec(["sh", "-c", limited])
    return done.exit_code or 0, done.output.decode(errors="replace")[:_MOST]
