"""Where a fault stands in the caller's own words: our model's path to a JSON pointer of the public vocabulary."""

import re
from collections.abc import Mapping

from onapi.intake.sale import LINE_AMOUNTS, TOTALS

_SALE: Mapping[str, str] = {
    "id.series": "serie",
    "id.number": "correlativo",
    "issue_date": "fechaEmision",
    "due_date": "fecVencimiento",
    "operation": "tipoOperacion",
    "currency": "tipoMoneda",
    "customer": "client",
    "customer.id_type": "client/tipoDoc",
    "customer.id_number": "client/numDoc",
    "customer.name": "client/rznSocial",
    "payment.form": "formaPago/tipo",
    "payment.pending": "formaPago/monto",
    "payment.instalments": "cuotas",
    "lines": "details",
    "discounts": "descuentos",
    "surcharges": "cargos",
    "guides": "guias",
    "related": "relDocs",
    "legends": "legends",
    "totals.rounding": "redondeo",
    **{f"totals.{ours}": theirs for theirs, ours in TOTALS},
}
_ITEM: Mapping[str, str] = {
    "unit": "unidad",
    "quantity": "cantidad",
    "description": "descripcion",
    "affectation": "tipAfeIgv",
    "igv_percent": "porcentajeIgv",
    "product_code": "codProducto",
    "sunat_code": "codProdSunat",
    "gtin": "codProdGS1",
    "charges": "descuentos",
    "isc_system": "tipSisIsc",
    "isc_percent": "porcentajeIsc",
    "bag_tax": "factorIcbper",
    "amounts.unit_value": "mtoValorUnitario",
    "amounts.unit_price": "mtoPrecioUnitario",
    "unit_price": "mtoPrecioUnitario",
    "amounts.net": "mtoValorVenta",
    "amounts.igv": "igv",
    "amounts.isc": "isc",
    "amounts.other": "otroTributo",
    "amounts.taxes": "totalImpuestos",
    "code": "codTipo",
    "amount": "monto",
    "isc": "isc",
    "other": "otroTributo",
    **{ours: theirs for theirs, ours in LINE_AMOUNTS},
}
_LISTS = re.compile(r"(lines|discounts|surcharges)\[(\d+)\]\.?(.*)")


def json_pointer(path: str, prefix: str) -> str:
    """The JSON pointer of a model path; a path that is a pointer already stays as it is.

    >>> json_pointer("lines[0].amounts.igv", "/document")
    '/document/details/0/igv'
    """
    if path.startswith("/"):
        return path
    if found := _LISTS.fullmatch(path):
        name, n, rest = found.groups()
        end = f"/{_ITEM.get(rest, rest)}" if rest else ""
        return f"{prefix}/{_SALE[name]}/{n}{end}"
    return f"{prefix}/{_SALE.get(path, path)}"
