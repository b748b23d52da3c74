"""The groups of operations, in the order in which a person meets them; the vendor's own names stay as they are."""

from typing import Final

TAGS: Final = [
    {"name": "Authentication", "description": "Iniciar, renovar y cerrar sesión: todo lo demás pide token."},
    {"name": "Integrator", "description": "Comprobantes: enviar, consultar, descargar, listar, anular, guardar."},
    {"name": "Messages", "description": "Comprobantes a personas, por WhatsApp y correo, y qué fue de cada mensaje."},
    {"name": "Logs", "description": "Las peticiones que hizo su integración, sin secretos."},
    {"name": "Webhooks", "description": "Avisos firmados a sus sistemas por cada cambio de un comprobante."},
    {"name": "Companies", "description": "Empresas que emiten: datos, certificado, credenciales, logotipo."},
    {"name": "Users", "description": "Usuarios de sus empresas y sus roles."},
    {"name": "Health", "description": "Si el proceso vive y puede trabajar; para quien administra la plataforma."},
]  # fmt: skip
