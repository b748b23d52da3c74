"""The fields of a guía's transport (`envio`)."""

from onapi.intake.vocabulary import Field


def _point(name: str, path: str, text: str) -> tuple[Field, ...]:
    return (
        Field(name, path, "R", text),
        Field(f"{name}/ubigeo", f"{path}.ubigeo", "R", "Seis dígitos del catálogo 13; alias `ubigueo`"),
        Field(f"{name}/direccion", f"{path}.line", "R", "De 3 a 500 caracteres en una sola línea"),
        Field(
            f"{name}/codLocal",
            f"{path}.establishment",
            "O",
            "Establecimiento anexo de cuatro dígitos, 0000 el domicilio fiscal; obligatorio en el motivo 04",
        ),
        Field(
            f"{name}/ruc", f"{path}.ruc", "C", "RUC del establecimiento; por defecto, del remitente o del destinatario"
        ),
        Field(f"{name}/latitud", f"{path}.latitude", "O", "Grados, hasta 8 decimales"),
        Field(f"{name}/longitud", f"{path}.longitude", "O", "Grados, hasta 8 decimales"),
    )


def _permit(name: str, path: str) -> tuple[Field, ...]:
    return (
        Field(f"{name}/codEmisor", f"{path}.authority", "O", "Entidad de una autorización especial (catálogo D-37)"),
        Field(f"{name}/nroAutorizacion", f"{path}.number", "O", "Su número, de 3 a 50 caracteres"),
    )


def _vehicle(name: str, path: str) -> tuple[Field, ...]:
    return (
        Field(f"{name}/placa", f"{path}.plate", "R", "De 6 a 8 letras mayúsculas y números, sin guion"),
        Field(
            f"{name}/nroCirculacion", f"{path}.card", "O", "Tarjeta única de circulación o certificado de habilitación"
        ),
        *_permit(name, f"{path}.permit"),
    )


_CARRIER = (
    Field("envio/transportista", "shipment.carrier", "O", "Empresa de transporte; obligatoria en transporte público"),
    Field("envio/transportista/tipoDoc", "shipment.carrier.id_type", "R", "`6` (RUC)"),
    Field("envio/transportista/numDoc", "shipment.carrier.id_number", "R", "RUC, distinto del remitente"),
    Field("envio/transportista/rznSocial", "shipment.carrier.name", "R", "De 3 a 250 caracteres"),
    Field("envio/transportista/nroMtc", "shipment.carrier.mtc", "O", "Registro MTC; en la guía 31, el del emisor"),
    *_permit("envio/transportista", "shipment.carrier.permit"),
    Field("envio/transportista/placa", "", "O", "Forma antigua de `vehiculo/placa`"),
    Field("envio/transportista/choferTipoDoc", "", "O", "Forma antigua de `choferes[]/tipoDoc`"),
    Field("envio/transportista/choferDoc", "", "O", "Forma antigua de `choferes[]/nroDoc`"),
)
_MEANS = (
    Field(
        "envio/vehiculo",
        "shipment.vehicle",
        "O",
        "Vehículo principal; obligatorio en transporte privado y en la guía 31",
    ),
    *_vehicle("envio/vehiculo", "shipment.vehicle"),
    Field("envio/vehiculo/secundarios", "secondary", "O", "Hasta dos vehículos más"),
    Field("envio/vehiculo/secundarios[]", "secondary[]", "O", "Un vehículo secundario"),
    *_vehicle("envio/vehiculo/secundarios[]", "secondary[]"),
    Field("envio/choferes", "drivers", "O", "Conductores; obligatorio en transporte privado y en la guía 31"),
    Field("envio/choferes[]", "drivers[]", "O", "Un conductor"),
    Field(
        "envio/choferes[]/tipo", "drivers[].kind", "C", "`Principal` o `Secundario`; por defecto, principal el primero"
    ),
    Field("envio/choferes[]/tipoDoc", "drivers[].id_type", "R", "Catálogo 06, salvo 6"),
    Field("envio/choferes[]/nroDoc", "drivers[].id_number", "R", "DNI de 8 dígitos u otro de hasta 15; alias `numDoc`"),
    Field("envio/choferes[]/nombres", "drivers[].first_names", "R", "Hasta 250 caracteres"),
    Field("envio/choferes[]/apellidos", "drivers[].last_names", "R", "Hasta 250 caracteres"),
    Field("envio/choferes[]/licencia", "drivers[].licence", "R", "9 o 10 letras mayúsculas y números"),
)
_TRADE = (
    Field("envio/contenedores", "containers", "O", "Hasta dos contenedores; una lista de textos son sus precintos"),
    Field("envio/contenedores[]", "containers[]", "O", "Un contenedor"),
    Field("envio/contenedores[]/numero", "containers[].number", "R", "Hasta 17 letras mayúsculas, números, «-» y «/»"),
    Field("envio/contenedores[]/precinto", "containers[].seal", "O", "Precintos, separados con comas"),
    Field("envio/numContenedor", "", "O", "Forma antigua: número de un solo contenedor"),
    Field("envio/puerto", "shipment.port", "O", "Puerto de embarque o desembarque"),
    Field("envio/puerto/codigo", "shipment.port.code", "R", "Catálogo 63"),
    Field("envio/puerto/nombre", "shipment.port.name", "C", "Por defecto, el del catálogo"),
    Field("envio/codPuerto", "", "O", "Forma antigua de `puerto/codigo`"),
    Field("envio/aeropuerto", "", "O", "Aeropuerto de embarque o desembarque; en lugar del puerto"),
    Field("envio/aeropuerto/codigo", "", "R", "Catálogo 64"),
    Field("envio/aeropuerto/nombre", "", "C", "Por defecto, el del catálogo"),
)

SHIPMENT: tuple[Field, ...] = (
    Field("envio", "shipment", "R", "El traslado"),
    Field("envio/codTraslado", "shipment.reason", "R", "Motivo, catálogo 20; la guía 31 no lo lleva"),
    Field("envio/desTraslado", "shipment.reason_text", "O", "Descripción del motivo; obligatoria en el motivo 13"),
    Field("envio/modTraslado", "shipment.mode", "R", "`01` transporte público, `02` privado; la guía 31 no lo lleva"),
    Field("envio/fecTraslado", "shipment.start", "R", "Inicio del traslado, desde la fecha de emisión"),
    Field(
        "envio/fecEntregaBienes",
        "shipment.handover",
        "C",
        "Entrega al transportista, en transporte público; por defecto, `fecTraslado`",
    ),
    Field("envio/pesoTotal", "shipment.weight", "R", "Peso bruto, mayor que cero, hasta 3 decimales"),
    Field("envio/undPesoTotal", "shipment.weight_unit", "C", "`KGM` o `TNE`; por defecto, `KGM`"),
    Field(
        "envio/pesoItems", "shipment.items_weight", "O", "Peso en kilogramos de los ítems de una declaración aduanera"
    ),
    Field("envio/sustentoPeso", "shipment.weight_note", "O", "Por qué difieren los dos pesos, hasta 250 caracteres"),
    Field("envio/numBultos", "shipment.packages", "O", "Bultos o pallets, en comercio exterior"),
    Field("envio/indicadores", "indicators", "O", "Indicadores, tal como SUNAT los escribe: `SUNAT_Envio_Indicador…`"),
    Field("envio/indTransbordo", "", "O", "Forma antigua del indicador de transbordo programado"),
    *_point("envio/partida", "shipment.origin", "Punto de partida"),
    *_point("envio/llegada", "shipment.destination", "Punto de llegada; el motivo 18 no lo necesita"),
    Field("envio/autorizacion", "shipment.permit", "O", "Autorización especial del remitente"),
    *_permit("envio/autorizacion", "shipment.permit"),
    *_CARRIER,
    *_MEANS,
    *_TRADE,
)
