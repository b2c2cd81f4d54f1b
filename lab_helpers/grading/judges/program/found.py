"""What is wrong with an answer, raised where it is found."""

from ...exercise import Verdict, missed


class Found(Exception):
    """A mistake in an answer: its diagnosis, and the message to the learner."""

    def __init__(self, diagnosis: str, message: str) -> None:
        super().__init__(diagnosis, message)
        self.verdict: Verdict = missed(diagnosis, message)
