"""The fields of a liquidación de compra: the caller's words, ours, and what each means."""

from onapi.intake.shared_fields import address, head
from onapi.intake.vocabulary import Field

TOTALS = (  # the caller's name, ours, what it is
    ("mtoOperGravadas", "taxed", "Base de las operaciones gravadas, menos anticipos"),
    ("mtoOperExoneradas", "exonerated", "Operaciones exoneradas, menos anticipos"),
    ("mtoOperInafectas", "unaffected", "Operaciones inafectas, menos anticipos"),
    ("mtoOperGratuitas", "free", "Valor referencial de lo gratuito"),
    ("mtoIGVGratuitas", "free_igv", "IGV de lo gratuito, informativo"),
    ("mtoIGV", "igv", "IGV que el comprador retiene y declara, menos el de anticipos"),
    ("mtoBaseRenta", "renta_base", "Base de la retención del impuesto a la renta"),
    ("mtoRenta", "renta", "Retención del impuesto a la renta, menos la de anticipos"),
    ("mtoBaseOth", "other_base", "Base de otros tributos"),
    ("mtoOtrosTributos", "other", "Otros tributos"),
    ("totalImpuestos", "taxes", "IGV y otros tributos; la renta no se suma"),
    ("totalAnticipos", "prepaid", "Suma de los anticipos"),
    ("valorVenta", "line_extension", "Valor de venta, sin tributos"),
    ("subTotal", "tax_inclusive", "Valor de venta con IGV y otros tributos"),
    ("mtoImpVenta", "payable", "Importe neto que recibe el vendedor: subtotal menos tributos retenidos y anticipos"),
)
FOREIGN_TOTALS = (  # of a factura: taken as zero, a contradiction otherwise
    ("mtoOperExportacion", "export"),
    ("mtoBaseIvap", "ivap_base"),
    ("mtoIvap", "ivap"),
    ("mtoBaseIsc", "isc_base"),
    ("mtoISC", "isc"),
    ("icbper", "icbper"),
    ("sumOtrosCargos", "charges"),
    ("sumOtrosDescuentos", "allowances"),
)
LINE_AMOUNTS = (  # amounts of a line that the caller may have computed: his name, ours, what it is
    ("mtoBaseIgv", "igv_base", "Base del IGV"),
    ("igv", "igv", "IGV"),
    ("totalImpuestos", "taxes", "IGV y otros tributos de la línea; la renta no se suma"),
    ("mtoValorVenta", "net", "Valor de la línea"),
)

_SITE = (
    "Qué hay en esa dirección (catálogo 60): 01 punto de venta, 02 producción, 03 extracción, 04 explotación, 05 otros"
)

_SELLER = (
    Field("client", "seller", "R", "El vendedor, persona natural que no emite comprobantes"),
    Field("client/tipoDoc", "seller.id_type", "R", "1 DNI, 4 carnet de extranjería o 7 pasaporte (catálogo 06)"),
    Field("client/numDoc", "seller.id_number", "R", "DNI de 8 dígitos; otros, hasta 15 caracteres sin espacios"),
    Field("client/rznSocial", "seller.name", "R", "Apellidos y nombres, hasta 1500 caracteres"),
    *address("client/address", "seller.address"),
    Field("client/address/tipoDireccion", "domicile", "C", f"{_SITE} (por defecto)"),
    Field("client/email", "seller.email", "O", "Correo"),
    Field("client/telephone", "seller.telephone", "O", "Teléfono"),
)
_PLACE = (
    *address("direccionEntrega", "place"),
    Field("direccionEntrega/tipoDireccion", "place_type", "C", f"{_SITE} (por defecto)"),
)
_LINE = (
    Field("details", "lines", "R", "De 1 a 999 líneas"),
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
    Field("details[]/mtoPrecioUnitario", "lines[].amounts.unit_price", "C", "Valor con IGV y otros tributos"),
    Field("details[]/mtoValorGratuito", "", "O", "Valor referencial de una línea gratuita"),
    Field("details[]/tipAfeIgv", "lines[].affectation", "C", "Catálogo 07, sin 17 ni 40; por defecto 10"),
    Field("details[]/porcentajeIgv", "lines[].igv_percent", "C", "Por defecto, la tasa de ley del día"),
    *(Field(f"details[]/{name}", f"lines[].amounts.{ours}", "C", text) for name, ours, text in LINE_AMOUNTS),
    Field("details[]/porcentajeRenta", "lines[].renta_percent", "O", "Tasa de la retención de renta (tributo 3000)"),
    Field("details[]/mtoBaseRenta", "lines[].renta_base", "C", "Base de la retención: el valor de la línea"),
    Field("details[]/renta", "lines[].renta", "C", "Retención de renta; sola, basta para que la tasa se calcule"),
    Field("details[]/porcentajeOth", "lines[].other_percent", "O", "Tasa de otro tributo"),
    Field("details[]/mtoBaseOth", "lines[].amounts.other_base", "C", "Base de otro tributo"),
    Field("details[]/otroTributo", "lines[].amounts.other", "C", "Otro tributo de la línea"),
    Field("details[]/codProducto", "lines[].product_code", "O", "Código propio, de 1 a 30 caracteres"),
    Field("details[]/codProdSunat", "lines[].sunat_code", "O", "Código de producto SUNAT, ocho dígitos (catálogo 25)"),
    Field(
        "details[]/atributos", "lines[].attributes", "O", "Más datos (catálogo 55); con 0503: 6000, 6004, 6005 y 6006"
    ),
    Field("details[]/atributos[]", "lines[].attributes[]", "O", "Un dato"),
    Field("details[]/atributos[]/code", "lines[].attributes[].code", "R", "Catálogo 55"),
    Field("details[]/atributos[]/name", "lines[].attributes[].name", "C", "Nombre; por defecto, el del catálogo"),
    Field("details[]/atributos[]/value", "lines[].attributes[].value", "O", "Valor"),
    Field("details[]/productId", "", "O", "Producto registrado que llena los campos ausentes"),
)
_ADVANCES = (
    Field("anticipos", "advances", "O", "Pagos anticipados que se descuentan"),
    Field("anticipos[]", "advances[]", "O", "Un anticipo, hecho con otra liquidación de compra"),
    Field("anticipos[]/tipoDocRel", "advances[].doctype", "C", "10, liquidación de compra por anticipo (catálogo 12)"),
    Field("anticipos[]/nroDocRel", "advances[].number", "R", "Serie y número de esa liquidación"),
    Field("anticipos[]/total", "advances[].total", "R", "Importe neto que se pagó: sin IGV ni renta"),
    Field("anticipos[]/ruc", "advances[].issuer", "C", "RUC de quien la emitió; por defecto, el emisor"),
    Field("anticipos[]/fechaPago", "advances[].paid", "O", "Fecha del pago"),
    Field("descuentos", "deductions", "C", "Lo que los anticipos ya declararon; por defecto se calcula de `anticipos`"),
    Field("descuentos[]", "deductions[]", "C", "Un descuento; bastan dos de sus tres números, o el monto"),
    Field(
        "descuentos[]/codTipo",
        "deductions[].code",
        "R",
        "Valor del anticipo: 04 gravado, 05 exonerado, 06 inafecto; 61, su renta",
    ),
    Field("descuentos[]/monto", "deductions[].amount", "C", "Importe"),
    Field("descuentos[]/montoBase", "deductions[].base", "C", "Importe al que se aplica el factor"),
    Field("descuentos[]/factor", "deductions[].factor", "C", "Fracción: 0.10 es diez por ciento"),
)
_REFERENCES = (
    Field("guias", "guides", "O", "Guías de remisión"),
    Field("guias[]", "guides[]", "O", "Una guía"),
    Field("guias[]/tipoDoc", "guides[].doctype", "R", "09 o 31 (catálogo 01)"),
    Field("guias[]/nroDoc", "guides[].number", "R", "Serie y número"),
    Field("relDocs", "related", "O", "Otros documentos relacionados"),
    Field("relDocs[]", "related[]", "O", "Un documento"),
    Field("relDocs[]/tipoDoc", "related[].doctype", "R", "10 o 99 (catálogo 12)"),
    Field("relDocs[]/nroDoc", "related[].number", "R", "Número, hasta 30 caracteres sin espacios"),
    Field("legends", "legends", "C", "Leyendas; 1000 (importe neto en letras) y 1002 se agregan solas"),
    Field("legends[]", "legends[]", "C", "Una leyenda"),
    Field("legends[]/code", "legends[].code", "R", "Catálogo 52"),
    Field("legends[]/value", "legends[].text", "C", "Texto, hasta 200 caracteres; por defecto, el del catálogo"),
)

FIELDS: tuple[Field, ...] = (
    *head("issue_date"),
    Field("ublVersion", "", "O", "Siempre 2.1"),
    Field(
        "tipoOperacion",
        "operation",
        "C",
        "0501 compra interna (por defecto), 0502 anticipos, 0503 compra de oro (catálogo 51)",
    ),
    Field("tipoMoneda", "currency", "C", "ISO 4217; por defecto PEN"),
    *_SELLER,
    *_PLACE,
    Field(
        "porcentajeRenta",
        "",
        "O",
        "Tasa de la retención de renta de las líneas que no dicen la suya; sin ella no se retiene",
    ),
    *_LINE,
    *_ADVANCES,
    *_REFERENCES,
    Field("compra", "purchase_order", "O", "Orden de compra, de 1 a 20 caracteres"),
    Field("observacion", "remarks", "O", "Observación, de 1 a 200 caracteres"),
    Field("formaPago", "", "O", "Se admite al contado; una liquidación de compra no la lleva"),
    Field("formaPago/tipo", "", "O", "`Contado`"),
    Field("formaPago/monto", "", "O", "Sin efecto"),
    Field("formaPago/moneda", "", "O", "Sin efecto"),
    *(Field(name, f"totals.{ours}", "C", text) for name, ours, text in TOTALS),
    *(
        Field(name, f"totals.{ours}", "O", "No es de una liquidación de compra; solo puede ser 0")
        for name, ours in FOREIGN_TOTALS
    ),
    Field("mtoDescuentos", "", "O", "Sin efecto"),
    Field("redondeo", "totals.rounding", "O", "Redondeo del importe neto, de -1.00 a 1.00"),
)
