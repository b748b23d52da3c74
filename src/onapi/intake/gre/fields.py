"""The fields of guías: the caller's words, ours, and what each means."""

from onapi.intake.gre.shipment_fields import SHIPMENT
from onapi.intake.shared_fields import head, party
from onapi.intake.vocabulary import Field

_RELATED = (
    Field("addDocs", "related", "O", "Documentos relacionados con el traslado"),
    Field("addDocs[]", "related[]", "O", "Un documento relacionado"),
    Field(
        "addDocs[]/tipo",
        "related[].doctype",
        "R",
        "Código del catálogo 61: 01 factura, 09 guía, 50 DAM, 49 u 80 depósito",
    ),
    Field("addDocs[]/tipoDesc", "related[].description", "C", "Su descripción; por defecto, la del catálogo 61"),
    Field("addDocs[]/nro", "related[].number", "R", "Número: `F001-123` o el de su tipo, como `118-2026-10-123456`"),
    Field(
        "addDocs[]/emisor",
        "related[].issuer",
        "C",
        "RUC de quien lo emitió; obligatorio en 01, 03, 04, 09, 12, 31, 48 y 92 si el motivo no lo determina",
    ),
    Field(
        "relDoc", "", "O", "Forma antigua de un documento relacionado: `{tipoDoc, nroDoc}` con código del catálogo 61"
    ),
    Field("relDoc/tipoDoc", "", "O", "Código del catálogo 61"),
    Field("relDoc/nroDoc", "", "O", "Número"),
    Field("docBaja", "", "O", "Guía propia dada de baja que esta reemplaza: `{tipoDoc, nroDoc}`; va en `addDocs`"),
    Field("docBaja/tipoDoc", "", "O", "Por defecto, la clase de esta guía"),
    Field("docBaja/nroDoc", "", "O", "Número, como `T001-1`"),
)
_LINES = (
    Field("details", "lines", "R", "Bienes que se trasladan; puede faltar si otro documento los detalla"),
    Field("details[]", "lines[]", "R", "Un bien"),
    Field("details[]/codigo", "lines[].product_code", "O", "Código propio, hasta 30 caracteres; alias `codProducto`"),
    Field("details[]/descripcion", "lines[].description", "R", "De 3 a 500 caracteres"),
    Field("details[]/unidad", "lines[].unit", "R", "Catálogo 03; catálogo 65 con una declaración aduanera"),
    Field("details[]/cantidad", "lines[].quantity", "R", "Mayor que cero, hasta 12 enteros y 10 decimales"),
    Field(
        "details[]/codProdSunat",
        "lines[].sunat_code",
        "O",
        "Código del catálogo 25; obligatorio en bienes normalizados",
    ),
    Field("details[]/codProdGS1", "lines[].gtin", "O", "GTIN de 8, 12, 13 o 14 dígitos"),
    Field("details[]/atributos", "lines[].properties", "O", "Datos del bien según el catálogo 55"),
    Field("details[]/atributos[]", "lines[].properties[]", "O", "Un dato"),
    Field(
        "details[]/atributos[]/code",
        "lines[].properties[].code",
        "R",
        "7020 partida arancelaria, 7021 DAM, 7022 bien normalizado, 7023 serie, 7024 a 7028 manifiesto de carga",
    ),
    Field("details[]/atributos[]/name", "lines[].properties[].name", "C", "Por defecto, el del catálogo 55"),
    Field("details[]/atributos[]/value", "lines[].properties[].value", "R", "Su valor"),
    Field("details[]/atributos[]/fecInicio", "", "O", "Se acepta y no se usa"),
    Field("details[]/atributos[]/fecFin", "", "O", "Se acepta y no se usa"),
    Field("details[]/atributos[]/duracion", "", "O", "Se acepta y no se usa"),
    Field("details[]/productId", "", "O", "Producto registrado"),
    Field(
        "anotacionBienes",
        "annotation",
        "O",
        "Guía 31: anotación sobre bienes que constan en otro documento, de 3 a 500 caracteres",
    ),
)

FIELDS: tuple[Field, ...] = (
    *head("issue_date"),
    Field("version", "", "O", "Versión de Greenter; se acepta y no se usa"),
    Field("observacion", "remarks", "O", "Hasta 250 caracteres en una sola línea"),
    *party(
        "destinatario",
        "recipient",
        "R",
        "Quien recibe; con los motivos 02, 04, 07 y 18 es el remitente y puede omitirse",
    ),
    *party("remitente", "sender", "O", "Guía 31: quien envía; obligatorio en ella"),
    *party("tercero", "supplier", "O", "Proveedor, de los motivos 02, 07 y 13"),
    *party("comprador", "buyer", "O", "Comprador, de los motivos 03 y 13"),
    Field("pagadorFlete", "", "O", "Guía 31: quién paga el flete"),
    Field("pagadorFlete/tipo", "", "R", "`Remitente`, `Subcontratador` o `Tercero`"),
    *party("pagadorFlete/client", "payer", "O", "Quién es, si es un tercero"),
    *party("subcontratador", "subcontractor", "O", "Guía 31: quien encarga el transporte que le encargaron"),
    *_RELATED,
    *_LINES,
    *SHIPMENT,
)
