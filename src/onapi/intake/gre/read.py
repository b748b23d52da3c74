"""Guías de remisión: JSON to `GuideForm`.

What is absent stays empty here: the rules say what SUNAT misses, under SUNAT's own codes.
"""

from typing import Final

from onapi.intake.gre.loose import child_or_empty, code
from onapi.intake.gre.transport import read_shipment
from onapi.intake.party import read_address
from onapi.intake.reader import Reader
from onapi.kinds.gre.model import PAID_BY_OTHER, PAYER, GuideForm, Line, Property, Related
from onapi.values.identity import RUC, is_ruc_shape, ruc_check_digit
from onapi.values.number import ReceiptId
from onapi.values.party import Party

_MOST_LINES = 9999  # a line's number has four digits
_IGNORED: Final = ("tipoDoc", "doctype", "serie", "correlativo", "number", "company", "version", "ublVersion")
_PAYERS: Final = ("Remitente", "Subcontratador", "Tercero")


def read_guide(reader: Reader, receipt: ReceiptId, strict_ruc: bool) -> GuideForm:  # noqa: FBT001 - one of three given by place
    """A guía as written; what is wrong is noted in the reader."""
    issue_date, issue_time = reader.moment("fechaEmision")
    if not reader.has("envio"):
        reader.fault("envio", "required", "Falta este dato obligatorio.")
    paid_by, payer = _payer(reader, strict_ruc=strict_ruc)
    shipment = read_shipment(child_or_empty(reader, "envio"), paid_by)
    form = GuideForm(
        id=receipt,
        issue_date=issue_date,
        issue_time=issue_time,
        recipient=_party(reader, "destinatario", strict_ruc=strict_ruc),
        shipment=shipment,
        lines=tuple(_line(item) for item in reader.items("details", most=_MOST_LINES)),
        related=_related(reader, receipt.doctype),
        sender=_party(reader, "remitente", strict_ruc=strict_ruc),
        supplier=_party(reader, "tercero", strict_ruc=strict_ruc),
        buyer=_party(reader, "comprador", strict_ruc=strict_ruc),
        payer=payer if PAID_BY_OTHER in shipment.indicators else None,
        subcontractor=_party(reader, "subcontratador", strict_ruc=strict_ruc),
        remarks=reader.text("observacion"),
        annotation=reader.text("anotacionBienes"),
    )
    reader.skip(*_IGNORED)
    reader.finish()
    return form


def _party(reader: Reader, *keys: str, strict_ruc: bool) -> Party | None:
    """A `Client`; a RUC whose check digit is wrong is told here, because only here it is known whether to look."""
    said = reader.child(*keys)
    if said is None:
        return None
    id_type, number = said.text("tipoDoc"), said.text("numDoc", "nroDoc")
    if strict_ruc and id_type == RUC and is_ruc_shape(number) and number[10] != (digit := ruc_check_digit(number[:10])):
        sentence = "El dígito verificador del RUC no es correcto; revise el número."
        said.fault(said.name_of("numDoc", "nroDoc"), "ruc_check_digit", sentence, expected=digit)
    found = Party(
        id_type=id_type,
        id_number=number,
        name=said.text("rznSocial"),
        address=read_address(said.child("address")),
        email=said.text("email"),
        telephone=said.text("telephone"),
    )
    said.finish()
    return found


def _payer(reader: Reader, *, strict_ruc: bool) -> tuple[str, Party | None]:
    """Who pays the freight, as SUNAT's indicator, and who that is; only somebody else needs to be told."""
    said = reader.child("pagadorFlete")
    if said is None:
        return "", None
    kind = said.text("tipo").capitalize()
    client = _party(said, "client", strict_ruc=strict_ruc)
    if kind and kind not in _PAYERS:
        said.fault("tipo", "invalid_format", "Use Remitente, Subcontratador o Tercero.", expected=", ".join(_PAYERS))
    said.finish()
    kind = kind if kind in _PAYERS else (_PAYERS[-1] if client and not kind else "")
    return (f"{PAYER}{kind}" if kind else ""), client


def _related(reader: Reader, own: str) -> tuple[Related, ...]:
    """Documents that back the transport; the old vocabulary told two of them apart from the rest."""
    found = []
    for item in reader.items("addDocs"):
        found.append(
            Related(
                doctype=code(item, "tipo"),
                number=item.text("nro"),
                description=item.text("tipoDesc"),
                issuer=item.text("emisor"),
            )
        )
        item.finish()
    for key, doctype in (("relDoc", ""), ("docBaja", own)):
        if (old := reader.child(key)) is not None:
            found.append(Related(code(old, "tipoDoc") or doctype, old.text("nroDoc")))
            old.finish()
    return tuple(found)


def _line(reader: Reader) -> Line:
    found = Line(
        quantity=reader.amount("cantidad"),
        unit=reader.text("unidad"),
        description=reader.text("descripcion"),
        product_code=reader.text("codigo", "codProducto"),
        sunat_code=reader.text("codProdSunat"),
        gtin=reader.text("codProdGS1"),
        properties=tuple(_property(item) for item in reader.items("atributos")),
    )
    reader.skip("productId")
    reader.finish()
    return found


def _property(reader: Reader) -> Property:
    found = Property(reader.text("code", required=True), reader.text("name"), reader.text("value"))
    reader.skip("fecInicio", "fecFin", "duracion")
    reader.finish()
    return found
