"""How persons are reached from here: by which channels, how many a day, and how long it is remembered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Any, TypeAlias

from onapi.errors import Misconfigured
from onapi.gateways.channels.channel import MOST_S, Channel
from onapi.values.scope import Scope

ChannelOf: TypeAlias = Callable[[Any, Scope, str], Channel]  # of a platform; Misconfigured where a company has none


def no_channel(_platform: object, _scope: Scope, name: str) -> Channel:
    """Of a platform that nobody gave channels."""
    raise Misconfigured(f"La plataforma no tiene canales para escribir a personas ({name}).")


@dataclass(frozen=True, slots=True)
class Messaging:
    """The part of a platform that writes to persons."""

    channel_of: ChannelOf = no_channel
    budgets: Mapping[str, int] = field(  # persons in a day of Lima, by channel, for each company
        default_factory=lambda: MappingProxyType({"email": 2000, "whatsapp": 1000})
    )
    keep: timedelta = timedelta(days=30)  # so long receivers and words of what was sent are kept
    hold_s: float = MOST_S + 5  # so long an attempt is not taken for dead
