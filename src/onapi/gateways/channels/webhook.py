"""Webhooks by the Standard Webhooks convention: what is signed, how it is called, what an answer means.

Headers `webhook-id` (the same at each repeat), `webhook-timestamp` (of this call), `webhook-signature` (`v1,` and the
HMAC-SHA256 of `id.timestamp.body`; one for each secret, so that receivers may change theirs without a gap). The
convention's own library signs.
"""

import secrets
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from standardwebhooks import Webhook as Signer

from onapi.gateways.egress import Answer, Egress

_SECRET_BYTES = 32
_PREFIX = "whsec_"
_GONE = 410
_LONGEST_WAIT_S = 24 * 3600
_AGENT = "OnAPI-Webhooks/1"


@dataclass(frozen=True, slots=True)
class Call:
    """One message to one address."""

    url: str
    secrets: tuple[str, ...]  # the one in force first
    id: str
    body: str
    at: datetime

    def headers(self) -> list[tuple[str, str]]:
        """What goes before the body."""
        return [
            ("Content-Type", "application/json"),
            ("User-Agent", _AGENT),
            ("Accept-Encoding", "identity"),
            ("webhook-id", self.id),
            ("webhook-timestamp", str(int(self.at.timestamp()))),
            ("webhook-signature", signatures(self.secrets, self.id, self.at, self.body)),
        ]


class WebhookChannel:
    """Posts messages; may be called from any thread."""

    def __init__(self, egress: Egress | None = None) -> None:
        self.egress = egress or Egress()

    def check(self, url: str) -> str:
        """The address in one spelling; InvalidDocument says what is wrong with it."""
        return self.egress.check(url)

    def post(self, call: Call) -> Answer:
        """Post once; never raises."""
        return self.egress.post(call.url, call.headers(), call.body.encode())


def make_secret() -> str:
    """A new secret, as receivers' libraries take it."""
    return _PREFIX + b64encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")


def signatures(keys: Sequence[str], message_id: str, at: datetime, body: str) -> str:
    """One signature for each secret, parted by spaces."""
    return " ".join(Signer(key).sign(message_id, at.astimezone(UTC), body) for key in keys)


def is_delivered(answer: Answer) -> bool:
    """Any 2xx."""
    return answer.status is not None and 200 <= answer.status < 300  # noqa: PLR2004  HTTP's own numbers


def is_gone(answer: Answer) -> bool:
    """The receiver wants nothing any more."""
    return answer.status == _GONE


def retry_after_s(answer: Answer, now: datetime) -> float:
    """How long the receiver asks to be left alone, seconds; 0 if it does not, and a day at most."""
    told = answer.header("retry-after").strip()
    if told.isascii() and told.isdigit():
        return float(min(int(told[:9]), _LONGEST_WAIT_S))
    try:
        until = parsedate_to_datetime(told)
    except (ValueError, TypeError):
        return 0.0
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max((aware - now).total_seconds(), 0.0), _LONGEST_WAIT_S)
