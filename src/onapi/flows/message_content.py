"""What a message says and to whom, sealed as soon as it is known: nobody reads it from the database.

Of its receivers so much is kept open as lets their company know them again.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from onapi.flows.platform import Platform
from onapi.gateways.channels.channel import Template
from onapi.store.messages import secret_field
from onapi.values.contact import masked
from onapi.values.scope import Scope

EMAIL, WHATSAPP = "email", "whatsapp"
CHANNELS = (EMAIL, WHATSAPP)


@dataclass(frozen=True, slots=True)
class Qr:
    """A picture to send instead of files."""

    text: str
    size: int = 512  # pixels at most


@dataclass(frozen=True, slots=True)
class Content:
    """One message as its sender wants it; what is empty is said in our own words."""

    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    reply_to: str = ""
    subject: str = ""
    text: str = ""
    language: str = "es"
    template: Template | None = None
    qr: Qr | None = None
    links: tuple[str, ...] = ()  # in place of files
    page: str = "A4"  # template of the printed page
    refused: tuple[str, ...] = ()  # receivers that the provider did not take

    @property
    def many(self) -> int:
        """How many persons it goes to."""
        return len(self.to) + len(self.cc) + len(self.bcc)


def seal(platform: Platform, scope: Scope, message_id: str, content: Content) -> bytes:
    """Its sealed form; not inside a transaction."""
    told = json.dumps(asdict(content), ensure_ascii=False, separators=(",", ":"))
    return platform.vault.seal(scope, secret_field(message_id), told.encode())


def opened(platform: Platform, scope: Scope, message_id: str, sealed: bytes) -> Content:
    """What was sealed; Misconfigured if the vault cannot open it."""
    said: dict[str, Any] = json.loads(platform.vault.open(scope, secret_field(message_id), sealed))
    template, qr = said.pop("template"), said.pop("qr")
    plain: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}
    return Content(
        **plain,
        template=Template(template["name"], template["language"], tuple(template["variables"])) if template else None,
        qr=Qr(**qr) if qr else None,
    )


def masks(content: Content) -> Mapping[str, Sequence[str]]:
    """Its receivers, hidden but for what lets one know them again."""
    told = {"to": content.to, "cc": content.cc, "bcc": content.bcc}
    return {name: [masked(each) for each in found] for name, found in told.items() if found}


def without_receivers(words: str, content: Content) -> str:
    """What a provider says, without the addresses that it repeats."""
    for each in {*content.to, *content.cc, *content.bcc}:
        for spelling in (each, each.removeprefix("+")):
            words = words.replace(spelling, masked(each))
    return words
