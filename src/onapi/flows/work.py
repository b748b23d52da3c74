"""What a worker does with a piece of work: each kind has its flow."""

from collections.abc import Callable, Mapping

from onapi.engine import Kind, Work
from onapi.flows.deliver import deliver
from onapi.flows.hand_over import hand_over
from onapi.flows.platform import Platform
from onapi.flows.submit import take_step
from onapi.store.acting import acting_for
from onapi.values.scope import Environment

_FLOWS: Mapping[Kind, Callable[[Platform, Work], None]] = {
    Kind.ROAD: take_step,
    Kind.DELIVERY: deliver,
    Kind.MESSAGE: hand_over,
}


def do_work(platform: Platform, work: Work) -> None:
    """Do it, for the company that it is about and for no other."""
    with acting_for(Environment(work.environment), work.ruc):
        _FLOWS[work.kind](platform, work)
