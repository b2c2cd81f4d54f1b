"""``python3 -m lab_helpers.setup.doctor``."""

import sys

from lab_helpers.setup.doctor import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
