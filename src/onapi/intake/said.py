"""Parties, addresses and moments said in the public vocabulary: what every family writes back the same way.

Absent and default values are left out, so that what is written is what somebody would have written.
"""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from onapi.values.moment import moment_text
from onapi.values.party import Address, Party

_MAIN_OFFICE = "0000"
_HOME = "PE"


def compact(pairs: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that say something: no None, no "", no empty list or object. Zero stays."""
    return {name: value for name, value in pairs.items() if value is not None and value not in ("", [], {}, ())}


def said_party(party: Party | None) -> dict[str, Any] | None:
    """A `Client`."""
    if party is None:
        return None
    return compact(
        {
            "tipoDoc": party.id_type,
            "numDoc": party.id_number,
            "rznSocial": party.name,
            "address": said_address(party.address),
            "email": party.email,
            "telephone": party.telephone,
        }
    )


def said_company(party: Party) -> dict[str, Any]:
    """A `Company`: the issuer as this document names it."""
    return compact(
        {
            "ruc": party.id_number,
            "razonSocial": party.name,
            "nombreComercial": party.trade_name,
            "address": said_address(party.address),
            "email": party.email,
            "telephone": party.telephone,
        }
    )


def said_address(address: Address | None) -> dict[str, Any] | None:
    """An `Address`; None for one that says nothing."""
    if address is None or address == Address():
        return None
    return compact(
        {
            "ubigeo": address.ubigeo,
            "codigoPais": address.country if address.country != _HOME else "",
            "departamento": address.department,
            "provincia": address.province,
            "distrito": address.district,
            "urbanizacion": address.urbanization,
            "direccion": address.line,
            "codLocal": address.establishment if address.establishment != _MAIN_OFFICE else "",
        }
    )


def said_moment(day: date, hour: time | None) -> str:
    """`YYYY-MM-DD`, or RFC 3339 in Lima's offset where the hour is known."""
    return moment_text(day, hour)
