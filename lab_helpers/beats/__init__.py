"""Beat sheets: who teaches what when, with which words, and what to cut first when late.

The beats of a chapter are its cells for the instructor; a session is a choice of them, in a file.
"""

from lab_helpers.beats.beat import Beat, Cut, Sheet
from lab_helpers.beats.chapter import chapters, of_chapter
from lab_helpers.beats.clock import start_of_day
from lab_helpers.beats.printed import markdown, overview, text
from lab_helpers.beats.session import of_session, sessions

__all__ = [
    "Beat",
    "Cut",
    "Sheet",
    "chapters",
    "markdown",
    "of_chapter",
    "of_session",
    "overview",
    "sessions",
    "start_of_day",
    "text",
]
