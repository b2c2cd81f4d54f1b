"""The `workshop` command."""

import os
import sys

from lab_helpers.cli import line
from lab_helpers.cli.acts import act
from lab_helpers.errors import WorkshopError
from lab_helpers.setup import engine

GONE = 141
"""The exit status of a command whose reader, such as `head`, had enough: 128 and SIGPIPE."""


def main() -> int:
    """Run `workshop`; the answer is its exit status."""
    try:
        try:
            return run(sys.argv[1:])
        finally:
            print(end="", flush=True)
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for said in (1, 2):  # or Python would complain once more when it ends
            os.dup2(nowhere, said)
        return GONE


def run(words: list[str]) -> int:
    """Do what a command line says; the answer is the exit status."""
    options = line.read(words)
    try:
        with engine.in_words():
            return act(options)
    except WorkshopError as problem:
        print(f"workshop: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
