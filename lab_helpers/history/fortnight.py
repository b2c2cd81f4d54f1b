"""The week of history with a week before it, in which nothing happens: for comparisons.

Counters go on from one week to the next, as those of processes that nobody restarts. What lies in
the week itself is that of `targets.week`, but for what counters and uptimes begin with.
"""

from dataclasses import replace

import numpy as np

from lab_helpers.history.series import Series, Target
from lab_helpers.history.story import QUIET
from lab_helpers.history.targets import targets
from lab_helpers.history.troubles import course
from lab_helpers.history.week import SAMPLES


def fortnight(seed: int) -> list[Series]:
    """All series of the two weeks, with 2 × SAMPLES values each: the first is a week earlier."""
    pairs = zip(targets((seed, 1), QUIET), targets(seed, course(seed)), strict=True)
    return [series for earlier, later in pairs for series in _joined(earlier, later)]


def _joined(earlier: Target, later: Target) -> list[Series]:
    """The series of one target over both weeks."""
    found = []
    for old, new in zip(earlier.series, later.series, strict=True):
        assert (old.name, old.labels) == (new.name, new.labels)
        values = new.values.copy()
        if new.before is not None:  # until something begins anew, it goes on where it was
            values[: min(later.resets, default=SAMPLES)] += old.values[-1] - new.before
        both = np.concatenate([old.values, values])
        found.append(replace(new, values=both, present=np.append(old.present, new.present)))
    return found
