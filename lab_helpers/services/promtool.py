"""promtool, run on given files beside a Prometheus, with limits on time and memory."""

from collections.abc import Mapping

from lab_helpers.services import scripts
from lab_helpers.services.prometheus import PrometheusContainer

#: Kilobytes of addresses that a test may take: `values: 0x1000000000` would take all memory there
#: is. A program in Go sets up to 1.8 million of them aside at its start, without using them.
_MEMORY = 3_500_000
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
    limit = _LIMIT.format(longest=longest, out_of_time=OUT_OF_TIME)
    packed = {path: text.encode() for path, text in files.items()}
    whole = f"ulimit -v {_MEMORY}\n{limit}{script}"
    return scripts.run(prometheus.get_wrapped_container(), packed, whole)
