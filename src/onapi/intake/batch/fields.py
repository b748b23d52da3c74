"""The fields of the batches: the caller's words, ours, and what each means."""

from onapi.intake.shared_fields import company
from onapi.intake.vocabulary import Field, Need

AMOUNTS: tuple[tuple[tuple[str, ...], str, Need, str], ...] = (  # the caller's names, ours, what it is
    (("total",), "total", "C", "Importe total; por defecto, la suma de sus partes"),
    (("mtoOperGravadas",), "taxed", "O", "Valor de venta gravado con IGV o IVAP"),
    (("mtoOperExoneradas",), "exonerated", "O", "Valor de venta exonerado"),
    (("mtoOperInafectas",), "unaffected", "O", "Valor de venta inafecto"),
    (("mtoOperExportacion",), "export", "O", "Valor de venta de exportación"),
    (("mtoOperGratuitas",), "free", "O", "Valor de lo gratuito, en una suma; solo hasta 2026"),
    (("mtoOperGratuitasGravadas",), "free_taxed", "O", "Valor de lo gratuito gravado; desde 2027 va por clase"),
    (("mtoOperGratuitasExoneradas",), "free_exonerated", "O", "Valor de lo gratuito exonerado"),
    (("mtoOperGratuitasInafectas",), "free_unaffected", "O", "Valor de lo gratuito inafecto"),
    (("mtoOperGratuitasExportacion",), "free_export", "O", "Valor de la exportación gratuita"),
    (("mtoOtrosCargos",), "charges", "O", "Otros cargos"),
    (("mtoIGV", "mtoIgv"), "igv", "C", "IGV; por defecto, lo gravado más el ISC, por su tasa"),
    (("mtoIvap", "mtoIVAP"), "ivap", "C", "IVAP, en lugar del IGV; por defecto, si la tasa es la del IVAP"),
    (("mtoISC", "mtoIsc"), "isc", "O", "ISC"),
    (("mtoIcbper", "icbper"), "icbper", "O", "Impuesto a las bolsas de plástico"),
    (("mtoOtrosTributos",), "other", "O", "Otros tributos"),
)


def _head(dated: str, text: str) -> tuple[Field, ...]:
    return (
        Field("tipoDoc", "id.doctype", "C", "RC, RA o RR; alias `doctype`. Por defecto, el `doctype` del envío"),
        Field("fecGeneracion", "reference_date", "R", "Fecha de emisión de los comprobantes, la misma de todos"),
        Field(dated, "issue_date", "C", f"{text}; por defecto, hoy en Lima"),
        Field("serie", "id.series", "C", f"La fecha de `{dated}` como AAAAMMDD; puede omitirse"),
        Field("correlativo", "id.number", "R", "Número del envío en su día, de 1 a 99999; alias `number`"),
        *company(),
    )


SUMMARY_FIELDS: tuple[Field, ...] = (
    *_head("fecResumen", "Fecha del resumen"),
    Field("moneda", "", "C", "Moneda de los comprobantes, ISO 4217; alias `tipoMoneda`. Por defecto, PEN"),
    Field("details", "lines", "R", "De 1 a 500 boletas y notas"),
    Field(
        "details[]",
        "lines[]",
        "R",
        "Una boleta o una nota; de las que guarda la plataforma bastan `tipoDoc`, `serieNro` y `estado`",
    ),
    Field("details[]/tipoDoc", "lines[].doctype", "R", "03 boleta, 07 nota de crédito, 08 nota de débito"),
    Field("details[]/serieNro", "lines[].receipt", "R", "Serie y número, `B001-123`; también `serie` y `correlativo`"),
    Field("details[]/estado", "lines[].status", "R", "1 adicionar, 2 modificar, 3 anular (catálogo 19)"),
    Field("details[]/clienteTipo", "lines[].customer.id_type", "O", "Tipo de documento del cliente (catálogo 06)"),
    Field("details[]/clienteNro", "lines[].customer.id_number", "O", "Su número; obligatorio si el total pasa de 700"),
    Field("details[]/clienteNombre", "lines[].customer.name", "O", "Su nombre; se informa desde 2027"),
    Field("details[]/docReferencia", "lines[].reference", "O", "Comprobante que la nota modifica"),
    Field("details[]/docReferencia/tipoDoc", "lines[].reference.doctype", "R", "03, 12, 16 o 55"),
    Field("details[]/docReferencia/nroDoc", "lines[].reference.number", "R", "Serie y número, `B001-123`"),
    Field("details[]/moneda", "lines[].currency", "C", "Moneda de este comprobante; por defecto, la del resumen"),
    Field("details[]/porcentajeIgv", "lines[].igv_percent", "C", "Tasa del IGV: 18, 10.5; por defecto, la general"),
    *(Field(f"details[]/{names[0]}", f"lines[].{ours}", need, text) for names, ours, need, text in AMOUNTS),
    Field("details[]/percepcion", "lines[].perception", "O", "Percepción de una boleta nueva; importes en soles"),
    Field("details[]/percepcion/codReg", "lines[].perception.regime", "C", "Régimen (catálogo 22); por defecto, 01"),
    Field("details[]/percepcion/tasa", "lines[].perception.percent", "C", "Por ciento; por defecto, la del régimen"),
    Field("details[]/percepcion/mtoBase", "lines[].perception.base", "C", "Base; por defecto, el total"),
    Field("details[]/percepcion/mto", "lines[].perception.amount", "C", "Percepción; por defecto, base por tasa"),
    Field("details[]/percepcion/mtoTotal", "lines[].perception.total", "C", "Total con la percepción"),
)
VOIDED_FIELDS: tuple[Field, ...] = (
    *_head("fecComunicacion", "Fecha de la comunicación"),
    Field("details", "lines", "R", "Los comprobantes que se anulan"),
    Field("details[]", "lines[]", "R", "Un comprobante"),
    Field("details[]/tipoDoc", "lines[].doctype", "R", "RA: 01, 07, 08, 30, 34, 42; RR: 20, 40, 04"),
    Field("details[]/serie", "lines[].series", "R", "Serie del comprobante, `F001`"),
    Field("details[]/correlativo", "lines[].correlative", "R", "Su número, hasta 8 dígitos; alias `number`"),
    Field("details[]/desMotivoBaja", "lines[].reason", "R", "Por qué se anula, de 3 a 100 caracteres"),
)
