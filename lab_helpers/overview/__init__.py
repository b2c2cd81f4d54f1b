"""The overview page: the stack on one screen, and what can be broken in it.

`python -m lab_helpers.overview` serves it; `Demo` starts that, and tells it on standard input what
to show and where.
"""
