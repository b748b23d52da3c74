"""How the phone behaves, shown and changed: its callback, its window of 24 hours, its delays, its templates."""

from collections.abc import Mapping
from secrets import token_hex
from typing import Final

import httpx2

from onapi.errors import InvalidDocument
from onapi.simulator.phone.switchboard import ApprovedTemplate, Phone

_LONGEST_S: Final = 3600.0
_DELAYS: Final = {"sentSeconds": "sent_s", "deliveredSeconds": "delivered_s", "readSeconds": "read_s"}
_KNOWN: Final = ("callback", "strict", *_DELAYS, "templates", "verify")


def shown(phone: Phone) -> dict[str, object]:
    """Everything that can be changed, and the account."""
    manners, account = phone.manners, phone.account
    templates = manners.templates
    return {
        "callback": manners.callback or None,
        "strict": manners.is_strict,
        **{key: getattr(manners, name) for key, name in _DELAYS.items()},
        "templates": None
        if templates is None
        else [{"name": each.name, "language": each.language, "variables": each.variables} for each in templates],
        "phoneNumberId": account.number_id,
        "businessId": account.business_id,
        "number": f"+{account.number}",
    }


def change(phone: Phone, told: Mapping[str, object]) -> None:
    """Change what is told and leave the rest; InvalidDocument, and nothing changed, where something makes no sense."""
    strange = next((key for key in told if key not in _KNOWN), "")
    if strange:
        raise InvalidDocument(f"No existe {strange}; se puede cambiar: {', '.join(_KNOWN)}.")
    wanted: dict[str, object] = {}
    if "callback" in told:
        wanted["callback"] = _callback(told["callback"])
    if "strict" in told:
        wanted["is_strict"] = _flag(told["strict"])
    for key in _DELAYS.keys() & told.keys():
        wanted[_DELAYS[key]] = _seconds(key, told[key])
    if "templates" in told:
        wanted["templates"] = _templates(told["templates"])
    for name, value in wanted.items():
        setattr(phone.manners, name, value)


async def verify(phone: Phone, http: httpx2.AsyncClient) -> None:
    """Ask the callback to repeat a challenge, as Meta does when an address is set; InvalidDocument if it does not."""
    challenge = token_hex(8)
    asked = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": phone.account.verify_token}
    try:
        answer = await http.get(phone.manners.callback, params=asked)
    except (httpx2.HTTPError, httpx2.InvalidURL):
        raise InvalidDocument("La dirección de avisos no contesta.") from None
    if answer.status_code != httpx2.codes.OK or answer.text != challenge:
        raise InvalidDocument("La dirección de avisos no repite hub.challenge: revise su verify token.")


def _callback(value: object) -> str:
    if value in (None, ""):
        return ""
    if not isinstance(value, str) or not value.startswith(("http://", "https://")):
        raise InvalidDocument("callback es una dirección http o https, o null.")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise InvalidDocument("strict es true o false.")
    return value


def _seconds(key: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LONGEST_S:
        raise InvalidDocument(f"{key} es un número de segundos de hasta una hora.")
    return float(value)


def _templates(value: object) -> tuple[ApprovedTemplate, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list):
        raise InvalidDocument("templates es una lista de {name, language, variables}, o null.")
    return tuple(_template(each) for each in value)


def _template(value: object) -> ApprovedTemplate:
    found = value if isinstance(value, dict) else {}
    name, language, variables = (found.get(key) for key in ("name", "language", "variables"))
    is_count = variables is None or (isinstance(variables, int) and not isinstance(variables, bool))
    if not isinstance(name, str) or not isinstance(language, str) or not is_count:
        raise InvalidDocument("Una plantilla tiene name, language y, si quiere, variables: cuántas tiene.")
    return ApprovedTemplate(name, language, variables)
