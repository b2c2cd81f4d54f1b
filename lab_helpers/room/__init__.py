"""The room's progress: who is where, which exercise stops how many, which mistake is commonest.

`workshop room` runs it on the instructor's machine. Learners who join (`lab_helpers.seat`) tell it
what their checks found; it keeps that in a file, counts it in metrics, has them scraped by a
Prometheus, and shows on a page what that Prometheus answers.
"""

from lab_helpers.room.serving import serve

__all__ = ["serve"]
