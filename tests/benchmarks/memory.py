"""What containers hold."""

from collections.abc import Iterable

from lab_helpers.setup import engine


def held_by(containers: Iterable[str]) -> float:
    """MiB that containers, named by their identities, hold: what the kernel would give back is
    left out.
    """
    total = 0
    for identity in containers:
        used = engine.client().api.stats(identity, stream=False, one_shot=True)["memory_stats"]
        cached = used["stats"].get("total_inactive_file", used["stats"].get("inactive_file", 0))
        total += used["usage"] - cached
    return total / 2**20
