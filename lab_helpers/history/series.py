"""A target of the shop's week, and the series that it has."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from lab_helpers.history.story import Ints
from lab_helpers.history.week import SAMPLES

Flags = npt.NDArray[np.bool_]

BEFORE = 2 * 24 * 60
"""Minutes that everything has been up when the week begins; its first two days stand for them."""


@dataclass(frozen=True)
class Series:
    """One series of the week: `values / 10**decimals`, at the minutes that are `present`."""

    name: str
    labels: dict[str, str]
    values: Ints
    decimals: int
    present: Flags
    offset: int
    """Milliseconds after the full minute at which this target is scraped."""
    before: int | None = None
    """The value a minute before the first sample, where it depends on how long a process runs."""


@dataclass
class Target:
    """What is scraped at one address; each method adds series to it."""

    job: str
    instance: str
    offset: int
    resets: tuple[int, ...] = ()
    """Minutes at which every counter of this target begins again at zero."""
    gap: slice = field(default_factory=lambda: slice(0))
    """Minutes at which it is not among Prometheus's targets: no samples, `up` included."""
    lost: slice = field(default_factory=lambda: slice(0))
    """Minutes at which it does not answer: `up` is 0, and nothing else has samples."""
    present: Flags = field(init=False)
    series: list[Series] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.present = np.ones(SAMPLES, dtype=bool)
        self.present[self.gap] = False
        reachable = np.ones(SAMPLES, dtype=np.int64)
        reachable[self.lost] = 0
        self.gauge("up", reachable)
        self.present = self.present & (reachable == 1)

    def gauge(
        self,
        name: str,
        values: Ints | int,
        decimals: int = 0,
        before: int | None = None,
        **labels: str,
    ) -> None:
        """Adds a series whose values are as given."""
        each = np.broadcast_to(np.asarray(values), SAMPLES)
        self._add(name, each, decimals, self.present, labels, before)

    def counter(self, name: str, each: Ints, decimals: int = 0, **labels: str) -> None:
        """Adds a series that grows by `each` in every minute, and is zero at every reset."""
        before = int(each[:BEFORE].sum())
        total = before + np.cumsum(each)
        for reset in self.resets:
            total[reset:] -= total[reset]
        self._add(name, total, decimals, self.present, labels, before)

    def only(self, name: str, value: int, when: Flags, **labels: str) -> None:
        """Adds a series of one value that has samples only at the minutes `when`."""
        self._add(name, np.full(SAMPLES, value), 0, when & self.present, labels)

    def _add(
        self,
        name: str,
        values: Ints,
        decimals: int,
        when: Flags,
        labels: dict[str, str],
        before: int | None = None,
    ) -> None:
        named = {"job": self.job, "instance": self.instance, **labels}
        self.series.append(Series(name, named, values, decimals, when, self.offset, before))
