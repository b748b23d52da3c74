"""What a worker looks after every half minute, beside the work in its queue. Each round is safe beside any other's."""

from contextlib import ExitStack

from onapi.flows.alert import alert
from onapi.flows.platform import Platform
from onapi.flows.reconcile_night import reconcile_tonight
from onapi.flows.summarise import summarise
from onapi.flows.sweep import sweep
from onapi.flows.wake import wake


def tidy(platform: Platform) -> None:
    """Wake what may go again, gather boletas, put back lost work, warn of deadlines; by night ask SUNAT about all.

    What fails in one of them is told at the end: the others are done all the same.
    """
    with ExitStack() as duties:
        for duty in (reconcile_tonight, alert, sweep, summarise, wake):  # done from the last to the first
            duties.callback(duty, platform)
