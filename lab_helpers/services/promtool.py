"""promtool, run on given files beside a Prometheus, with limits on time and memory."""

from collections.abc import Mapping

from lab_helpers.services import scripts
from lab_helpers.services.prometheus import PrometheusContainer

#: Kilobytes of addresses that a test may take: `values: 0x1000000000` would take all memory there
#: is. A program in Go sets up to 1.8 million of them aside at its start, without using them.
_MEMORY = 3_500_000
#: Seconds of a processor that each promtool may take. A moment would do; seconds on the clock would
#: be those of whatever else this machine does.
EFFORT = 20
#: Seconds on the clock for a whole script: what waits takes no effort, and might wait for ever.
_PATIENCE = 300
#: The status of a script of which something took longer.
OUT_OF_TIME = 124
#: Gives each promtool of a script its share, and ends the script when one has used it up.
#: `timeout` ends the program that it starts and no other, so it stands before promtool itself;
#: where it is busybox's, such an end has the status 143. What the kernel ends has 137.
_LIMIT = """\
end=$(($(date +%s) + {patience}))
promtool() {{
  left=$((end - $(date +%s)))
  test $left -gt 0 || exit {out_of_time}
  (ulimit -t {effort}; exec timeout $left promtool "$@")
  status=$?
  case $status in {out_of_time} | 137 | 143) exit {out_of_time} ;; esac
  return $status
}}
"""


def run(prometheus: PrometheusContainer, files: Mapping[str, str], script: str) -> tuple[int, str]:
    """Run a shell script beside some files; its status and what it says.

    prometheus: in whose container, with its promtool. files: texts by path. script: calls promtool
    in the shell itself, not in a pipe.
    """
    limit = _LIMIT.format(patience=_PATIENCE, effort=EFFORT, out_of_time=OUT_OF_TIME)
    packed = {path: text.encode() for path, text in files.items()}
    whole = f"ulimit -v {_MEMORY}\n{limit}{script}"
    return scripts.run(prometheus.get_wrapped_container(), packed, whole)
