"""A complete sale in the public vocabulary: what its reader would take again, amounts and all."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from onapi.intake.said import compact, said_address, said_company, said_moment, said_party
from onapi.intake.sale.fields import TOTALS
from onapi.intake.sale.write_lines import said_charges, said_line
from onapi.kinds.sale.blocks import (
    CREDIT,
    Advance,
    CarriedGoods,
    Detraccion,
    Legend,
    Modified,
    Payment,
    Perception,
    Reference,
)
from onapi.kinds.sale.model import Sale
from onapi.tax.totals import Totals
from onapi.tax.tribute import EXONERATED, EXPORT, FREE, ICBPER, IGV, ISC, IVAP, OTHER, UNAFFECTED
from onapi.values.identity import ANONYMOUS

_BASES = {
    "taxed": IGV,
    "exonerated": EXONERATED,
    "unaffected": UNAFFECTED,
    "export": EXPORT,
    "free": FREE,
    "ivap_base": IVAP,
    "isc_base": ISC,
    "other_base": OTHER,
}
_TAXES = {"igv": IGV, "free_igv": FREE, "ivap": IVAP, "isc": ISC, "other": OTHER, "icbper": ICBPER}


def write_sale(sale: Sale) -> dict[str, Any]:
    """The document as JSON, canonical names; numbers are Decimal."""
    return compact(
        {
            "tipoDoc": sale.id.doctype,
            "serie": sale.id.series,
            "correlativo": str(sale.id.number),
            "fechaEmision": said_moment(sale.issue_date, sale.issue_time),
            "fecVencimiento": sale.due_date.isoformat() if sale.due_date else None,
            "tipoOperacion": sale.operation,
            "tipoMoneda": sale.currency,
            "company": said_company(sale.issuer),
            "client": said_party(sale.customer) if sale.customer.id_type != ANONYMOUS or sale.customer.name else None,
            **_payment(sale.payment),
            **_modified(sale.modified),
            "details": [said_line(line) for line in sale.lines],
            "descuentos": said_charges(sale.discounts),
            "cargos": said_charges(sale.surcharges),
            "anticipos": [_advance(advance, sale) for advance in sale.advances],
            "detraccion": _detraccion(sale.detraccion),
            "perception": _perception(sale.perception),
            "guias": _references(sale.guides),
            "relDocs": _references(sale.related),
            "compra": sale.purchase_order,
            "observacion": sale.remarks,
            "legends": [_legend(legend) for legend in sale.legends],
            "seller": said_party(sale.seller),
            "direccionEntrega": said_address(sale.delivery),
            "guiaEmbebida": _carried(sale.carried),
            "agenteVentas": said_party(sale.agent),
            "medioPago": compact({"codigo": sale.means.code, "referencia": sale.means.reference})
            if sale.means
            else None,
            **_totals(sale.totals),
        }
    )


def _totals(sums: Totals) -> dict[str, Decimal | None]:
    """Every total that says something; zero says nothing, but for what is to be paid."""
    said = {theirs: _total(sums, ours) for theirs, ours, _ in TOTALS}
    always = {"mtoImpVenta", "valorVenta", "subTotal", "totalImpuestos"}
    kept = {name: amount if amount or name in always else None for name, amount in said.items()}
    return {**kept, "redondeo": sums.rounding or None}


def _total(sums: Totals, name: str) -> Decimal:
    if name in _BASES:
        return sums.base(_BASES[name])
    if name in _TAXES:
        return sums.tax(_TAXES[name])
    found: Decimal = getattr(sums, name)
    return found


def _payment(payment: Payment | None) -> dict[str, Any]:
    if payment is None:
        return {}
    terms = compact({"tipo": payment.form, "monto": payment.pending if payment.form == CREDIT else None})
    parts = [{"monto": part.amount, "fechaPago": part.due.isoformat()} for part in payment.instalments]
    return {"formaPago": terms, "cuotas": parts}


def _modified(note: Modified | None) -> dict[str, Any]:
    if note is None:
        return {}
    return {
        "codMotivo": note.code,
        "desMotivo": note.reason,
        "tipDocAfectado": note.doctype,
        "numDocAfectado": note.number,
    }


def _advance(advance: Advance, sale: Sale) -> dict[str, Any]:
    other = advance.issuer if advance.issuer != sale.issuer.id_number else ""
    pairs = {"tipoDocRel": advance.doctype, "nroDocRel": advance.number, "total": advance.total, "ruc": other}
    return compact(pairs)


def _detraccion(found: Detraccion | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return compact(
        {
            "codBienDetraccion": found.code,
            "percent": found.percent,
            "monto": found.amount,
            "ctaBanco": found.account,
            "codMedioPago": found.means,
        }
    )


def _perception(found: Perception | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "codReg": found.code,
        "porcentaje": found.factor,
        "mtoBase": found.base,
        "mto": found.amount,
        "mtoTotal": found.total,
    }


def _references(references: Sequence[Reference]) -> list[dict[str, str]]:
    return [{"tipoDoc": reference.doctype, "nroDoc": reference.number} for reference in references]


def _legend(legend: Legend) -> dict[str, str]:
    return {"code": legend.code, "value": legend.text}


def _carried(goods: CarriedGoods | None) -> dict[str, Any] | None:
    if goods is None:
        return None
    return compact(
        {
            "partida": said_address(goods.origin),
            "llegada": said_address(goods.destination),
            "transportista": said_party(goods.carrier),
            "modTraslado": goods.mode,
            "pesoBruto": goods.weight,
            "undPesoBruto": goods.weight_unit if goods.weight is not None else "",
            "transpPlaca": goods.plate,
            "transpCodeAuth": goods.vehicle_code,
            "nroLicencia": goods.licence,
        }
    )
