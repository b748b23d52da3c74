"""Links to a receipt's files that work without a token: whoever holds one sees that file, for a while.

A link says in clear what it opens and until when, under an HMAC of keys that are derived from the ring and never stored
in the database; nothing of it can be changed or guessed. It ends with its time, when the issuer takes the receipt's
links back, when the receipt is voided or issued anew, and after its use where it was made for one.
"""

import hmac
import json
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final, get_args

from onapi.errors import NotFound
from onapi.flows import look, throttle
from onapi.flows.act import act
from onapi.flows.files import File, FileKind, file_of
from onapi.flows.platform import Platform
from onapi.flows.print import USUAL, printed_as_ordered
from onapi.lifecycle import State
from onapi.store import links
from onapi.store.acting import acting_for
from onapi.store.receipts import Kept
from onapi.values.number import ReceiptId

SHORTEST_S: Final = 60
LONGEST_S: Final = 7 * 24 * 3600
USUAL_S: Final = 24 * 3600
_PURPOSE: Final = b"onapi file link 1"
_LOOK_AGAIN_S: Final = 5.0
_LONGEST_TOKEN: Final = 600
_EXPIRED: Final = "El enlace venció, se usó o se anuló; pida uno nuevo a quien se lo dio."


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says, in the order in which it says it."""

    environment: str
    ruc: str
    doctype: str
    series: str
    number: int
    revision: int
    kind: str
    template: str  # of the page; "" for other files
    version: int  # of the receipt's links, and whether it was void
    expires: int  # seconds since 1970
    nonce: str  # "" where it may be used as often as one likes


@dataclass(frozen=True, slots=True)
class Made:
    """A new link, and the file it opens."""

    token: str
    expires_at: datetime
    file: File
    kept: Kept


class LinkSeal:
    """Seals links and knows its own; the first key seals, all of them are known."""

    def __init__(self, read_ring: Callable[[], Sequence[bytes]]) -> None:
        """`read_ring` gives the platform's keys, newest first; what is used here is derived from them."""
        self._read_ring, self._read_at = read_ring, -_LOOK_AGAIN_S
        self._derived: tuple[bytes, ...] = ()

    @property
    def _keys(self) -> tuple[bytes, ...]:
        """As the ring stands now: it may change while the process runs."""
        if time.monotonic() - self._read_at >= _LOOK_AGAIN_S:
            self._derived = tuple(hmac.digest(key, _PURPOSE, sha256) for key in self._read_ring())
            self._read_at = time.monotonic()
        return self._derived

    def seal(self, link: Link) -> str:
        """The link as text for an address."""
        said = urlsafe_b64encode(json.dumps(astuple(link), separators=(",", ":")).encode()).rstrip(b"=").decode()
        return f"{said}.{_mac(self._keys[0], said)}"

    def open(self, token: str) -> Link | None:
        """What a link says; None unless it is one of ours, letter by letter."""
        said, _, mac = token.partition(".")
        if len(token) > _LONGEST_TOKEN or not token.isascii():
            return None
        if not any(hmac.compare_digest(_mac(key, said), mac) for key in self._keys):
            return None
        return Link(*json.loads(urlsafe_b64decode(said + "=" * (-len(said) % 4))))


def make(  # the link's own parts
    platform: Platform,
    seal: LinkSeal,
    receipt: ReceiptId,
    kind: FileKind,
    *,
    seconds: int = USUAL_S,
    template: str = "",
    once: bool = False,
) -> Made:
    """A link to a file that exists; NotFound where it does not."""
    kept = look.find(platform, receipt)
    file = file_of(platform, kept, kind, template=template or "A4")
    expires = int((platform.clock() + timedelta(seconds=seconds)).timestamp())
    link = Link(
        platform.environment.value,
        receipt.ruc,
        receipt.doctype,
        receipt.series,
        receipt.number,
        kept.document.revision,
        kind,
        template,
        _version(platform, kept),
        expires,
        secrets.token_hex(12) if once else "",
    )
    return Made(seal.seal(link), datetime.fromtimestamp(expires, UTC), file, kept)


def follow(
    platform: Platform, seal: LinkSeal, token: str, *, zipped: bool = False, looks: bool = False, network: str = ""
) -> tuple[File, Kept, Link]:
    """The file that a link opens; NotFound (`link_expired`) for any reason. Who only `looks` uses nothing up.

    A `network` from which links come that we never gave is slowed down, like one that guesses at refresh tokens.
    """
    link = seal.open(token)
    if link is None and network:
        throttle.limit(platform, f"link {network}", throttle.LINKS, throttle.slow_down)
    now = platform.clock()
    if link is None or link.environment != platform.environment.value or now.timestamp() >= link.expires:
        raise _expired()
    with acting_for(platform.environment, link.ruc):
        return _opened(platform, link, now, zipped=zipped, looks=looks)


def _opened(platform: Platform, link: Link, now: datetime, *, zipped: bool, looks: bool) -> tuple[File, Kept, Link]:
    kept = _kept(platform, link)
    if (
        link.kind not in get_args(FileKind)
        or kept.document.revision != link.revision
        or _version(platform, kept) != link.version
    ):
        raise _expired()
    kind: FileKind = link.kind  # type: ignore[assignment]  # it is one of them
    file = _file(platform, kept, kind, link.template, zipped=zipped)
    if link.nonce and not looks:
        with platform.database.transaction() as connection:
            until = datetime.fromtimestamp(link.expires, UTC)
            if not links.spend(connection, kept.document.scope, link.nonce, until, now):
                raise _expired()
    return file, kept, link


def _file(platform: Platform, kept: Kept, kind: FileKind, template: str, *, zipped: bool) -> File:
    if kind == "pdf":
        return printed_as_ordered(platform, kept, template or USUAL)
    return file_of(platform, kept, kind, zipped=zipped)


def revoke(platform: Platform, receipt: ReceiptId) -> Kept:
    """Take back every link that was given of a receipt."""
    kept = look.find(platform, receipt)
    with platform.database.transaction() as connection:
        links.revoke(connection, kept.document.scope, kept.document.id, platform.clock())
        act(platform, connection, "links_revoked", kept.document.receipt.file_name, kept.document.scope)
    return kept


def _kept(platform: Platform, link: Link) -> Kept:
    try:
        return look.find(platform, ReceiptId(link.ruc, link.doctype, link.series, link.number))
    except NotFound:
        raise _expired() from None


def _version(platform: Platform, kept: Kept) -> int:
    """Changes when the issuer takes the links back, and when the receipt is void: its page is another one then."""
    with platform.database.reading() as connection:
        given = links.version_of(connection, kept.document.scope, kept.document.id)
    return given * 2 + (kept.submission.state == State.VOIDED)


def _mac(key: bytes, said: str) -> str:
    return urlsafe_b64encode(hmac.digest(key, said.encode(), sha256)).rstrip(b"=").decode()


def _expired() -> NotFound:
    return NotFound(_EXPIRED, key="link_expired")
