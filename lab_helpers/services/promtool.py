"""promtool, run on given files beside a Prometheus, with limits on time and memory."""

import io
import tarfile
import uuid
from collections.abc import Mapping

from lab_helpers.archives import pack, unpack_into
from lab_helpers.services.prometheus import PrometheusContainer

#: Kilobytes of addresses that a test may take: `values: 0x1000000000` would take all memory there
#: is. A program in Go sets up to 1.8 million of them aside at its start, without using them.
_MEMORY = 3_500_000
#: Bytes of what it says that are kept.
_MOST = 10_000_000
#: Seconds that a script may take: a moment would do, but not on a busy machine.
LONGEST = 20
#: The status of one that took longer.
OUT_OF_TIME = 124
#: Gives each promtool of a script what is left of the time, and ends the script when none is.
#: `timeout` ends the program that it starts and no other, so it stands before promtool itself;
#: where it is busybox's, such an end has the status 143.
_LIMIT = """\
end=$(($(date +%s) + {longest}))
promtool() {{
  left=$((end - $(date +%s)))
  test $left -gt 0 || exit {out_of_time}
  timeout $left promtool "$@"
  status=$?
  case $status in {out_of_time} | 143) exit {out_of_time} ;; esac
  return $status
}}
"""


def run(
    prometheus: PrometheusContainer, files: Mapping[str, str], script: str, longest: int = LONGEST
) -> tuple[int, str]:
    """Run a shell script beside some files; its status and what it says.

    prometheus: in whose container, with its promtool. files: texts by path. script: calls promtool
    in the shell itself, not in a pipe. longest: seconds that it may take.
    """
    folder = f"answer-{uuid.uuid4().hex}"
    packed = pack({f"{folder}/{path}": text.encode() for path, text in files.items()})
    container = prometheus.get_wrapped_container()
    unpack_into(container, "/tmp", packed)
    # Into one file, which keeps the order: of an exec's stream, a busy engine may lose the end.
    said = f"/tmp/{folder}.said"
    place = f"exec >{said} 2>&1; ulimit -v {_MEMORY}; cd /tmp/{folder} || exit"
    limit = _LIMIT.format(longest=longest, out_of_time=OUT_OF_TIME)
    done = prometheus.exec(["sh", "-c", f"{place}\n{limit}{script}"])
    with tarfile.open(fileobj=io.BytesIO(b"".join(container.get_archive(said)[0]))) as archive:
        file = archive.extractfile(archive.getmembers()[0])
        assert file is not None
        return done.exit_code or 0, file.read(_MOST).decode(errors="replace")
