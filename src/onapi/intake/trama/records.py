"""The whole trama, version 1: every record with its fields in order, and where in the document each value goes.

Fields are only ever appended, so that a file written for this table can be read for ever; a record may be added.
`layout.py` says how a row is to be read.
"""

from functools import cache
from typing import Final

from onapi.intake.trama.layout import Layout, layout

VERSION: Final = "1"
HEADER: Final = "OP"
AT_VERSION, AT_DOCTYPE, AT_DAY, AT_HOUR, AT_EXTERNAL_ID = 0, 1, 5, 6, 11  # slots of the header

_SALES: Final = ("01", "03", "07", "08")
_NOTES: Final = ("07", "08")
_PURCHASE: Final = ("04",)
_TRADE: Final = (*_SALES, *_PURCHASE)
_GUIDES: Final = ("09", "31")
_WITHHOLDINGS: Final = ("20", "40")
_SUMMARY: Final = ("RC",)
_VOIDING: Final = ("RA", "RR")
_BATCHES: Final = (*_SUMMARY, *_VOIDING)
KINDS: Final = (*_TRADE, *_GUIDES, *_WITHHOLDINGS, *_BATCHES)

_OPENING: Final = "@version tipoDoc company/ruc serie correlativo"
_NO_SALE: Final = "@hour - - - - @external"
_PLACE: Final = "departamento provincia distrito urbanizacion"
_ADDRESS: Final = f"ubigeo direccion codLocal codigoPais {_PLACE}"
_PARTY: Final = (
    "tipoDoc numDoc rznSocial address/direccion address/ubigeo address/codigoPais email telephone"
    " address/departamento address/provincia address/distrito address/urbanizacion address/codLocal"
)
_OTHER_PARTY: Final = (
    "* tipoDoc numDoc rznSocial email telephone address/ubigeo address/direccion address/codLocal address/codigoPais"
    " address/departamento address/provincia address/distrito address/urbanizacion"
)
_ITEM: Final = (
    "# codProducto descripcion unidad cantidad mtoValorUnitario mtoPrecioUnitario tipAfeIgv porcentajeIgv descuento"
    " tipSisIsc porcentajeIsc factorIcbper codProdSunat codProdGS1 mtoValorGratuito mtoValorVenta mtoBaseIgv igv"
    " totalImpuestos mtoBaseIsc isc icbper porcentajeOth mtoBaseOth otroTributo productId"
)
_TOTALS: Final = (
    "mtoOperGravadas mtoOperExoneradas mtoOperInafectas mtoOperExportacion mtoOperGratuitas mtoIGV mtoISC icbper"
    " mtoOtrosTributos sumOtrosCargos sumOtrosDescuentos totalAnticipos redondeo mtoImpVenta mtoIGVGratuitas"
    " mtoBaseIvap mtoIvap mtoBaseIsc mtoBaseOth totalImpuestos valorVenta subTotal mtoDescuentos"
)
_SUMMARY_LINE: Final = (
    "# tipoDoc serieNro estado clienteTipo clienteNro total mtoOperGravadas mtoOperExoneradas mtoOperInafectas"
    " mtoOperExportacion mtoOperGratuitas mtoOtrosCargos mtoIGV mtoISC mtoIcbper mtoOtrosTributos"
    " docReferencia/tipoDoc docReferencia/nroDoc porcentajeIgv clienteNombre moneda mtoIvap mtoOperGratuitasGravadas"
    " mtoOperGratuitasExoneradas mtoOperGratuitasInafectas mtoOperGratuitasExportacion percepcion/codReg"
    " percepcion/tasa percepcion/mtoBase percepcion/mto percepcion/mtoTotal"
)
_CHARGE: Final = "* codTipo factor monto montoBase"
_LINE_CHARGE: Final = "# * codTipo factor monto montoBase"
_REFERENCE: Final = "* tipoDoc nroDoc"

_HEAD: Final = (
    layout(
        "OP",
        "Cabecera",
        _TRADE,
        "",
        f"{_OPENING} fechaEmision @hour tipoMoneda tipoOperacion fecVencimiento compra @external",
    ),
    layout("OP", "Cabecera", (*_GUIDES, *_WITHHOLDINGS), "", f"{_OPENING} fechaEmision {_NO_SALE}"),
    layout("OP", "Cabecera", _SUMMARY, "", f"{_OPENING} fecResumen {_NO_SALE}"),
    layout("OP", "Cabecera", _VOIDING, "", f"{_OPENING} fecComunicacion {_NO_SALE}"),
    layout(
        "EM",
        "Emisor",
        KINDS,
        "company",
        "razonSocial nombreComercial address/ubigeo address/direccion address/codLocal email telephone"
        " address/codigoPais address/departamento address/provincia address/distrito address/urbanizacion",
    ),
    layout("CL", "Cliente", _SALES, "client", _PARTY),
    layout("CL", "Vendedor", _PURCHASE, "client", f"{_PARTY} address/tipoDireccion"),
    layout("CL", "Destinatario", _GUIDES, "destinatario", _PARTY),
    layout("CL", "Proveedor (20) o cliente (40)", _WITHHOLDINGS, "proveedor", _PARTY),
    layout("NT", "Motivo y comprobante de una nota", _NOTES, "", "codMotivo desMotivo tipDocAfectado numDocAfectado"),
)
_SALE: Final = (
    layout("IT", "Línea", _SALES, "details[]", _ITEM),
    layout("IT", "Línea", _PURCHASE, "details[]", f"{_ITEM} porcentajeRenta mtoBaseRenta renta"),
    layout(
        "IA",
        "Atributo de una línea",
        _TRADE,
        "details[#]/atributos[]",
        "# code name value fecInicio fecFin duracion horaInicio cantidad unidad",
    ),
    layout("IC", "Descuento de una línea", _SALES, "details[#]/descuentos[]", _LINE_CHARGE, letters="D"),
    layout("IC", "Cargo de una línea", _SALES, "details[#]/cargos[]", _LINE_CHARGE, letters="C"),
    layout(
        "IV",
        "Viaje que una línea cobra (transporte de carga)",
        _SALES,
        "details[#]/transporte",
        "# detalle valorReferencial valorCargaEfectiva valorCargaUtil "
        + " ".join(f"{end}/{name}" for end in ("origen", "destino") for name in _ADDRESS.split()),
    ),
    layout("DC", "Descuento global", _TRADE, "descuentos[]", _CHARGE, letters="D"),
    layout("DC", "Cargo global", _TRADE, "cargos[]", _CHARGE, letters="C"),
    layout("AN", "Anticipo", _SALES, "anticipos[]", "tipoDocRel nroDocRel total ruc"),
    layout("AN", "Anticipo", _PURCHASE, "anticipos[]", "tipoDocRel nroDocRel total ruc fechaPago"),
    layout("DT", "Detracción", _SALES, "detraccion", "codBienDetraccion percent monto ctaBanco codMedioPago valueRef"),
    layout("PE", "Percepción", _SALES, "perception", "codReg porcentaje mtoBase mto mtoTotal"),
    layout("FP", "Forma de pago", _TRADE, "formaPago", "tipo monto moneda"),
    layout("CU", "Cuota", _SALES, "cuotas[]", "# monto fechaPago moneda"),
    layout("MP", "Medio de pago de un pasaje", _SALES, "medioPago", "codigo referencia"),
    layout("TE", "Vendedor", _SALES, "seller", _OTHER_PARTY, letters="V"),
    layout("TE", "Agente de ventas de un pasaje", _SALES, "agenteVentas", _OTHER_PARTY, letters="A"),
    layout("DE", "Dirección de entrega", _SALES, "direccionEntrega", _ADDRESS),
    layout("DE", "Lugar de la operación", _PURCHASE, "direccionEntrega", f"{_ADDRESS} tipoDireccion"),
    layout("RT", "Retención de renta", _PURCHASE, "", "porcentajeRenta"),
    layout("RF", "Guía de remisión", _TRADE, "guias[]", _REFERENCE, letters="G"),
    layout("RF", "Documento relacionado", _TRADE, "relDocs[]", _REFERENCE, letters="R"),
    layout("LE", "Leyenda", _TRADE, "legends[]", "code value"),
)
_CARRIED: Final = (  # a factura may be the guía of its goods
    layout("EN", "Guía dentro de la factura", _SALES, "guiaEmbebida", "- - modTraslado - pesoBruto undPesoBruto"),
    layout(
        "PP", "Punto de partida", _SALES, "guiaEmbebida/partida", f"ubigeo direccion codLocal - codigoPais {_PLACE}"
    ),
    layout(
        "PL", "Punto de llegada", _SALES, "guiaEmbebida/llegada", f"ubigeo direccion codLocal - codigoPais {_PLACE}"
    ),
    layout(
        "TR",
        "Transportista",
        _SALES,
        "guiaEmbebida/transportista",
        "tipoDoc numDoc rznSocial - email telephone " + " ".join(f"address/{name}" for name in _ADDRESS.split()),
    ),
    layout("VH", "Vehículo", _SALES, "guiaEmbebida", "* transpPlaca - - transpCodeAuth transpMarca", letters="P"),
    layout("CH", "Conductor", _SALES, "guiaEmbebida", "* - - - - nroLicencia", letters="P"),
)
_GOOD: Final = f"# codigo descripcion unidad cantidad {'- ' * 8}codProdSunat codProdGS1 {'- ' * 11}productId"
_SHIPMENT: Final = (
    "codTraslado desTraslado modTraslado fecTraslado pesoTotal undPesoTotal numBultos indicadores; contenedores;"
    " puerto/codigo puerto/nombre aeropuerto/codigo aeropuerto/nombre fecEntregaBienes pesoItems sustentoPeso"
    " autorizacion/codEmisor autorizacion/nroAutorizacion indTransbordo? numContenedor codPuerto"
)
_POINT: Final = "ubigeo direccion codLocal ruc latitud longitud"
_CARRIER: Final = "tipoDoc numDoc rznSocial nroMtc codEmisor nroAutorizacion placa choferTipoDoc choferDoc"
_VEHICLE: Final = "* placa nroCirculacion codEmisor nroAutorizacion"
_DRIVER: Final = "tipo(P=Principal,S=Secundario) tipoDoc nroDoc nombres apellidos licencia"
_PAYER: Final = f"* {' '.join(f'client/{name}' for name in _OTHER_PARTY.split()[1:])} tipo"
_GUIDE: Final = (
    layout("IT", "Bien", _GUIDES, "details[]", _GOOD),
    layout("IA", "Dato de un bien", _GUIDES, "details[#]/atributos[]", "# code name value fecInicio fecFin duracion"),
    layout("EN", "Envío", _GUIDES, "envio", _SHIPMENT),
    layout("PP", "Punto de partida", _GUIDES, "envio/partida", _POINT),
    layout("PL", "Punto de llegada", _GUIDES, "envio/llegada", _POINT),
    layout("TR", "Transportista", _GUIDES, "envio/transportista", _CARRIER),
    layout("VH", "Vehículo principal", _GUIDES, "envio/vehiculo", _VEHICLE, letters="P"),
    layout("VH", "Vehículo secundario", _GUIDES, "envio/vehiculo/secundarios[]", _VEHICLE, letters="S"),
    layout("CH", "Conductor", _GUIDES, "envio/choferes[]", _DRIVER),
    layout("CO", "Contenedor y sus precintos", _GUIDES, "envio/contenedores[]", "numero precinto"),
    layout("TE", "Remitente", _GUIDES, "remitente", _OTHER_PARTY, letters="R"),
    layout("TE", "Tercero: el proveedor", _GUIDES, "tercero", _OTHER_PARTY, letters="T"),
    layout("TE", "Comprador", _GUIDES, "comprador", _OTHER_PARTY, letters="C"),
    layout("TE", "Pagador del flete", _GUIDES, "pagadorFlete", _PAYER, letters="P"),
    layout("TE", "Subcontratador", _GUIDES, "subcontratador", _OTHER_PARTY, letters="S"),
    layout("RF", "Documento relacionado", _GUIDES, "addDocs[]", "* tipo nro emisor tipoDesc", letters="RG"),
    layout("RF", "Documento relacionado, en su forma antigua", _GUIDES, "relDoc", _REFERENCE, letters="A"),
    layout("RF", "Guía dada de baja", _GUIDES, "docBaja", _REFERENCE, letters="B"),
)


def _withholding(kind: str, words: str) -> tuple[Layout, ...]:
    """The records of a retención or percepción, which differ in these names."""
    settled, withheld, day, net, payments = words.split()
    kinds = (kind,)
    exceptional = " indExcepcional" if kind == "40" else ""
    return (
        layout("RG", "Régimen y totales", kinds, "", f"regimen tasa {withheld} {settled} redondeo{exceptional}"),
        layout(
            "RD",
            "Documento relacionado",
            kinds,
            "details[]",
            f"# tipoDoc numDoc fechaEmision moneda impTotal {day} {withheld} {net}",
        ),
        layout("RP", "Pago o cobro", kinds, f"details[#]/{payments}[]", "# fecha importe moneda numero"),
        layout("TC", "Tipo de cambio", kinds, "details[#]/tipoCambio", "# monedaRef monedaObj factor fecha"),
    )


_WITHHOLDING: Final = (
    *_withholding("20", "impPagado impRetenido fechaRetencion impPagar pagos"),
    *_withholding("40", "impCobrado impPercibido fechaPercepcion impCobrar cobros"),
)
_BATCH: Final = (
    layout("RS", "Comprobantes que se informan", _SUMMARY, "", "fecGeneracion moneda"),
    layout("RS", "Comprobantes que se anulan", _VOIDING, "", "fecGeneracion -"),
    layout("RL", "Boleta o nota de un resumen", _SUMMARY, "details[]", _SUMMARY_LINE),
    layout("BL", "Comprobante que se anula", _VOIDING, "details[]", "# tipoDoc serie correlativo desMotivoBaja"),
)
_END: Final = (
    layout("OB", "Observación", (*_TRADE, *_WITHHOLDINGS), "", "observacion"),
    layout("OB", "Observación", _GUIDES, "", "observacion anotacionBienes"),
    layout("TT", "Totales", _SALES, "", _TOTALS),
    layout("TT", "Totales", _PURCHASE, "", f"{_TOTALS} mtoBaseRenta mtoRenta"),
)

LAYOUTS: Final = (*_HEAD, *_GUIDE, *_SALE, *_CARRIED, *_WITHHOLDING, *_BATCH, *_END)
CODES: Final = frozenset(laid.code for laid in LAYOUTS)


def kind_of(doctype: str) -> str:
    """The kind whose records a file is read by; one that we do not know is read as a factura, and refused later."""
    return doctype if doctype in KINDS else KINDS[0]


@cache
def layouts_of(code: str, kind: str) -> tuple[Layout, ...]:
    """The layouts of a type in a kind: several where a letter chooses, none where it does not belong."""
    return tuple(laid for laid in LAYOUTS if laid.code == code and kind in laid.kinds)
