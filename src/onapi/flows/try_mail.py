"""Send one mail now, to see whether a company's mail server takes it; it counts in the budget of the day."""

from onapi.errors import InvalidDocument
from onapi.flows import message_budget
from onapi.flows.channels import EMAIL, channel_of
from onapi.flows.keep_company import company as company_of
from onapi.flows.platform import Platform
from onapi.gateways.channels.channel import Handover, Parcel
from onapi.rules.rule import Fault
from onapi.values.contact import read_email
from onapi.values.one_line import one_line
from onapi.values.scope import Scope

_MOST_NAME = 120


def try_mail(platform: Platform, scope: Scope, to: str) -> Handover:
    """What the server made of a test message.

    NotFound if nobody is enrolled, Misconfigured if there is no server, Throttled if the budget of the day is used up.
    """
    address = read_email(to)
    if address is None:
        fault = Fault("validation_failed", "/to", "Debe ser una dirección de correo, como ana@ejemplo.pe.")
        raise InvalidDocument("La petición tiene datos no válidos.", key="validation_failed", faults=(fault,))
    company = company_of(platform, scope)
    channel = channel_of(platform, scope, EMAIL)
    with platform.database.transaction() as connection:
        message_budget.take(platform, connection, scope, EMAIL, 1)
    name = one_line(company.party.trade_name or company.party.name, _MOST_NAME)
    text = (
        f"Este es un mensaje de prueba de {name} (RUC {scope.ruc}).\n\n"
        "Si lo recibe, los comprobantes de la empresa pueden enviarse por correo. No hace falta que responda."
    )
    return channel.send(Parcel(platform.new_id(), (address,), text, subject=f"Prueba de correo de {name}"))
