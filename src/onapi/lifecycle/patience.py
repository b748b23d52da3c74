"""How long to wait before the next step (SUNAT's field behaviour: it may need a quarter of an hour to know a document).

The simulator knows at once, so the sandbox runs at a brisk pace; beta and production at SUNAT's.
"""

from dataclasses import dataclass

from onapi.lifecycle.state import State


@dataclass(frozen=True, slots=True)
class Pace:
    """Waits in seconds."""

    busy_first_s: float  # before sending again what SUNAT did not take; doubles each time
    busy_most_s: float
    poll_first_s: float  # before the first question with a ticket; doubles each time
    poll_most_s: float
    lost_after_s: float  # how long a ticket may stay in process before its members are asked about
    lost_times: int  # how many unreadable answers in a row mean the same
    ask_first_s: float  # before the first question after silence; doubles each time
    ask_most_s: float
    told_s: float  # between questions that can bring no proof: SUNAT told all it tells, or offers nobody to ask
    absent_after_s: float  # how long after the send a "not there" counts
    absent_times: int  # how many of them are needed
    probe_s: float  # how often a company whose credentials SUNAT refused is tried again
    obstacle_s: float  # how long a document sleeps before something that others watch: whoever sees it go wakes it


PATIENT = Pace(
    busy_first_s=5,
    busy_most_s=600,
    poll_first_s=5,
    poll_most_s=300,
    lost_after_s=4 * 3600,
    lost_times=10,
    ask_first_s=10,
    ask_most_s=900,
    told_s=3600,
    absent_after_s=900,
    absent_times=2,
    probe_s=900,
    obstacle_s=3600,
)
BRISK = Pace(
    busy_first_s=0.5,
    busy_most_s=10,
    poll_first_s=0.5,
    poll_most_s=10,
    lost_after_s=120,
    lost_times=8,
    ask_first_s=0.5,
    ask_most_s=30,
    told_s=30,
    absent_after_s=2,
    absent_times=2,
    probe_s=10,
    obstacle_s=10,
)

_MOST_DOUBLINGS = 20


def wait_s(pace: Pace, state: State, tries: int) -> float:
    """Seconds until the next step of a submission that has had so many tries in this state, from 1."""
    doublings = min(max(tries - 1, 0), _MOST_DOUBLINGS)
    if state is State.UNKNOWN:
        return min(pace.ask_first_s * 2.0**doublings, pace.ask_most_s)
    if state is State.TICKETED:
        return min(pace.poll_first_s * 2.0**doublings, pace.poll_most_s)
    return min(pace.busy_first_s * 2.0**doublings, pace.busy_most_s)
