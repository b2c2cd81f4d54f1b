"""The browser of this machine that Playwright can drive."""

import os
import shutil
from pathlib import Path

from playwright.sync_api import Browser, Error, Playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--no-sandbox",  # as root, as in a container, there is none to be had
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def start(machinery: Playwright, launcher: Path | None = None) -> Browser | None:
    """Start the Chromium or Chrome that this machine has; None where it has none.

    launcher: what is started in its place, and runs the program that the variable BROWSER names.
    """
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is not None:
        return machinery.chromium.launch(
            executable_path=launcher or program,
            args=[*_FLAGS],
            env={**os.environ, "BROWSER": program},
        )
    try:  # where systems keep theirs that is in no PATH, as macOS does
        return machinery.chromium.launch(channel="chrome", args=[*_FLAGS])
    except Error:
        return None
