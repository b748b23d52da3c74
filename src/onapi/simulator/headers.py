"""Where the header of each kind of document says what it is: its root, who issued it, to whom, when and for how much.

Paths are local names from the root. SUNAT's sheets give each kind its own codes for a name that is not the file's.
"""

from dataclasses import dataclass
from typing import Final

_ISSUER: Final = "AccountingSupplierParty/Party/PartyIdentification/ID"
_CUSTOMER: Final = "AccountingCustomerParty/Party/PartyIdentification/ID"
_PAYABLE: Final = "LegalMonetaryTotal/PayableAmount"
_NUMERALS: Final = r"|\d{1,4}"  # of authorised printers: a contingency


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """What the header of a kind of document looks like."""

    root: str
    series: str  # pattern
    accepted: str  # SUNAT's sentence when it accepts one
    issuer: str = _ISSUER
    customer: str = _CUSTOMER
    total: str = ""
    type_code: str = ""  # the tag that repeats the kind's code, where 1003 and 1004 guard it
    is_whole: bool = False  # 1049 compares series and number at once, where others have 1035 and 1036


@dataclass(frozen=True, slots=True)
class BatchKind:
    """What the header of a summary looks like."""

    root: str
    accepted: str
    again: str  # code for a summary that was presented before
    early: str  # code for one that is dated ahead
    issuer: str = "AccountingSupplierParty/CustomerAssignedAccountID"


_RETENTION = "El Comprobante de Retencion numero {}, ha sido aceptado"
_PERCEPTION = "El Comprobante de Percepcion numero {}, ha sido aceptado"
_AGENT, _RECEIVER = "AgentParty/PartyIdentification/ID", "ReceiverParty/PartyIdentification/ID"
_SENDER = "DespatchSupplierParty/Party/PartyIdentification/ID"
_DELIVERED = "DeliveryCustomerParty/Party/PartyIdentification/ID"
_GUIDE = "El Comprobante  numero {}, ha sido aceptado"  # two blanks, as SUNAT writes it

KINDS: Final = {
    "01": DocumentKind(
        "Invoice",
        r"F[A-Z0-9]{3}" + _NUMERALS,
        "La Factura numero {}, ha sido aceptada",
        total=_PAYABLE,
        type_code="InvoiceTypeCode",
    ),
    "03": DocumentKind(
        "Invoice",
        r"B[A-Z0-9]{3}" + _NUMERALS,
        "La Boleta numero {}, ha sido aceptada",
        total=_PAYABLE,
        type_code="InvoiceTypeCode",
    ),
    "04": DocumentKind(
        "SelfBilledInvoice",
        r"L[A-Z0-9]{3}" + _NUMERALS,
        "La Liquidacion de compra numero {}, ha sido aceptada",
        issuer=_CUSTOMER,  # the buyer issues it
        customer=_ISSUER,
        total=_PAYABLE,
        type_code="InvoiceTypeCode",
    ),
    "07": DocumentKind(
        "CreditNote",
        r"[FB][A-Z0-9]{3}" + _NUMERALS,
        "La Nota de Credito numero {}, ha sido aceptada",
        total=_PAYABLE,
    ),
    "08": DocumentKind(
        "DebitNote",
        r"[FB][A-Z0-9]{3}" + _NUMERALS,
        "La Nota de Debito numero {}, ha sido aceptada",
        total="RequestedMonetaryTotal/PayableAmount",
    ),
    "09": DocumentKind("DespatchAdvice", r"T[A-Z0-9]{3}", _GUIDE, issuer=_SENDER, customer=_DELIVERED),
    "31": DocumentKind("DespatchAdvice", r"V[A-Z0-9]{3}", _GUIDE, issuer=_SENDER, customer=_DELIVERED),
    "20": DocumentKind(
        "Retention",
        r"R[A-Z0-9]{3}" + _NUMERALS,
        _RETENTION,
        issuer=_AGENT,
        customer=_RECEIVER,
        total="TotalInvoiceAmount",
        is_whole=True,
    ),
    "40": DocumentKind(
        "Perception",
        r"P[A-Z0-9]{3}" + _NUMERALS,
        _PERCEPTION,
        issuer=_AGENT,
        customer=_RECEIVER,
        total="TotalInvoiceAmount",
        is_whole=True,
    ),
}

BATCHES: Final = {
    "RC": BatchKind("SummaryDocuments", "El Resumen diario {}, ha sido aceptado", "2223", "2236"),
    "RA": BatchKind("VoidedDocuments", "La Comunicacion de baja {}, ha sido aceptada", "2324", "2301"),
    "RR": BatchKind("VoidedDocuments", "El Resumen de reversiones {}, ha sido aceptado", "2223", "2301"),
}
