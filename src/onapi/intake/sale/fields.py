"""The fields of facturas, boletas and notes: the caller's words, ours, and what each means."""

from onapi.intake.sale.line_fields import LINE
from onapi.intake.shared_fields import address, charge, head, party
from onapi.intake.vocabulary import Field

TOTALS = (  # the caller's name, ours, what it is
    ("mtoOperGravadas", "taxed", "Base de las operaciones gravadas con IGV"),
    ("mtoOperExoneradas", "exonerated", "Operaciones exoneradas"),
    ("mtoOperInafectas", "unaffected", "Operaciones inafectas"),
    ("mtoOperExportacion", "export", "Operaciones de exportación"),
    ("mtoOperGratuitas", "free", "Valor referencial de lo gratuito"),
    ("mtoIGVGratuitas", "free_igv", "IGV de lo gratuito, informativo"),
    ("mtoIGV", "igv", "IGV"),
    ("mtoBaseIvap", "ivap_base", "Base del IVAP"),
    ("mtoIvap", "ivap", "IVAP"),
    ("mtoBaseIsc", "isc_base", "Base del ISC"),
    ("mtoISC", "isc", "ISC"),
    ("mtoBaseOth", "other_base", "Base de otros tributos"),
    ("mtoOtrosTributos", "other", "Otros tributos"),
    ("icbper", "icbper", "Impuesto a las bolsas de plástico"),
    ("totalImpuestos", "taxes", "Suma de los tributos que se cobran"),
    ("sumOtrosCargos", "charges", "Cargos que no afectan la base; alias `mtoCargos`"),
    ("sumOtrosDescuentos", "allowances", "Descuentos que no afectan la base"),
    ("totalAnticipos", "prepaid", "Suma de los anticipos, con tributos"),
    ("valorVenta", "line_extension", "Valor de venta, sin tributos"),
    ("subTotal", "tax_inclusive", "Precio de venta, con tributos"),
    ("mtoImpVenta", "payable", "Importe total"),
)

_PAYMENT = (
    Field("formaPago", "payment", "C", "Forma de pago de la factura; por defecto, al contado"),
    Field("formaPago/tipo", "payment.form", "C", "`Contado` o `Credito`"),
    Field(
        "formaPago/monto", "payment.pending", "C", "Monto neto pendiente de pago; por defecto, la suma de las cuotas"
    ),
    Field("formaPago/moneda", "", "O", "La del comprobante"),
    Field("cuotas", "payment.instalments", "O", "Cuotas de una venta al crédito"),
    Field("cuotas[]", "payment.instalments[]", "O", "Una cuota"),
    Field("cuotas[]/monto", "payment.instalments[].amount", "R", "Importe de la cuota"),
    Field("cuotas[]/fechaPago", "payment.instalments[].due", "R", "Vencimiento, después de la emisión"),
    Field("cuotas[]/moneda", "", "O", "La del comprobante"),
)
_NOTE = (
    Field("codMotivo", "modified.code", "R", "Solo notas: motivo (catálogo 09 o 10)"),
    Field("desMotivo", "modified.reason", "R", "Solo notas: sustento, de 1 a 500 caracteres"),
    Field("tipDocAfectado", "modified.doctype", "R", "Solo notas: tipo del comprobante que modifica (catálogo 01)"),
    Field("numDocAfectado", "modified.number", "R", "Solo notas: serie y número que modifica; alias `numDocfectado`"),
)
_ADVANCES = (
    Field("anticipos", "advances", "O", "Pagos anticipados que se descuentan"),
    Field(
        "anticipos[]", "advances[]", "O", "Un anticipo; su descuento 04, 05 o 06 se calcula si no viene en `descuentos`"
    ),
    Field("anticipos[]/tipoDocRel", "advances[].doctype", "R", "02 factura, 03 boleta (catálogo 12)"),
    Field("anticipos[]/nroDocRel", "advances[].number", "R", "Serie y número del comprobante del anticipo"),
    Field("anticipos[]/total", "advances[].total", "R", "Importe pagado, con tributos"),
    Field("anticipos[]/ruc", "advances[].issuer", "C", "RUC que lo emitió; por defecto, el emisor"),
)
_DETRACCION = (
    Field("detraccion", "detraccion", "O", "Detracción; pone la operación 1001 a 1004 y la leyenda 2006"),
    Field("detraccion/codBienDetraccion", "detraccion.code", "R", "Bien o servicio (catálogo 54)"),
    Field("detraccion/percent", "detraccion.percent", "C", "Porcentaje; por defecto, el usual del código"),
    Field(
        "detraccion/monto",
        "detraccion.amount",
        "C",
        "Monto en soles, también si la venta es en otra moneda; alias `mount`",
    ),
    Field("detraccion/ctaBanco", "detraccion.account", "R", "Cuenta del emisor en el Banco de la Nación"),
    Field("detraccion/codMedioPago", "detraccion.means", "C", "Medio de pago (catálogo 59); por defecto 001"),
    Field(
        "detraccion/valueRef",
        "",
        "O",
        "Transporte de carga (027): valor referencial del servicio, si la línea no lo trae",
    ),
)
_PERCEPTION = (
    Field("perception", "perception", "O", "Percepción en la misma venta; pone la operación 2001 y la leyenda 2000"),
    Field("perception/codReg", "perception.code", "R", "51, 52 o 53 (catálogo 53)"),
    Field("perception/porcentaje", "perception.factor", "C", "Tasa; se acepta 0.02 o 2; por defecto, la de ley"),
    Field("perception/mtoBase", "perception.base", "C", "Base en soles; por defecto, el total"),
    Field("perception/mto", "perception.amount", "C", "Monto de la percepción en soles"),
    Field("perception/mtoTotal", "perception.total", "C", "Total con la percepción en soles"),
)
_REFERENCES = (
    Field("guias", "guides", "O", "Guías de remisión"),
    Field("guias[]", "guides[]", "O", "Una guía"),
    Field("guias[]/tipoDoc", "guides[].doctype", "R", "09 o 31 (catálogo 01)"),
    Field("guias[]/nroDoc", "guides[].number", "R", "Serie y número"),
    Field("relDocs", "related", "O", "Otros documentos relacionados"),
    Field("relDocs[]", "related[]", "O", "Un documento"),
    Field("relDocs[]/tipoDoc", "related[].doctype", "R", "Catálogo 12"),
    Field("relDocs[]/nroDoc", "related[].number", "R", "Número"),
    Field("compra", "purchase_order", "O", "Orden de compra, hasta 20 caracteres"),
    Field("observacion", "remarks", "O", "Observación, hasta 1000 caracteres"),
    Field("legends", "legends", "C", "Leyendas; la 1000 (monto en letras) y las que la venta pide se añaden solas"),
    Field("legends[]", "legends[]", "O", "Una leyenda"),
    Field("legends[]/code", "legends[].code", "R", "Catálogo 52"),
    Field("legends[]/value", "legends[].text", "R", "Texto"),
)
_CARRIED = (
    Field("guiaEmbebida", "carried", "O", "Guía dentro de la factura: datos del traslado"),
    *address("guiaEmbebida/partida", "carried.origin"),
    *address("guiaEmbebida/llegada", "carried.destination"),
    *party("guiaEmbebida/transportista", "carried.carrier", "O", "Transportista"),
    Field("guiaEmbebida/modTraslado", "carried.mode", "O", "Modalidad (catálogo 18)"),
    Field("guiaEmbebida/pesoBruto", "carried.weight", "O", "Peso bruto"),
    Field("guiaEmbebida/undPesoBruto", "carried.weight_unit", "C", "Unidad del peso; por defecto KGM"),
    Field("guiaEmbebida/transpPlaca", "carried.plate", "O", "Placa"),
    Field("guiaEmbebida/transpCodeAuth", "carried.vehicle_code", "O", "Autorización del vehículo"),
    Field("guiaEmbebida/transpMarca", "", "O", "Marca del vehículo; el XML no tiene lugar para ella"),
    Field("guiaEmbebida/nroLicencia", "carried.licence", "O", "Licencia de conducir"),
)

FIELDS: tuple[Field, ...] = (
    *head("issue_date"),
    Field("fecVencimiento", "due_date", "O", "Vencimiento, no antes de la emisión"),
    Field("tipoOperacion", "operation", "C", "Catálogo 51; por defecto 0101"),
    Field("tipoMoneda", "currency", "C", "ISO 4217; por defecto PEN"),
    *party("client", "customer", "R", "Quien compra; una boleta puede omitirlo"),
    *_PAYMENT,
    *_NOTE,
    Field("details", "lines", "R", "De 1 a 999 líneas"),
    *LINE,
    *charge("descuentos", "discounts", "Descuentos globales"),
    *charge("cargos", "surcharges", "Cargos globales"),
    *_ADVANCES,
    *_DETRACCION,
    *_PERCEPTION,
    *_REFERENCES,
    *party("seller", "seller", "O", "Vendedor, si no es el emisor"),
    *address("direccionEntrega", "delivery"),
    *_CARRIED,
    *party("agenteVentas", "agent", "O", "Agente que vendió un pasaje (operación 0302)"),
    Field("medioPago", "means", "O", "Medio de pago de un pasaje (operación 0302)"),
    Field("medioPago/codigo", "means.code", "R", "Catálogo 59"),
    Field("medioPago/referencia", "means.reference", "O", "Número de la operación con tarjeta"),
    *(Field(name, f"totals.{ours}", "C", text) for name, ours, text in TOTALS),
    Field("redondeo", "totals.rounding", "O", "Redondeo del importe total, hasta 1.00"),
)
