"""Refresh tokens: 256 random bits, and how the one after is made so that a lost answer can be given again.

The successor of a token is an HMAC of a random salt under the token itself. Whoever holds the token and asks again
within ten seconds from the same client gets the same successor, though neither of the two is kept anywhere: the
database holds digests and, for those seconds, the salt. A copy of the database gives no token, a stolen old token
gives nothing without the salt, and no key has to be looked after.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode

_BYTES = 32
_PURPOSE = b"onapi refresh successor"


def new_token() -> str:
    """The first of a family."""
    return secrets.token_urlsafe(_BYTES)


def new_salt() -> bytes:
    """What makes a successor unforeseeable."""
    return secrets.token_bytes(_BYTES)


def successor(token: str, salt: bytes) -> str:
    """The token after this one."""
    made = hmac.digest(token.encode(), _PURPOSE + salt, "sha256")
    return urlsafe_b64encode(made).rstrip(b"=").decode()


def token_digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
