"""What a message to a person says of a receipt: subject, text, HTML, and in one sentence for a phone.

Where the sender wrote words of his own they stand in it: his subject in place of ours, his message above the facts.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from onapi.flows import look
from onapi.flows.message_content import Content
from onapi.flows.platform import Platform
from onapi.flows.public_status import status_of
from onapi.gateways.channels.channel import Paper
from onapi.mail import Facts, Link, write
from onapi.page.data import ACCENT
from onapi.page.figures import moment, money
from onapi.store import companies
from onapi.store.companies import Company
from onapi.store.receipts import Kept
from onapi.values.one_line import one_line
from onapi.values.scope import Environment

_COLOUR: Final = re.compile(r"#[0-9A-Fa-f]{6}")
_MOST_LOGO_BYTES: Final = 128 * 1024  # a larger one would weigh more than the receipt
_FORMS: Final = {"PNG": ("logo.png", "image/png"), "JPEG": ("logo.jpg", "image/jpeg")}


@dataclass(frozen=True, slots=True)
class MailWords:
    """Everything that a channel may want of words."""

    subject: str
    text: str
    html: str = field(repr=False)
    short: str  # for a phone: the sender's message, or the subject
    sender_name: str
    pictures: tuple[Paper, ...] = ()  # that the HTML calls by their names


def words_of(platform: Platform, kept: Kept, content: Content, files: Sequence[str] = ()) -> MailWords:
    """The words of one message; `files` are the kinds that go along, or that its links lead to."""
    scope = kept.document.scope
    with platform.database.reading() as connection:
        company = companies.find(connection, scope)
    logo = _logo(platform, company)
    facts = replace(_facts(platform, kept, company, content, files), logo=logo.name if logo else "")
    letter = write(facts)
    short = content.text or letter.subject
    return MailWords(letter.subject, letter.text, letter.html, short, facts.company, (logo,) if logo else ())


def _facts(platform: Platform, kept: Kept, company: Company | None, content: Content, files: Sequence[str]) -> Facts:
    document, said = kept.document, _said(company)
    legal = company.party.name if company else document.scope.ruc
    kinds = [kind for kind in files if kind != "cdr" or kept.submission.cdr is not None]
    links = tuple(Link(url, kinds[n] if n < len(kinds) else "") for n, url in enumerate(content.links))
    accent = str(said.get("pageColor") or "")
    return Facts(
        company=said.get("displayName") or (company and company.party.trade_name) or legal,
        legal_name=legal,
        ruc=document.scope.ruc,
        doctype=document.receipt.doctype,
        number=document.receipt.label,
        dated=moment(document.issue_date),
        total=money(document.total, document.currency or "PEN") if document.total is not None else "",
        status=status_of(kept.submission, platform.clock(), look.surroundings_of(platform, kept)),
        customer=str((document.customer or {}).get("name") or ""),
        is_real=document.scope.environment is Environment.PRODUCTION,
        message=content.text,
        subject=content.subject,
        language=content.language,
        links=links,
        files=() if content.links else tuple(kinds),
        contact=_contact(company),
        answers_to=content.reply_to or said.get("replyTo") or (company.party.email if company else ""),
        accent=accent if _COLOUR.fullmatch(accent) else ACCENT,
    )


def _said(company: Company | None) -> dict[str, Any]:
    return (company and company.about and company.about.sender) or {}


def _contact(company: Company | None) -> tuple[str, ...]:
    if company is None:
        return ()
    party = company.party
    return tuple(one_line(each) for each in (party.address.line, party.telephone, party.email) if each)


def _logo(platform: Platform, company: Company | None) -> Paper | None:
    about = company and company.about
    if not about or about.logo is None:
        return None
    content = platform.blobs.get(about.logo)
    if len(content) > _MOST_LOGO_BYTES:
        return None
    return Paper(*_FORMS[about.logo_form or "PNG"], content)
