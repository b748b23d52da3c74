"""Receivers of webhooks that answer as a test wants, without a network; each keeps what came to it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import time_machine
from flow_world import RUC, World
from standardwebhooks import Webhook

from onapi.flows import webhooks
from onapi.flows.announce import forget
from onapi.flows.webhooks import Wish
from onapi.gateways.channels.webhook import Call, WebhookChannel
from onapi.gateways.egress import Answer, Egress

OK, BAD, SILENT, GONE = Answer(8, 200), Answer(8, 500), Answer(10_000, trouble="timeout: no respondió"), Answer(8, 410)


@dataclass
class Receivers(WebhookChannel):
    """Whoever listens, by address; they answer 200 unless a test says otherwise."""

    came: dict[str, list[Call]] = field(default_factory=dict)
    answers: dict[str, Callable[[Call], Answer]] = field(default_factory=dict)
    egress: Egress = field(default_factory=Egress)

    def post(self, call: Call) -> Answer:
        """Keep the call, and answer."""
        self.came.setdefault(call.url, []).append(call)
        return self.answers.get(call.url, lambda _: OK)(call)

    def answer(self, url: str, *answers: Answer) -> None:
        """Let a receiver answer these in turn, the last of them for ever."""
        left = list(answers)
        self.answers[url] = lambda _: left.pop(0) if len(left) > 1 else left[0]


def with_receivers(world: World) -> Receivers:
    """Put receivers into a world."""
    found = Receivers()
    world.platform = replace(world.platform, webhooks=found)
    return found


def endpoint(world: World, url: str, *events: str, ruc: str = RUC, **more: Any) -> tuple[str, str]:
    """A new endpoint: its id and its secret."""
    kept = webhooks.keep(world.platform, world.platform.scope(ruc), Wish(url, events or ("*",), **more))
    forget(world.platform, world.platform.scope(ruc))
    return kept.endpoint.id, kept.secret


def verified(call: Call, secret: str) -> dict[str, Any]:
    """What the convention's own library makes of a call, at the moment it came."""
    with time_machine.travel(call.at, tick=False):
        found: dict[str, Any] = Webhook(secret).verify(call.body, dict(call.headers()))
    return found
