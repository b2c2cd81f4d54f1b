"""What can go wrong, in sentences: what, where, for how long, what was seen, and what to do."""

from collections.abc import Sequence


class WorkshopError(Exception):
    """An error whose message is all that its reader needs.

    IPython shows the message alone, without the traceback of the helpers beneath it.
    """

    def _render_traceback_(self) -> Sequence[str]:
        return [f"\x1b[31m{type(self).__name__}\x1b[0m: {self}"]


class EngineUnavailable(WorkshopError):
    """No container engine is installed, running, or open to this user."""


class EngineRefused(WorkshopError):
    """The container engine answers, and cannot or will not do what it was asked for."""


class ImageUnavailable(WorkshopError):
    """An image is neither here, nor to be pulled, nor built."""


class BundleRefused(WorkshopError):
    """A bundle cannot be used: damaged, made for another machine, or something else altogether."""


class ServiceFailed(WorkshopError):
    """A service died or was not ready in time, or a port that it was asked to take is taken."""


class WaitFailed(WorkshopError):
    """A condition did not come true in time."""


class ConfigurationRefused(WorkshopError):
    """A service refused its configuration; the message is the service's own."""


class PromQLError(WorkshopError):
    """Prometheus refused a query; the message is its own, with the place where it gives one."""


class PrometheusAway(PromQLError):
    """Nobody answers at Prometheus's address, which may change in a moment."""
