"""A complete purchase in the public vocabulary: what its reader would take again, amounts and all."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from onapi.intake.purchase.fields import LINE_AMOUNTS, TOTALS
from onapi.intake.said import compact, said_address, said_company, said_moment, said_party
from onapi.kinds.purchase.model import Advance, Line, Purchase, PurchaseTotals, Reference
from onapi.values.party import Address

_ALWAYS = frozenset({"mtoImpVenta", "valorVenta", "subTotal", "totalImpuestos"})


def write_purchase(purchase: Purchase) -> dict[str, Any]:
    """The document as JSON, canonical names; numbers are Decimal."""
    return compact(
        {
            "tipoDoc": purchase.id.doctype,
            "serie": purchase.id.series,
            "correlativo": str(purchase.id.number),
            "fechaEmision": said_moment(purchase.issue_date, purchase.issue_time),
            "tipoOperacion": purchase.operation,
            "tipoMoneda": purchase.currency,
            "company": said_company(purchase.issuer),
            "client": _seller(purchase),
            "direccionEntrega": _site(purchase.place, purchase.place_type),
            "details": [_line(line) for line in purchase.lines],
            "descuentos": [
                {"codTipo": x.code, "factor": x.factor, "monto": x.amount, "montoBase": x.base}
                for x in purchase.deductions
            ],
            "anticipos": [_advance(advance, purchase) for advance in purchase.advances],
            "guias": _references(purchase.guides),
            "relDocs": _references(purchase.related),
            "compra": purchase.purchase_order,
            "observacion": purchase.remarks,
            "legends": [{"code": legend.code, "value": legend.text} for legend in purchase.legends],
            **_totals(purchase.totals),
        }
    )


def _seller(purchase: Purchase) -> dict[str, Any]:
    found = said_party(purchase.seller) or {}
    return compact({**found, "address": _site(purchase.seller.address, purchase.domicile)})


def _site(address: Address, kind: str) -> dict[str, Any]:
    return compact({**(said_address(address) or {}), "tipoDireccion": kind})


def _totals(sums: PurchaseTotals) -> dict[str, Decimal | None]:
    """Every total that says something; zero says nothing, but for what is to be paid."""
    said: dict[str, Decimal] = {theirs: getattr(sums, ours) for theirs, ours, _ in TOTALS}
    kept = {name: amount if amount or name in _ALWAYS else None for name, amount in said.items()}
    return {**kept, "redondeo": sums.rounding or None}


def _line(line: Line) -> dict[str, Any]:
    amounts = line.amounts
    return compact(
        {
            "codProducto": line.product_code,
            "codProdSunat": line.sunat_code,
            "descripcion": line.description,
            "unidad": line.unit,
            "cantidad": line.quantity,
            "mtoValorUnitario": None if line.is_free else amounts.unit_value,
            "mtoValorGratuito": amounts.unit_value if line.is_free else None,
            "mtoPrecioUnitario": None if line.is_free else amounts.unit_price,
            "tipAfeIgv": line.affectation,
            "porcentajeIgv": line.igv_percent,
            **{theirs: getattr(amounts, ours) for theirs, ours, _ in LINE_AMOUNTS},
            **_withheld(line),
            "atributos": [compact({"code": x.code, "name": x.name, "value": x.value}) for x in line.attributes],
        }
    )


def _withheld(line: Line) -> dict[str, Decimal | None]:
    """The renta, and other taxes; each with its rate, from which its reader computes it again."""
    pairs = (
        (
            line.renta_percent,
            {"porcentajeRenta": line.renta_percent, "mtoBaseRenta": line.renta_base, "renta": line.renta},
        ),
        (
            line.other_percent,
            {
                "porcentajeOth": line.other_percent,
                "mtoBaseOth": line.amounts.other_base,
                "otroTributo": line.amounts.other,
            },
        ),
    )
    return {name: amount for percent, said in pairs if percent for name, amount in said.items()}


def _advance(advance: Advance, purchase: Purchase) -> dict[str, Any]:
    other = advance.issuer if advance.issuer != purchase.issuer.id_number else ""
    return compact(
        {
            "tipoDocRel": advance.doctype,
            "nroDocRel": advance.number,
            "total": advance.total,
            "ruc": other,
            "fechaPago": advance.paid.isoformat() if advance.paid else None,
        }
    )


def _references(references: Sequence[Reference]) -> list[dict[str, str]]:
    return [{"tipoDoc": reference.doctype, "nroDoc": reference.number} for reference in references]
