"""A line of a sale, and discounts and charges, in the public vocabulary."""

from collections.abc import Sequence
from typing import Any

from onapi.intake.said import compact, said_address
from onapi.kinds.sale.blocks import Attribute, Haul
from onapi.kinds.sale.model import Line
from onapi.tax.charge import Charge
from onapi.tax.tribute import FREE


def said_line(line: Line) -> dict[str, Any]:
    """A line with the amounts it came to."""
    amounts = line.amounts
    free = amounts.tribute == FREE
    return compact(
        {
            "codProducto": line.product_code,
            "codProdSunat": line.sunat_code,
            "codProdGS1": line.gtin,
            "descripcion": line.description,
            "unidad": line.unit,
            "cantidad": line.quantity,
            "mtoValorUnitario": None if free else amounts.unit_value,
            "mtoValorGratuito": amounts.unit_value if free else None,
            "mtoPrecioUnitario": None if free else amounts.unit_price,
            "tipAfeIgv": line.affectation,
            "porcentajeIgv": line.igv_percent,
            "mtoBaseIgv": amounts.igv_base,
            "igv": amounts.igv,
            "totalImpuestos": amounts.taxes,
            "mtoValorVenta": amounts.net,
            "descuentos": said_charges(line.discounts),
            "cargos": said_charges(line.surcharges),
            **_further_taxes(line),
            "atributos": [_attribute(attribute) for attribute in line.attributes],
            "transporte": _haul(line.haul),
        }
    )


def said_charges(charges: Sequence[Charge]) -> list[dict[str, Any]]:
    """Discounts or charges with all their numbers."""
    return [{"codTipo": one.code, "factor": one.factor, "monto": one.amount, "montoBase": one.base} for one in charges]


def _further_taxes(line: Line) -> dict[str, Any]:
    amounts = line.amounts
    return {
        "tipSisIsc": line.isc_system,
        "porcentajeIsc": line.isc_percent or None,
        "mtoBaseIsc": amounts.isc_base or None,
        "isc": amounts.isc or None,
        "factorIcbper": line.bag_tax or None,
        "icbper": amounts.icbper or None,
        "porcentajeOth": line.other_percent or None,
        "mtoBaseOth": amounts.other_base or None,
        "otroTributo": amounts.other or None,
    }


def _attribute(attribute: Attribute) -> dict[str, Any]:
    return compact(
        {
            "code": attribute.code,
            "name": attribute.name,
            "value": attribute.value,
            "fecInicio": attribute.start.isoformat() if attribute.start else None,
            "horaInicio": attribute.start_time.isoformat() if attribute.start_time else None,
            "fecFin": attribute.end.isoformat() if attribute.end else None,
            "duracion": attribute.days,
            "cantidad": attribute.quantity,
            "unidad": attribute.unit,
        }
    )


def _haul(haul: Haul | None) -> dict[str, Any] | None:
    if haul is None:
        return None
    return {
        "origen": said_address(haul.origin),
        "destino": said_address(haul.destination),
        "detalle": haul.details,
        "valorReferencial": haul.reference_value,
        "valorCargaEfectiva": haul.effective_load_value,
        "valorCargaUtil": haul.nominal_load_value,
    }
