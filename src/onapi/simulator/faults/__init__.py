"""What shall go wrong at the simulated SUNAT: the catalogue F01 to F40 as rows, wishes, and the plan that spends them.

Nothing here touches a connection: `onapi.simulator.acts` does what the plan decides.
"""

from onapi.simulator.faults.asked import Asked, Moment
from onapi.simulator.faults.plan import Mishap, Plan

__all__ = ["Asked", "Mishap", "Moment", "Plan"]
