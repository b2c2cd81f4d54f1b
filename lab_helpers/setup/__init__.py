"""Set-up: the container engine, the image that each service runs, and what must be there first."""

import sys

# An older one cannot even read what says what is wrong; 3.9 and 3.10 can.
if sys.version_info < (3, 9):  # noqa: UP036
    raise SystemExit(
        "Python 3.11 or newer is needed, and this one is {}.{}. Install one, then "
        "`make setup PYTHON=python3.12`, or use conda: `conda env create -f environment.yml`."
        "".format(*sys.version_info[:2])
    )
