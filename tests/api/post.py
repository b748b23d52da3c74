"""Providers of messages in the tests' own process: the API and the worker get their channels from here."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from onapi.errors import Misconfigured
from onapi.gateways.channels.channel import Handover, Parcel, Standing


class Post:
    """Both providers, in this process: the worker's channels are replaced by it."""

    def __init__(self) -> None:
        self.came: list[tuple[str, Parcel]] = []
        self.says = Handover(Standing.SENT, "x", "wamid.1")
        self.missing: set[str] = set()

    def channel_of(self, _platform: object, _scope: object, name: str) -> Any:
        """A channel of this name."""
        if name in self.missing:
            raise Misconfigured("Ni la empresa ni la plataforma tienen este canal.")
        post, provider = self, {"email": "smtp", "whatsapp": "whatsapp-cloud"}[name]

        class Channel:
            def send(self, parcel: Parcel) -> Handover:
                post.came.append((name, parcel))
                return replace(post.says, provider=provider)

        Channel.name, Channel.provider = name, provider  # type: ignore[attr-defined]  as the protocol has them
        return Channel()


def until(look: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if look():
            return
        time.sleep(0.05)
    raise AssertionError("waited in vain")
