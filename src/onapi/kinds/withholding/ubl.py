"""A withholding as SUNAT's own XML, Retention or Perception, in the order of its schema; the signature's place is open.

Addresses and identity numbers carry none of the attributes that UBL 2.1 documents give theirs.
"""

from dataclasses import dataclass

from onapi.kinds.withholding.model import PERCEPTION, RETENTION, SOLES, Exchange, Line, Payment, Withholding
from onapi.ubl import element
from onapi.ubl.element import EMPTY_EXTENSION, SAC, SIGNATURE_ID, branch, leaf, marked, money, root
from onapi.ubl.party import signatory
from onapi.values.money import plain
from onapi.values.party import Address, Party

_HEAD = "<cbc:UBLVersionID>2.0</cbc:UBLVersionID><cbc:CustomizationID>1.0</cbc:CustomizationID>"
_HOME, _MAIN_OFFICE = "PE", "0000"
_id = leaf("cbc:ID")
_scheme_id = marked("cbc:ID", "schemeID")
_issue_date = leaf("cbc:IssueDate")
_issue_time = leaf("cbc:IssueTime")
_exceptional = leaf("sac:ExceptionalIndicator")
_note = leaf("cbc:Note")
_total = money("cbc:TotalInvoiceAmount")
_rounding = money("cbc:PayableRoundingAmount")
_agent = branch("cac:AgentParty")
_receiver = branch("cac:ReceiverParty")
_identification = branch("cac:PartyIdentification")
_party_name = branch("cac:PartyName")
_name = leaf("cbc:Name")
_legal_entity = branch("cac:PartyLegalEntity")
_registration_name = leaf("cbc:RegistrationName")
_contact = branch("cac:Contact")
_telephone = leaf("cbc:Telephone")
_email = leaf("cbc:ElectronicMail")
_address = branch("cac:PostalAddress")
_address_parts = (
    (leaf("cbc:ID"), "ubigeo"),
    (leaf("cbc:AddressTypeCode"), "establishment"),
    (leaf("cbc:StreetName"), "line"),
    (leaf("cbc:CitySubdivisionName"), "urbanization"),
    (leaf("cbc:CityName"), "province"),
    (leaf("cbc:CountrySubentity"), "department"),
    (leaf("cbc:District"), "district"),
)
_country = branch("cac:Country")
_country_code = leaf("cbc:IdentificationCode")
_payment = branch("cac:Payment")
_paid_amount = money("cbc:PaidAmount")
_paid_date = leaf("cbc:PaidDate")
_exchange = branch("cac:ExchangeRate")
_source = leaf("cbc:SourceCurrencyCode")
_target = leaf("cbc:TargetCurrencyCode")
_rate = leaf("cbc:CalculationRate")
_rate_day = leaf("cbc:Date")


@dataclass(frozen=True, slots=True)
class Names:
    """The names in which the two documents differ."""

    root: str
    namespace: str
    stem: str  # of SUNAT's elements: SUNATRetentionAmount
    settled: str
    net: str


NAMES = {
    RETENTION: Names("Retention", element.RETENTION, "SUNATRetention", "SUNATTotalPaid", "SUNATNetTotalPaid"),
    PERCEPTION: Names("Perception", element.PERCEPTION, "SUNATPerception", "SUNATTotalCashed", "SUNATNetTotalCashed"),
}


def build(document: Withholding) -> str:
    """The unsigned XML, canonical, without declaration."""
    names = NAMES[document.id.doctype]
    return root(
        names.root,
        names.namespace,
        EMPTY_EXTENSION,
        _HEAD,
        signatory(document.issuer, SIGNATURE_ID),
        _id(document.id.label),
        _issue_date(document.issue_date.isoformat()),
        _issue_time(document.issue_time.isoformat(timespec="seconds") if document.issue_time else ""),
        _exceptional(document.exceptional),
        _agent(_party(document.issuer)),
        _receiver(_party(document.receiver)),
        leaf(f"sac:{names.stem}SystemCode")(document.regime),
        leaf(f"sac:{names.stem}Percent")(plain(document.percent, 2)),
        _note(document.remarks),
        _total(document.withheld, SOLES),
        _rounding(document.rounding, SOLES) if document.rounding else "",
        money(f"sac:{names.settled}")(document.settled, SOLES),
        *(_line(line, names) for line in document.lines),
        more=SAC,
    )


def _party(party: Party) -> str:
    return "".join(
        (
            _identification(_scheme_id(party.id_number, party.id_type)),
            _party_name(_name(party.trade_name)),
            _postal_address(party.address),
            _legal_entity(_registration_name(party.name)),
            _contact(_telephone(party.telephone), _email(party.email)),
        )
    )


def _postal_address(address: Address) -> str:
    if address == Address():
        return ""
    said = {"establishment": "" if address.establishment == _MAIN_OFFICE else address.establishment}
    parts = (write(said.get(name, getattr(address, name))) for write, name in _address_parts)
    return _address(*parts, _country(_country_code(address.country)))


def _line(line: Line, names: Names) -> str:
    return branch(f"sac:{names.stem}DocumentReference")(
        _scheme_id(line.number, line.doctype),
        _issue_date(line.issue_date.isoformat() if line.issue_date else ""),
        _total(line.total, line.currency) if line.total is not None else "",
        *(_paid(payment) for payment in line.payments),
        _information(line, names),
    )


def _paid(payment: Payment) -> str:
    return _payment(
        _id(payment.number),
        _paid_amount(payment.amount, payment.currency) if payment.amount is not None else "",
        _paid_date(payment.day.isoformat() if payment.day else ""),
    )


def _information(line: Line, names: Names) -> str:
    """What was withheld, when, and what changed hands; nothing of a document without payment."""
    if line.withheld is None or line.net is None or line.withheld_on is None:
        return ""
    return branch(f"sac:{names.stem}Information")(
        money(f"sac:{names.stem}Amount")(line.withheld, SOLES),
        leaf(f"sac:{names.stem}Date")(line.withheld_on.isoformat()),
        money(f"sac:{names.net}")(line.net, SOLES),
        _rate_of(line.exchange) if line.exchange else "",
    )


def _rate_of(exchange: Exchange) -> str:
    return _exchange(
        _source(exchange.source),
        _target(exchange.target),
        _rate(plain(exchange.rate, 3) if exchange.rate is not None else ""),
        _rate_day(exchange.day.isoformat() if exchange.day else ""),
    )
