"""``python3 -m lab_helpers.setup.doctor``."""

import os
import sys

from lab_helpers.setup.doctor import main

if __name__ == "__main__":
    try:
        status = main(sys.argv[1:])
    except BrokenPipeError:  # whoever reads has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    sys.exit(status)
