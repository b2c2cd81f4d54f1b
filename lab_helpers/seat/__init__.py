"""A learner's seat in a room: opt-in, under a name of their choice, and told in four words.

What a check found goes to the instructor's machine (`lab_helpers.room`): the exercise, the number
of tries, the name of the mistake, whether it is solved. Nothing is sent unless the learner has
joined. A check never waits for that: reports are kept in a file, and sent beside it.
"""

from lab_helpers.seat.seat import SENT, catch_up, describe, join, leave, note

__all__ = ["SENT", "catch_up", "describe", "join", "leave", "note"]
