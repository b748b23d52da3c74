"""The fields of a line of a factura, boleta or note."""

from onapi.intake.shared_fields import address, charge
from onapi.intake.vocabulary import Field

LINE_AMOUNTS = (  # amounts that the caller may have computed: his name, ours, what it is
    ("mtoBaseIgv", "igv_base", "Base del IGV"),
    ("igv", "igv", "IGV o IVAP"),
    ("totalImpuestos", "taxes", "Suma de los tributos de la línea"),
    ("mtoValorVenta", "net", "Valor de venta de la línea"),
)

_AMOUNTS = tuple(
    field
    for name, ours, text in LINE_AMOUNTS
    for field in (
        Field(f"details[]/{name}", f"lines[].amounts.{ours}", "C", text),
        Field(f"details[]/{name}", f"lines[].{ours}", "C", text),
    )
)
LINE: tuple[Field, ...] = (
    Field("details[]", "lines[]", "R", "Una línea"),
    Field("details[]/cantidad", "lines[].quantity", "R", "Mayor que cero, hasta 10 decimales"),
    Field("details[]/unidad", "lines[].unit", "C", "Catálogo 03; por defecto NIU"),
    Field("details[]/descripcion", "lines[].description", "R", "De 1 a 500 caracteres"),
    Field(
        "details[]/mtoValorUnitario",
        "lines[].amounts.unit_value",
        "R",
        "Valor sin tributos; este o `mtoPrecioUnitario`",
    ),
    Field("details[]/mtoPrecioUnitario", "lines[].amounts.unit_price", "C", "Precio con tributos"),
    Field("details[]/mtoPrecioUnitario", "lines[].unit_price", "C", "Precio con tributos"),
    Field("details[]/mtoValorGratuito", "lines[].reference_value", "O", "Valor referencial de una línea gratuita"),
    Field("details[]/tipAfeIgv", "lines[].affectation", "C", "Catálogo 07; por defecto 10"),
    Field("details[]/porcentajeIgv", "lines[].igv_percent", "C", "Por defecto, la tasa de ley del día; 4 en el IVAP"),
    *_AMOUNTS,
    Field("details[]/codProducto", "lines[].product_code", "O", "Código propio, de 1 a 30 caracteres"),
    Field("details[]/codProdSunat", "lines[].sunat_code", "O", "Código de producto SUNAT, ocho dígitos (catálogo 25)"),
    Field("details[]/codProdGS1", "lines[].gtin", "O", "GTIN de 8, 12, 13 o 14 dígitos"),
    Field("details[]/descuento", "", "O", "Descuento que afecta la base: lo mismo que `descuentos` con código 00"),
    *charge("details[]/descuentos", "lines[].discounts", "Descuentos de la línea: 00 afecta la base, 01 no"),
    *charge("details[]/cargos", "lines[].surcharges", "Cargos de la línea: 47 afecta la base, 48 no"),
    Field("details[]/descuentos", "lines[].charges", "O", "Descuentos y cargos de la línea"),
    Field("details[]/tipSisIsc", "lines[].isc_system", "C", "Sistema del ISC (catálogo 08); por defecto 01"),
    Field("details[]/porcentajeIsc", "lines[].isc_percent", "O", "Tasa del ISC"),
    Field(
        "details[]/mtoBaseIsc",
        "lines[].amounts.isc_base",
        "C",
        "Base del ISC; en el sistema 03, precio sugerido por cantidad",
    ),
    Field("details[]/isc", "lines[].amounts.isc", "C", "ISC de la línea"),
    Field("details[]/isc", "lines[].isc", "C", "ISC de la línea"),
    Field("details[]/factorIcbper", "lines[].bag_tax", "O", "ICBPER por bolsa"),
    Field("details[]/icbper", "lines[].amounts.icbper", "C", "ICBPER de la línea"),
    Field("details[]/icbper", "lines[].icbper", "C", "ICBPER de la línea"),
    Field("details[]/porcentajeOth", "lines[].other_percent", "O", "Tasa de otro tributo"),
    Field("details[]/mtoBaseOth", "lines[].amounts.other_base", "C", "Base de otro tributo"),
    Field("details[]/otroTributo", "lines[].amounts.other", "C", "Otro tributo de la línea"),
    Field("details[]/otroTributo", "lines[].other", "C", "Otro tributo de la línea"),
    Field("details[]/atributos", "lines[].attributes", "O", "Más datos de la línea (catálogo 55)"),
    Field("details[]/atributos[]", "lines[].attributes[]", "O", "Un dato"),
    Field("details[]/atributos[]/code", "lines[].attributes[].code", "R", "Catálogo 55"),
    Field("details[]/atributos[]/name", "lines[].attributes[].name", "C", "Nombre; por defecto, el del catálogo"),
    Field("details[]/atributos[]/value", "lines[].attributes[].value", "O", "Valor"),
    Field("details[]/atributos[]/fecInicio", "lines[].attributes[].start", "O", "Primera fecha"),
    Field("details[]/atributos[]/horaInicio", "lines[].attributes[].start_time", "O", "Hora HH:MM:SS"),
    Field("details[]/atributos[]/fecFin", "lines[].attributes[].end", "O", "Última fecha"),
    Field("details[]/atributos[]/duracion", "lines[].attributes[].days", "O", "Duración en días"),
    Field("details[]/atributos[]/cantidad", "lines[].attributes[].quantity", "O", "Cantidad (3006, especie vendida)"),
    Field("details[]/atributos[]/unidad", "lines[].attributes[].unit", "O", "Unidad de la cantidad (catálogo 03)"),
    Field("details[]/transporte", "lines[].haul", "O", "Transporte de carga que la línea cobra (operación 1004)"),
    *address("details[]/transporte/origen", "lines[].haul.origin"),
    *address("details[]/transporte/destino", "lines[].haul.destination"),
    Field("details[]/transporte/detalle", "lines[].haul.details", "R", "Detalle del viaje, de 3 a 500 caracteres"),
    Field(
        "details[]/transporte/valorReferencial",
        "lines[].haul.reference_value",
        "C",
        "Del servicio, en soles; por defecto, `detraccion/valueRef`",
    ),
    Field(
        "details[]/transporte/valorCargaEfectiva",
        "lines[].haul.effective_load_value",
        "C",
        "Sobre la carga efectiva, en soles",
    ),
    Field(
        "details[]/transporte/valorCargaUtil",
        "lines[].haul.nominal_load_value",
        "C",
        "Sobre la carga útil nominal, en soles",
    ),
    Field("details[]/productId", "", "O", "Producto registrado que llena los campos ausentes"),
)
