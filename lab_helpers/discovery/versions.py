"""Which rules a version of Prometheus follows, where versions differ."""

import re
from dataclasses import dataclass
from typing import Self

from lab_helpers.errors import WorkshopError


@dataclass(frozen=True)
class Version:
    """A version of Prometheus: "3.13.2", "2.53"; "3" alone is the newest of 3."""

    number: tuple[float, float]

    @classmethod
    def read(cls, text: str) -> Self:
        """Read it.

        Raises:
            WorkshopError: it is no version.
        """
        found = re.match(r"v?(\d+)(?:\.(\d+))?", text)
        if not found:
            raise WorkshopError(f"{text!r} is no version of Prometheus. Write 3, 3.5 or 2.53.3.")
        return cls((int(found[1]), int(found[2]) if found[2] else float("inf")))

    @property
    def utf8(self) -> bool:
        """Whether any text may be the name of a label; else letters, digits, underscores."""
        return self.number >= (3, 0)

    @property
    def dot_matches_line_break(self) -> bool:
        """Whether `.` in a regex matches a line break."""
        return self.number >= (3, 0)

    @property
    def adds_port(self) -> bool:
        """Whether an address without a port gets 80 or 443."""
        return self.number < (3, 0)

    @property
    def parameters_overwrite(self) -> bool:
        """Whether a job's `params` replace the `__param_…` that an instance brings along."""
        return self.number < (3, 0)

    @property
    def references_in_any_name(self) -> bool:
        """Whether `$1` may stand in any name of a label; else beside letters and digits only."""
        return self.number >= (3, 2)

    @property
    def names_by_job(self) -> bool:
        """Whether `metric_name_validation_scheme: legacy` holds for relabelling too."""
        return self.number >= (3, 7)

    @property
    def histogram_labels(self) -> bool:
        """Whether each target has the labels that say how to scrape histograms."""
        return self.number >= (3, 13)
