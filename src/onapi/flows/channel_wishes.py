"""Set up a company's mail server or WhatsApp number as people say it: checked first, its secrets apart."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from onapi.errors import InvalidDocument
from onapi.flows.channels import EMAIL, WHATSAPP, set_up
from onapi.flows.platform import Platform
from onapi.gateways.channels.email import MailAccount, Security
from onapi.gateways.channels.mail_account import checked
from onapi.gateways.channels.whatsapp_settings import FILLINGS
from onapi.rules.rule import Fault
from onapi.store.companies import Versions
from onapi.values.one_line import one_line
from onapi.values.scope import Scope

_SEEN = r"[!-~]"
_PHONE_SHAPES: Mapping[str, str] = MappingProxyType(
    {
        "phoneNumberId": r"[0-9]{1,32}",
        "businessAccountId": r"[0-9]{0,32}",
        "accessToken": rf"{_SEEN}{{1,1024}}",
        "appSecret": rf"{_SEEN}{{0,256}}",
        "verifyToken": rf"{_SEEN}{{0,256}}",
        "template": r"[a-z0-9_]{0,512}",
        "templateLanguage": r"[a-z]{2,3}(_[A-Z]{2,3})?",
    }
)
_PHONE_SECRETS = ("accessToken", "appSecret", "verifyToken")


def set_mail(platform: Platform, scope: Scope, said: Mapping[str, Any], *, versions: Versions = ()) -> None:
    """Keep a mail server; InvalidDocument names every field that cannot be used. Nobody is called."""
    wished = MailAccount(
        said["host"],
        said["port"],
        Security(said["security"]),
        said["fromAddress"],
        one_line(said.get("fromName") or ""),
        said.get("replyTo") or "",
        said.get("user") or "",
        said.get("password") or "",
    )
    account = checked(wished, platform.mail_reach)
    shown = {
        "host": account.host,
        "port": account.port,
        "security": account.security.value,
        "user": account.user,
        "fromAddress": account.sender,
        "fromName": account.sender_name,
        "replyTo": account.reply_to,
    }
    set_up(platform, scope, EMAIL, shown, {"password": account.password}, versions=versions)


def set_whatsapp(platform: Platform, scope: Scope, said: Mapping[str, Any], *, versions: Versions = ()) -> None:
    """Keep a WhatsApp number; InvalidDocument names every field that cannot be used. Nobody is called."""
    wrong = [name for name, shape in _PHONE_SHAPES.items() if not re.fullmatch(shape, str(said.get(name) or ""))]
    wrong += ["templateVariables"] if set(said["templateVariables"]) - FILLINGS.keys() else []
    if wrong:
        faults = tuple(Fault("validation_failed", f"/{name}", "El valor no tiene la forma esperada.") for name in wrong)
        raise InvalidDocument("La petición tiene datos no válidos.", key="validation_failed", faults=faults)
    shown = {name: value for name, value in said.items() if name not in _PHONE_SECRETS}
    secrets = {name: said.get(name) or "" for name in _PHONE_SECRETS}
    set_up(platform, scope, WHATSAPP, shown, secrets, versions=versions)
