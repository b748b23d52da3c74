"""Whose credentials a call carries, and what they are good for.

A company has a secondary SOL user for the SOAP services. The guías and the Consulta Integrada also want a client id
with its secret, which the company makes in SOL ("Credenciales de API SUNAT").
"""

from dataclasses import dataclass, field

from onapi.gateways.sunat.endpoints import Endpoints
from onapi.gateways.sunat.tokens import Grant

_GUIDE_SCOPE = "https://api-cpe.sunat.gob.pe"
_VALIDITY_SCOPE = "https://api.sunat.gob.pe/v1/contribuyente/contribuyentes"
_RUC_DIGITS = 11


@dataclass(frozen=True, slots=True)
class SolAccount:
    """A secondary SOL user of a company, and its credentials for the REST services if it has any."""

    user: str  # RUC and user: 20000000001MODDATOS
    password: str = field(repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)

    @property
    def ruc(self) -> str:
        """The company."""
        return self.user[:_RUC_DIGITS]


def guide_grant(endpoints: Endpoints, account: SolAccount) -> Grant:
    """What a company asks the token of the guías with."""
    form = (
        ("grant_type", "password"),
        ("scope", _GUIDE_SCOPE),
        ("client_id", account.client_id),
        ("client_secret", account.client_secret),
        ("username", account.user),
        ("password", account.password),
    )
    secrets = (account.client_secret, account.password)
    return Grant(endpoints.guide_token, account.client_id, account.ruc, form, secrets)


def validity_grant(endpoints: Endpoints, account: SolAccount) -> Grant:
    """What a company asks the token of the Consulta Integrada with."""
    form = (
        ("grant_type", "client_credentials"),
        ("scope", _VALIDITY_SCOPE),
        ("client_id", account.client_id),
        ("client_secret", account.client_secret),
    )
    return Grant(endpoints.validity_token, account.client_id, account.ruc, form, (account.client_secret,))
