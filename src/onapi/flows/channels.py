"""How a company reaches persons: what it set up for a channel, and the channel that its messages go by.

A company's own settings come first, then those of the platform; in the sandbox the simulator's mailbox and phone stand
in for the platform's. Where there is neither, the channel is missing: `provider_not_configured`.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from onapi.errors import Misconfigured, NotFound
from onapi.flows.act import act
from onapi.flows.keep_company import company as company_of
from onapi.flows.platform import Platform
from onapi.gateways.channels.channel import Channel
from onapi.gateways.channels.email import EmailChannel, MailAccount, Reach, Security
from onapi.gateways.channels.whatsapp import WhatsappChannel
from onapi.gateways.channels.whatsapp_settings import WhatsappSettings
from onapi.store import channels, companies
from onapi.store.channels import ChannelRow, secret_field
from onapi.store.companies import Company, Versions
from onapi.values.scope import Environment, Scope

EMAIL: Final = "email"
WHATSAPP: Final = "whatsapp"
_MISSING: Final[Mapping[str, str]] = MappingProxyType(
    {
        EMAIL: "Ni la empresa ni la plataforma tienen un servidor de correo.",
        WHATSAPP: "Ni la empresa ni la plataforma tienen un número de WhatsApp.",
    }
)


class Source(StrEnum):
    """Whose settings a company's messages go by."""

    COMPANY = "COMPANY"
    PLATFORM = "PLATFORM"
    SANDBOX = "SANDBOX"
    NONE = "NONE"


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """What a company set up for one channel, opened."""

    shown: Mapping[str, Any]
    secrets: Mapping[str, str] = field(repr=False)
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ChannelStanding:
    """What a company's channel goes by, for those who look after it."""

    source: Source
    own: ChannelSettings | None
    company: Company


def set_up(
    platform: Platform,
    scope: Scope,
    channel: str,
    shown: Mapping[str, Any],
    secrets: Mapping[str, str],
    *,
    versions: Versions = (),
) -> None:
    """Keep the whole of a channel's settings, in place of what there was; InvalidDocument if nobody is enrolled."""
    sealed = platform.vault.seal(scope, secret_field(channel), json.dumps(dict(secrets)).encode())
    now = platform.clock()
    with platform.database.transaction() as connection:
        companies.touch(connection, scope, now, versions=versions)  # first: it also makes others wait for us
        channels.keep(connection, scope, channel, ChannelRow(dict(shown), sealed, now))
        act(platform, connection, f"{channel}_set", str(shown.get("host") or shown.get("phoneNumberId") or ""), scope)


def forget(platform: Platform, scope: Scope, channel: str, *, versions: Versions = ()) -> None:
    """Go by the platform's settings again; NotFound if the company has none of its own."""
    company_of(platform, scope)
    with platform.database.transaction() as connection:
        companies.touch(connection, scope, platform.clock(), versions=versions)
        if not channels.remove(connection, scope, channel):
            raise NotFound("La empresa no tiene una configuración propia de este canal.", key="channel_not_found")
        act(platform, connection, f"{channel}_removed", "", scope)


def settings_of(platform: Platform, scope: Scope, channel: str) -> ChannelSettings | None:
    """What a company set up itself; None if nothing."""
    with platform.database.reading() as connection:
        row = channels.find(connection, scope, channel)
    return _opened(platform, scope, channel, row)


def standing_of(platform: Platform, scope: Scope, channel: str) -> ChannelStanding:
    """By which settings a company's messages go; NotFound if it is not enrolled."""
    company = company_of(platform, scope)
    own = settings_of(platform, scope, channel)
    return ChannelStanding(_source(platform, channel, own), own, company)


def source_of(platform: Platform, scope: Scope, channel: str) -> Source:
    """Whose settings a company's messages go by."""
    return standing_of(platform, scope, channel).source


def channel_of(platform: Platform, scope: Scope, name: str) -> Channel:
    """What a company's messages go by; Misconfigured (`provider_not_configured`) if there is nothing."""
    with platform.database.reading() as connection:
        row, company = channels.find(connection, scope, name), companies.find(connection, scope)
    found = _MAKERS[name](platform, scope, _opened(platform, scope, name, row), company)
    if found is None:
        raise Misconfigured(_MISSING[name])
    settings, make = found
    return platform.channels.of(scope, name, settings, make)


def mail_account(own: ChannelSettings) -> MailAccount:
    """A company's mail server, as it was checked when it was set up."""
    told = own.shown
    return MailAccount(
        told["host"],
        told["port"],
        Security(told["security"]),
        told["fromAddress"],
        told.get("fromName") or "",
        told.get("replyTo") or "",
        told.get("user") or "",
        own.secrets.get("password", ""),
    )


_Made = tuple[object, Callable[[], Channel]] | None


def _mail(platform: Platform, _scope: Scope, own: ChannelSettings | None, company: Company | None) -> _Made:
    account, reach = (mail_account(own), platform.mail_reach) if own else (platform.mail, Reach(local=True, plain=True))
    if account is None:
        return None
    named = _named(account, company)
    return (named, reach), lambda: EmailChannel(named, platform.clock, reach)


def _named(account: MailAccount, company: Company | None) -> MailAccount:
    """Under the company's own name, with answers to the company, where the account does not say otherwise."""
    if company is None:
        return account
    said = (company.about and company.about.sender) or {}
    name = account.sender_name or said.get("displayName") or company.party.trade_name or company.party.name
    return replace(account, sender_name=name, reply_to=account.reply_to or said.get("replyTo") or company.party.email)


def _whatsapp(platform: Platform, scope: Scope, own: ChannelSettings | None, _company: Company | None) -> _Made:
    settings = whatsapp_settings(own) if own else platform.whatsapp
    if settings is None:
        return None
    return settings, lambda: WhatsappChannel(settings, platform.graph, ruc=scope.ruc)


def whatsapp_settings(own: ChannelSettings) -> WhatsappSettings:
    """A company's number of WhatsApp."""
    told, secrets = own.shown, own.secrets
    return WhatsappSettings(
        told["phoneNumberId"],
        secrets.get("accessToken", ""),
        told.get("businessAccountId") or "",
        secrets.get("appSecret", ""),
        secrets.get("verifyToken", ""),
        told.get("template") or "",
        told.get("templateLanguage") or "es",
        tuple(told.get("templateVariables") or ("subject",)),
    )


_MAKERS: Final = MappingProxyType({EMAIL: _mail, WHATSAPP: _whatsapp})


def _source(platform: Platform, channel: str, own: ChannelSettings | None) -> Source:
    if own is not None:
        return Source.COMPANY
    given = {EMAIL: platform.mail, WHATSAPP: platform.whatsapp}[channel]
    if given is None:
        return Source.NONE
    return Source.SANDBOX if platform.environment is Environment.SANDBOX else Source.PLATFORM


def _opened(platform: Platform, scope: Scope, channel: str, row: ChannelRow | None) -> ChannelSettings | None:
    if row is None:
        return None
    secrets = json.loads(platform.vault.open(scope, secret_field(channel), row.secret))
    return ChannelSettings(row.settings, secrets, row.updated_at)
