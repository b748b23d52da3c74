"""What Meta tells of messages that were sent: believed only with its signature, and applied to messages of its own.

A company that has its own application at Meta has an address of its own, whose news can touch its own messages alone;
the platform's application speaks of those of every company. Several messages of WhatsApp may be one of ours: it is as
far as the last of them, and it has failed when one of them has.
"""

from dataclasses import dataclass
from hmac import compare_digest
from typing import Final

from onapi.errors import Forbidden
from onapi.flows.channels import WHATSAPP, settings_of, whatsapp_settings
from onapi.flows.message_news import hear
from onapi.flows.platform import Platform
from onapi.gateways.channels.whatsapp import PROVIDER, WhatsappSettings
from onapi.gateways.channels.whatsapp_news import News, is_signed, read_bulletin
from onapi.intake import read_json
from onapi.lifecycle.standing import Standing
from onapi.store import messages
from onapi.store.acting import acting_for_scope
from onapi.values.identity import is_ruc_shape

_NOT_META: Final = "No es un aviso de su aplicación de Meta: la firma o el token de verificación no corresponden."
_NOBODY: Final = WhatsappSettings("", "")  # has no secrets, so believes nothing, in the same time


@dataclass(frozen=True, slots=True)
class Heard:
    """What one call came to."""

    applied: int = 0
    unknown: int = 0  # of messages that are not ours, or no longer
    ignored: int = 0  # no news of messages


def refusal() -> Forbidden:
    """For whoever is not Meta; it does not tell whether there is such a company."""
    return Forbidden(_NOT_META, key="provider_signature_invalid")


def check_token(platform: Platform, ruc: str, token: str) -> None:
    """Forbidden unless whoever sets up an address knows the verify token."""
    told = token.encode("utf-8", "replace")
    known = [each.verify_token.encode("utf-8", "replace") for each in _believed(platform, ruc)]
    if not sum(compare_digest(each, told) and bool(each) for each in known):  # each is compared, whatever comes of it
        raise refusal()


def take_in(platform: Platform, ruc: str, body: bytes, signature: str) -> Heard:
    """Apply everything that a call says; Forbidden unless it is signed. What was applied before changes nothing.

    `ruc` is that of the address, "" for the platform's own.
    """
    if not sum(is_signed(body, signature, each.app_secret) for each in _believed(platform, ruc)):
        raise refusal()
    bulletin = read_bulletin(read_json(body))
    applied = sum(_apply(platform, ruc, news) for news in bulletin.news)
    return Heard(applied, len(bulletin.news) - applied, bulletin.ignored)


def _believed(platform: Platform, ruc: str) -> list[WhatsappSettings]:
    """Whose secrets count at an address: the company's, and the platform's, whose application may be the company's."""
    usual = [platform.whatsapp or _NOBODY]
    if not is_ruc_shape(ruc):
        return [_NOBODY] if ruc else usual
    scope = platform.scope(ruc)
    with acting_for_scope(scope):
        own = settings_of(platform, scope, WHATSAPP)
    return [whatsapp_settings(own), *usual] if own else usual


def _apply(platform: Platform, ruc: str, news: News) -> bool:
    """Whether it is about a message of ours."""
    mark = news.mark
    name = _message_id(platform, ruc, news)
    if name is None:
        return False
    if mark is not None and not mark.is_last and news.standing is not Standing.FAILED:
        return True  # the last one speaks for all
    now = platform.clock()
    at = min(news.at or now, now)
    where = platform.environment
    return hear(platform, where, PROVIDER, news.provider_id, news.standing, at, news.code, news.words, message_id=name)


def _message_id(platform: Platform, ruc: str, news: News) -> str | None:
    """Our name of the message, "" where only its provider's is known; None if it is none that this address may move."""
    mark = news.mark
    company = ruc or (mark.ruc if mark else "")
    if not company:
        return mark.message_id if mark else ""
    scope = platform.scope(company)
    with acting_for_scope(scope), platform.database.reading() as connection:
        if mark is not None:
            found = messages.find(connection, scope, mark.message_id)
        else:
            found = messages.of_provider(connection, platform.environment, PROVIDER, news.provider_id)
    return found.id if found is not None and found.scope == scope else None
