"""Take credentials out of what was said by SUNAT: tokens, and a company's own secrets wherever they are repeated."""

import re
from collections.abc import Collection
from xml.sax.saxutils import escape

from onapi.errors import OnapiError
from onapi.flows.enrol import guide_account_of, sol_of, validity_account_of
from onapi.flows.platform import Platform
from onapi.store.companies import Company

_HIDDEN = b"[OCULTO]"
_SHORTEST = 4  # a shorter secret would hide half of every answer
_TOKEN = re.compile(rb'("(?:access_token|refresh_token|id_token|client_secret|password)"\s*:\s*")[^"]*"', re.IGNORECASE)
_PASSWORD = re.compile(rb"(<(?:\w+:)?Password\b[^>]*>)[^<]*", re.IGNORECASE)
_BEARER = re.compile(rb"(Bearer\s+)[\w.~+/=-]+", re.IGNORECASE)


def redacted(data: bytes, secrets: Collection[bytes]) -> bytes:
    """The same without credentials."""
    data = _TOKEN.sub(rb'\1[OCULTO]"', data)
    data = _BEARER.sub(rb"\1[OCULTO]", _PASSWORD.sub(rb"\1[OCULTO]", data))
    for secret in sorted(secrets, key=len, reverse=True):
        data = data.replace(secret, _HIDDEN)
    return data


def secrets_of(platform: Platform, company: Company) -> frozenset[bytes]:
    """Every secret of a company that an answer could repeat, in the ways it may be written."""
    found: set[str] = set()
    for open_account in (sol_of, guide_account_of, validity_account_of):
        try:
            account = open_account(platform, company)
        except OnapiError:
            continue  # it has none, or the ring lacks the key: then nothing was sent with it
        found |= {account.password, account.client_id, account.client_secret}
    written = {form for each in found if len(each) >= _SHORTEST for form in (each, escape(each))}
    return frozenset(each.encode() for each in written)
