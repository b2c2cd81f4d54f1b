"""Discovery and relabelling: which targets there are, over time, and why one is or is not."""

from .tracer import Traces, discovered_by, trace
from .watch import DiscoveryWatch

__all__ = ["DiscoveryWatch", "Traces", "discovered_by", "trace"]
