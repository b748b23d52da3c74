"""What every channel to a person shares: a parcel goes in, what its provider made of it comes back.

A channel is one file and one row of `CHANNELS` in `__init__.py`. It never raises for what a provider does: whether to
try again stands in the `Handover`.

An attempt may be repeated after the process died between the provider's yes and our record, so a channel marks what it
sends with `Parcel.id` where its provider has a place for it (Message-ID; `biz_opaque_callback_data`), and whoever hears
news of a message gives that mark back to `flows.message.hear` as `message_id`. `send` answers within `MOST_S`: whoever
has been silent for longer is taken for dead, and another begins anew.
"""

from dataclasses import dataclass, field
from typing import Final, Protocol

from onapi.lifecycle.standing import Standing

__all__ = ["MOST_S", "Channel", "Handover", "Paper", "Parcel", "Standing", "Template"]

MOST_S: Final = 90.0


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that goes along."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Template:
    """A message that the provider approved beforehand, and what fills it."""

    name: str
    language: str
    variables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message to its receivers. A channel leaves out what it has no place for."""

    id: str  # ours: the same at each attempt
    to: tuple[str, ...]  # addresses, or phones as +51987654321
    text: str
    subject: str = ""
    html: str = ""
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    reply_to: str = ""
    sender_name: str = ""
    files: tuple[Paper, ...] = ()
    template: Template | None = None


@dataclass(frozen=True, slots=True)
class Handover:
    """What came of handing a parcel to the provider."""

    standing: Standing  # SENT, FAILED, or QUEUED: nothing came of it, try again
    provider: str
    provider_id: str = ""  # the provider's own name of the message
    code: str = ""  # the provider's own code of what is wrong
    words: str = ""  # and what it says; never a secret
    wait_s: float = 0.0  # how long the provider asks to be left alone
    refused: tuple[str, ...] = ()  # of several receivers, those that it did not take


class Channel(Protocol):
    """A way to reach a person."""

    name: str  # of the table of channels: email, whatsapp
    provider: str  # as answers name it: smtp, whatsapp-cloud

    def send(self, parcel: Parcel) -> Handover:
        """Hand it over once; may be called from any thread."""
        ...
