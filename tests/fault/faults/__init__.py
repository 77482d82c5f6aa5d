"""What can be broken, by name. A fault that finds nothing to break, or does not break it, fails the run."""

from __future__ import annotations

from tests.fault.faults import clock, database, disk, network, redis, workers
from tests.fault.faults.fault import Fault, NotApplied

__all__ = ["FAULTS", "Fault", "NotApplied"]

FAULTS: dict[str, Fault] = {
    fault.name: fault
    for module in (workers, redis, database, network, clock, disk)
    for fault in module.FAULTS
}
