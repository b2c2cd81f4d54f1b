"""When an alert's group has its turns: group_wait after its first alert, then at its interval."""

from collections.abc import Iterable

from lab_helpers.timeline.routing import Route


def turns(
    spans: Iterable[tuple[float, float | None]], route: Route, restarted: float, until: float
) -> list[float]:
    """The moments at which Alertmanager looks at a group, up to one interval after ``until``.

    spans: when each alert of the group began to fire, and when it ended, if it has.
    restarted: when Alertmanager made its groups anew: at its start, or with a new configuration.
    All are Unix seconds.
    """
    left = sorted(
        (max(begin, restarted), begin, end) for begin, end in spans if not end or end > restarted
    )
    found: list[float] = []
    while left:
        arrived, began, _ = left[0]
        old = began + route.group_wait < arrived  # it has waited long enough
        at = arrived if old else arrived + route.group_wait
        while True:
            found.append(at)
            if at > until:
                return found
            left = [one for one in left if not one[2] or one[2] > at]  # what ended is forgotten
            if not any(arrived <= at for arrived, _, _ in left):
                break  # the group is gone; the next alert makes a new one
            at += route.group_interval
    return found
