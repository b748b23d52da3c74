"""Every error code of the public API: its status, title, whether to try again, and what to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """What a code means to a caller; title and action are Spanish."""

    status: int
    title: str
    action: str
    retryable: bool = False


_FIX_BODY = "Corrija el cuerpo de la petición y envíelo de nuevo."
_FIX_DATA = "Corrija los datos señalados en errors y envíe de nuevo el mismo número."
_SIGN_IN = "Inicie sesión de nuevo con integrator/authenticate."
_LATER = "Espere los segundos de Retry-After y repita la misma petición."

CONFLICTS = frozenset({"document_not_final"})  # besides their own status, 409 where an operation says a conflict
PROBLEMS: dict[str, Problem] = {
    "malformed_json": Problem(400, "JSON ilegible", _FIX_BODY),
    "malformed_xml": Problem(400, "XML ilegible", _FIX_BODY),
    "malformed_zip": Problem(400, "ZIP ilegible", _FIX_BODY),
    "malformed_trama": Problem(400, "Trama ilegible", _FIX_BODY),
    "malformed_base64": Problem(400, "Base64 ilegible", _FIX_BODY),
    "malformed_request": Problem(
        400,
        "Petición ilegible",
        "Envíe completa una petición HTTP/1.1 bien formada, y su formulario, si lo es, también.",
    ),
    "invalid_credentials": Problem(401, "Credenciales incorrectas", "Revise clientId, username y password."),
    "token_missing": Problem(401, "Falta el token", "Envíe la cabecera Authorization: Bearer con su token."),
    "token_expired": Problem(401, "Token vencido", "Renuévelo con integrator/refresh-token o inicie sesión."),
    "token_invalid": Problem(401, "Token no válido", _SIGN_IN),
    "refresh_token_invalid": Problem(401, "Refresh token no válido", _SIGN_IN),
    "refresh_token_reused": Problem(401, "Refresh token ya usado", _SIGN_IN),
    "ruc_not_allowed": Problem(403, "RUC no permitido", "Use un RUC de su credencial o pida acceso a él."),
    "scope_missing": Problem(403, "Falta un permiso", "Pida a su administrador el permiso indicado."),
    "credential_disabled": Problem(403, "Credencial deshabilitada", "Pida a su administrador que la habilite."),
    "provider_signature_invalid": Problem(
        403, "Aviso sin firma válida", "Revise la clave secreta y el token de verificación de su aplicación de Meta."
    ),
    "not_found": Problem(404, "No existe", "Revise la dirección; la lista de operaciones está en /docs."),
    "document_not_found": Problem(404, "Comprobante no encontrado", "Revise RUC, tipo, serie y número."),
    "session_not_found": Problem(404, "Sesión no encontrada", "Vea sus sesiones abiertas con GET integrator/sessions."),
    "user_not_found": Problem(404, "Usuario no encontrado", "Vea los usuarios con GET integrator/users."),
    "cdr_not_available": Problem(404, "CDR no disponible", "Consulte el estado con ngr; el CDR puede llegar después."),
    "pdf_not_available": Problem(404, "PDF no disponible", "Revise RUC, tipo, serie y número."),
    "xml_not_available": Problem(404, "XML no disponible", "Revise RUC, tipo, serie y número."),
    "company_not_found": Problem(404, "Empresa no encontrada", "Revise el RUC, o inscriba la empresa."),
    "logo_not_found": Problem(404, "Sin logotipo", "Cargue el logotipo de la empresa."),
    "template_not_found": Problem(404, "Plantilla no encontrada", "Vea las plantillas de la empresa."),
    "channel_not_found": Problem(404, "Sin configuración propia", "Vea con GET por cuál salen sus mensajes."),
    "business_not_found": Problem(404, "Comercio no encontrado", "Revise el código del comercio."),
    "product_not_found": Problem(404, "Producto no encontrado", "Revise el identificador o el código del producto."),
    "job_not_found": Problem(404, "Trabajo no encontrado", "Revise jobId; los trabajos terminados se borran."),
    "evidence_not_found": Problem(404, "Evidencia no encontrada", "Pida la lista de evidencias de la guía."),
    "ruc_not_found": Problem(404, "RUC no encontrado", "Revise los 11 dígitos del RUC."),
    "dni_not_found": Problem(404, "DNI no encontrado", "Revise los 8 dígitos del DNI."),
    "link_expired": Problem(404, "Enlace vencido", "Pida un enlace nuevo con integrator/url."),
    "webhook_not_found": Problem(404, "Endpoint no encontrado", "Revise el id en la lista de endpoints de la empresa."),
    "delivery_not_found": Problem(404, "Envío no encontrado", "Revise el id en el registro de envíos del endpoint."),
    "message_not_found": Problem(404, "Mensaje no encontrado", "Vea los mensajes con GET integrator/messages."),
    "method_not_allowed": Problem(405, "Método no permitido", "Use uno de los métodos de la cabecera Allow."),
    "not_acceptable": Problem(406, "Formato no disponible", "Pida uno de los formatos que ofrece la operación."),
    "document_already_exists": Problem(
        409, "El comprobante ya existe", "Consulte el registro existente o use el número siguiente de la serie."
    ),
    "idempotency_conflict": Problem(
        409, "Clave ya usada", "Use una clave nueva para otro comprobante, o repita la petición sin cambios."
    ),
    "user_already_exists": Problem(409, "El usuario ya existe", "Use otro nombre, o cambie el usuario existente."),
    "in_progress": Problem(409, "En proceso", _LATER, retryable=True),
    "series_already_exists": Problem(409, "La serie ya existe", "Use la serie existente o elija otra."),
    "tax_already_exists": Problem(409, "El impuesto ya existe", "Use el impuesto existente o elija otro."),
    "product_code_exists": Problem(409, "El código de producto ya existe", "Cambie ese producto o use otro código."),
    "version_conflict": Problem(409, "Otro cambio llegó antes", "Lea el estado actual, aplique su cambio y repita."),
    "payload_too_large": Problem(413, "Petición demasiado grande", "Envíe menos: en detail está cuánto se admite."),
    "unsupported_media_type": Problem(415, "Tipo de contenido no admitido", "Envíe application/json en UTF-8."),
    "headers_too_large": Problem(
        431, "Cabeceras demasiado grandes", "Envíe menos cabeceras, o una dirección más corta."
    ),
    "invalid_parameter": Problem(422, "Parámetro no válido", "Corrija los parámetros señalados en errors."),
    "validation_failed": Problem(422, "Datos no válidos", _FIX_DATA),
    "totals_mismatch": Problem(
        422, "Los totales no cuadran", "Corrija los importes señalados en errors, u omítalos para que se calculen."
    ),
    "company_not_enrolled": Problem(422, "Empresa no inscrita", "Inscriba la empresa con onapi company add."),
    "certificate_missing": Problem(422, "Falta el certificado", "Cargue el certificado digital de la empresa."),
    "certificate_expired": Problem(422, "Certificado fuera de vigencia", "Cargue un certificado vigente."),
    "certificate_ruc_mismatch": Problem(422, "Certificado de otro RUC", "Cargue el certificado de esta empresa."),
    "sol_credentials_missing": Problem(422, "Faltan credenciales SOL", "Registre el usuario SOL de la empresa."),
    "gre_credentials_missing": Problem(
        422, "Faltan credenciales de guías", "Registre las credenciales de API SUNAT con onapi company set-gre."
    ),
    "document_not_final": Problem(
        422, "Sin veredicto todavía", "Consulte el estado con ngr y repita cuando SUNAT haya contestado."
    ),
    "not_voidable": Problem(422, "No se puede anular", "Lea en detail por qué, y qué hacer en su lugar."),
    "number_consumed": Problem(422, "Número ya usado", "Emita un comprobante nuevo con otro número."),
    "signature_invalid": Problem(422, "Firma no válida", "Vuelva a firmar el XML sin alterarlo después."),
    "cdr_mismatch": Problem(422, "El CDR es de otro comprobante", "Envíe el CDR que SUNAT dio a este comprobante."),
    "out_of_time": Problem(422, "Fuera de plazo", "El plazo de SUNAT venció; lea en detail qué se puede emitir."),
    "unreadable_file": Problem(422, "Archivo ilegible", "Envíe otra vez el archivo, sin daños y más pequeño."),
    "unreadable_image": Problem(422, "Imagen ilegible", "Envíe una foto nítida en JPEG, PNG o WebP de hasta 8 MiB."),
    "unreadable_audio": Problem(422, "Audio ilegible", "Envíe un audio de hasta 10 MiB y 120 segundos."),
    "unreadable_pdf": Problem(422, "PDF ilegible", "Envíe un PDF sin contraseña, de hasta 15 MiB y 50 páginas."),
    "template_invalid": Problem(
        422, "La plantilla no sirve", "Corrija lo que detail señala, con su línea, y cárguela otra vez."
    ),
    "fingerprint_unusable": Problem(422, "Huella inservible", "Tome la huella otra vez, con el dedo limpio y seco."),
    "rate_limited": Problem(429, "Demasiadas peticiones", _LATER, retryable=True),
    "login_blocked": Problem(
        429,
        "Demasiados intentos de inicio de sesión",
        "Espere los segundos de Retry-After; si olvidó la contraseña, pida a quien administra onapi user reset.",
        retryable=True,
    ),
    "internal_error": Problem(
        500, "Error interno", "Repita la petición; si persiste, informe el requestId.", retryable=True
    ),
    "sunat_bad_response": Problem(502, "Respuesta ilegible de SUNAT", _LATER, retryable=True),
    "provider_bad_response": Problem(502, "Respuesta ilegible del proveedor", _LATER, retryable=True),
    "provider_not_configured": Problem(503, "Proveedor sin configurar", "Configure el proveedor y repita."),
    "sunat_unavailable": Problem(503, "SUNAT no responde", _LATER, retryable=True),
    "provider_unavailable": Problem(503, "El proveedor no responde", _LATER, retryable=True),
    "storage_unavailable": Problem(503, "La plataforma no puede guardar", _LATER, retryable=True),
    "provider_timeout": Problem(504, "El proveedor tardó demasiado", _LATER, retryable=True),
    "storage_full": Problem(
        507, "Disco lleno", "Avise a quien administra la plataforma; con espacio, repita la petición.", retryable=True
    ),
}
