"""What is wrong with an answer, raised where it is found."""

from typing import Self

from lab_helpers.grading.exercise import Verdict, missed


class Found(Exception):
    """A mistake in an answer: its diagnosis, and the message to the learner."""

    def __init__(self, diagnosis: str, message: str) -> None:
        super().__init__(diagnosis, message)
        self.diagnosis, self.message = diagnosis, message

    def after(self, when: str) -> Self:
        """The same mistake, with what had happened before it."""
        return type(self)(self.diagnosis, f"{when}: {self.message}")

    @property
    def verdict(self) -> Verdict:
        """The verdict on the answer."""
        return missed(self.diagnosis, self.message)
