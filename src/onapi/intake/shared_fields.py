"""Fields that many families have: the head of a document, parties, addresses, charges."""

from onapi.intake.vocabulary import Field, Need


def head(dated: str) -> tuple[Field, ...]:
    """Kind, number and date of a document; `dated` is the model's path of its date."""
    return (
        Field(
            "tipoDoc",
            "id.doctype",
            "C",
            "Tipo de comprobante (catálogo 01); alias `doctype`. Por defecto, el `doctype` del envío",
        ),
        Field("serie", "id.series", "R", "Serie de cuatro caracteres"),
        Field("correlativo", "id.number", "R", "Número, de 1 a 99999999; alias `number`"),
        Field(
            "fechaEmision",
            dated,
            "C",
            "Fecha AAAA-MM-DD o instante RFC 3339 (se lleva a la hora de Lima); por defecto, ahora",
        ),
        *company(),
    )


def company() -> tuple[Field, ...]:
    """Who issues."""
    return (
        Field("company", "issuer", "C", "Quien emite; normalmente se omite y se toma de la inscripción"),
        Field("company/ruc", "issuer.id_number", "C", "Debe ser el RUC del envío"),
        Field("company/razonSocial", "issuer.name", "C", "Se usa la inscrita; si difiere, hay un aviso"),
        Field("company/nombreComercial", "issuer.trade_name", "O", "Nombre comercial"),
        *address("company/address", "issuer.address"),
        Field("company/email", "issuer.email", "O", "Correo que se imprime"),
        Field("company/telephone", "issuer.telephone", "O", "Teléfono que se imprime"),
    )


def party(name: str, path: str, need: Need, text: str) -> tuple[Field, ...]:
    """A `Client` at this name."""
    return (
        Field(name, path, need, text),
        Field(
            f"{name}/tipoDoc",
            f"{path}.id_type",
            "R",
            "Tipo de documento de identidad (catálogo 06): 6 RUC, 1 DNI, - sin documento",
        ),
        Field(
            f"{name}/numDoc",
            f"{path}.id_number",
            "R",
            "Número: RUC de 11 dígitos, DNI de 8, otros hasta 15 letras o números",
        ),
        Field(f"{name}/rznSocial", f"{path}.name", "R", "Nombre o razón social, de 3 a 1500 caracteres"),
        *address(f"{name}/address", f"{path}.address"),
        Field(f"{name}/email", f"{path}.email", "O", "Correo"),
        Field(f"{name}/telephone", f"{path}.telephone", "O", "Teléfono"),
    )


def address(name: str, path: str) -> tuple[Field, ...]:
    """An `Address` at this name."""
    return (
        Field(name, path, "O", "Dirección"),
        Field(f"{name}/ubigeo", f"{path}.ubigeo", "O", "Seis dígitos del catálogo 13; alias `ubigueo`"),
        Field(f"{name}/direccion", f"{path}.line", "O", "Calle y número, de 3 a 200 caracteres"),
        Field(f"{name}/departamento", f"{path}.department", "C", "Por defecto, según el ubigeo"),
        Field(f"{name}/provincia", f"{path}.province", "C", "Por defecto, según el ubigeo"),
        Field(f"{name}/distrito", f"{path}.district", "C", "Por defecto, según el ubigeo"),
        Field(f"{name}/urbanizacion", f"{path}.urbanization", "O", "Urbanización, hasta 25 caracteres"),
        Field(f"{name}/codigoPais", f"{path}.country", "C", "ISO 3166 de dos letras; por defecto PE"),
        Field(
            f"{name}/codLocal",
            f"{path}.establishment",
            "C",
            "Establecimiento anexo de cuatro dígitos; por defecto 0000",
        ),
    )


def charge(name: str, path: str, text: str) -> tuple[Field, ...]:
    """A list of `Charge` at this name."""
    return (
        Field(name, path, "O", text),
        Field(f"{name}[]", f"{path}[]", "O", "Un descuento o cargo; bastan dos de sus tres números"),
        Field(f"{name}[]/codTipo", f"{path}[].code", "R", "Código del catálogo 53"),
        Field(f"{name}[]/factor", f"{path}[].factor", "C", "Fracción: 0.10 es diez por ciento; hasta 5 decimales"),
        Field(f"{name}[]/monto", f"{path}[].amount", "C", "Importe"),
        Field(f"{name}[]/montoBase", f"{path}[].base", "C", "Importe al que se aplica el factor"),
    )
