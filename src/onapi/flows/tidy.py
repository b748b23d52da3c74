"""What a worker looks after every half minute, beside the work in its queue. Each round is safe beside any other's."""

from contextlib import ExitStack

from onapi.flows.alert import alert
from onapi.flows.certificates import end_keys
from onapi.flows.deliver import put_back
from onapi.flows.expiry import warn_of_expiry
from onapi.flows.forget_messages import forget_messages
from onapi.flows.forget_told import forget_told
from onapi.flows.hand_over import put_back as put_messages_back
from onapi.flows.platform import Platform
from onapi.flows.reconcile_night import reconcile_tonight
from onapi.flows.seal import seal
from onapi.flows.summarise import summarise
from onapi.flows.sweep import sweep
from onapi.flows.wake import wake
from onapi.store import request_keys
from onapi.store.acting import acting_for_all


@acting_for_all("the duties of a worker look after all companies")
def tidy(platform: Platform) -> None:
    """Wake what may go again, gather boletas, put back lost work, warn of deadlines; by night ask SUNAT about all.

    What fails in one of them is told at the end: the others are done all the same.
    """
    with ExitStack() as duties:
        # done from the last to the first
        later = (forget_messages, forget_told, _forget_request_keys, end_keys, warn_of_expiry, seal, reconcile_tonight)
        for duty in (*later, put_messages_back, put_back, alert, sweep, summarise, wake):
            duties.callback(duty, platform)


def _forget_request_keys(platform: Platform) -> None:
    with platform.database.transaction() as connection:
        request_keys.forget(connection, platform.environment, platform.clock())
