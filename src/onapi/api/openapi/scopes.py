"""Which permission each operation asks for; a test holds the table against what every role is really answered."""

from typing import Any, Final

from onapi.facts.roles import roles

SCHEME_NAME: Final = "bearerAuth"
SCHEME: Final = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "El token de authenticate. Lo que está entre corchetes en cada operación es el permiso que pide.",
}
OPEN: Final = frozenset({"authenticate", "refresh_token", "linked_file", "livez", "readyz"})  # no token at all
SCOPES: Final = {
    "cpe:write": "send_message retry void_receipt store_xml revoke_urls",
    "cpe:read": "ngr cdr pdf xml cancel documents documents_csv url_pdf url_xml url_cdr",
    "messaging": "send_whatsapp send_whatsapp_qr send_email list_messages get_message resend_message",
    "logs": "log",
    "admin": (
        "list_users create_user change_user list_webhooks put_webhook get_webhook change_webhook delete_webhook "
        "rotate_webhook test_webhook list_deliveries get_delivery replay_delivery list_companies get_company "
        "put_company put_company_sender check_company_credentials get_company_certificate put_company_certificate "
        "put_company_sol put_company_gre put_company_validity get_company_logo put_company_logo "
        "get_company_mail put_company_mail delete_company_mail test_company_mail "
        "get_company_whatsapp put_company_whatsapp delete_company_whatsapp "
        "list_company_templates get_company_template put_company_template delete_company_template"
    ),
    "": "logout list_sessions end_sessions end_session change_own_password",  # one's own
}
SCOPE_OF: Final = {name: scope for scope, names in SCOPES.items() for name in names.split()}


def tell_scope(operation: dict[str, Any]) -> None:
    """Its security and, in words, its permission and the roles that have it."""
    name = operation["operationId"]
    if name in OPEN:
        operation["security"] = []
        return
    scope = SCOPE_OF.get(name, "")
    operation["security"] = [{SCHEME_NAME: [scope] if scope else []}]
    if scope:
        having = ", ".join(role for role, told in roles().items() if scope in told.scopes)
        operation["description"] = f"{operation.get('description', '').strip()}\n\nPermiso: `{scope}` ({having})."
