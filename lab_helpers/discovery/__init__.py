"""Discovery and relabelling: which targets there are, over time, and why one is or is not."""

from lab_helpers.discovery.tracer import Traces, discovered_by, trace
from lab_helpers.discovery.watch import DiscoveryWatch

__all__ = ["DiscoveryWatch", "Traces", "discovered_by", "trace"]
