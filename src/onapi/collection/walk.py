"""The walk: every operation once or more, in an order in which each finds what those before it made.

Numbers are left to the platform (`#`) and names carry `{{run}}`, which differs in each run, so that it can be walked
again. A test counts the operations and the examples of receipts: what the document has and the walk has not fails it.
"""

from collections.abc import Mapping
from typing import Any, Final

from onapi.collection.step import Step

_LOGIN: Final = {"/clientId": "{{client_id}}", "/username": "{{username}}", "/password": "{{password}}"}
_TOKENS: Final = {"token": "token", "refresh_token": "refresh_token"}
_OF_FACTURA: Final = {"/document/numDocAfectado": "{{factura_serie}}-{{factura_number}}"}
_ENDPOINT: Final = {"endpoint_id": "{{endpoint_id}}"}
_DELIVERY: Final = {**_ENDPOINT, "delivery_id": "{{delivery_id}}"}
_MINE: Final = {"ruc": "{{ruc}}"}
_TEMPLATE: Final = {**_MINE, "name": "boleto"}
_OF_NAMED: Final = {"/ruc": "{{ruc}}", "/serie": "{{factura_serie}}", "/number": "{{factura_number}}"}
_MESSAGE: Final = {"message_id": "{{message_id}}"}
_ACCEPTED: Final = {"status": "ACCEPTED"}
_NEW_USER: Final = "caja-{{run}}@empresa.example"
_NEW_USERS_KEY: Final = "teclado azul {{run}} lluvia"  # of a user that the run itself makes
# One pixel: the smallest PNG that is a picture.
_LOGO: Final = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def _named(kind: str, doctype: str = "01") -> Mapping[str, str]:
    """The path of a receipt whose series and number an earlier request kept."""
    return {**_MINE, "doctype": doctype, "serie": f"{{{{{kind}_serie}}}}", "number": f"{{{{{kind}_number}}}}"}


def _sent(example: str, kind: str = "", put: Mapping[str, Any] | None = None, **more: Any) -> Step:  # noqa: ANN401  as Step's
    """A receipt that SUNAT accepts; `kind` is the name under which its series and number are kept."""
    body = {"/document/correlativo": "#", "/options/wait": 30, **(put or {})}
    keep = {f"{kind}_serie": "serie", f"{kind}_number": "number"} if kind else {}
    return Step("send_message", example=example, put=body, keep=keep, **{"says": _ACCEPTED, "expect": (201,), **more})


HEALTH: Final = (Step("livez"), Step("readyz", is_guard=True))
SESSION: Final = (
    Step("authenticate", put=_LOGIN, keep=_TOKENS),
    Step("refresh_token", put={"/refreshToken": "{{refresh_token}}"}, keep=_TOKENS),
    Step("authenticate", "desde otro equipo", put=_LOGIN),
    Step("list_sessions", keep={"other_session": "items[0].id"}),
    Step("end_session", path={"session": "{{other_session}}"}),
    Step("logout"),
    Step("authenticate", "otra vez", put=_LOGIN, keep=_TOKENS),
    Step("end_sessions"),
    Step("authenticate", "para lo que sigue", put=_LOGIN, keep=_TOKENS),
)
RECEIPTS: Final = (
    _sent("01-factura", "factura", {"/externalId": "PED-{{run}}"}),
    _sent("01-factura-al-credito", "credito"),
    Step("send_message", example="03-boleta-como-trama", swap={"|11|": "|#|"}, expect=(201,), says=_ACCEPTED),
    _sent("03-boleta"),
    _sent("03-boleta-sin-numero"),
    _sent("07-nota-de-credito", put=_OF_FACTURA),
    _sent("08-nota-de-debito", put=_OF_FACTURA),
    _sent("04-liquidacion-de-compra"),
    _sent("09-guia-remitente"),
    _sent("31-guia-transportista"),
    _sent("20-retencion", "retencion"),
    _sent("40-percepcion", put={"/document/details/0/numDoc": "{{factura_serie}}-{{factura_number}}"}),
    _sent("rc-resumen-diario", put={"/document/details/0/serieNro": "B009-{{run}}"}),
    _sent(
        "ra-comunicacion-de-baja",
        put={
            "/document/details/0/serie": "{{credito_serie}}",
            "/document/details/0/correlativo": "{{credito_number}}",
        },
    ),
    _sent(
        "rr-resumen-de-reversiones",
        put={
            "/document/details/0/serie": "{{retencion_serie}}",
            "/document/details/0/correlativo": "{{retencion_number}}",
        },
    ),
    *(
        Step("send_message", words, media=media, swap={**swap}, query={"wait": "30"}, expect=(201,), says=_ACCEPTED)
        for words, media, swap in (
            ("boleta como archivo plano", "text/plain", {"|11|": "|#|"}),
            ("factura como XML", "application/xml", {"F011-1<": "F011-{{run}}<", "10:15:00": "00:00:01"}),
            ("factura como XML, text/xml", "text/xml", {"F011-1<": "F012-{{run}}<", "10:15:00": "00:00:01"}),
        )
    ),
    Step(
        "send_message", "boleta en un formulario", media="multipart/form-data", swap={'"12"': '"#"'}, expect=(201,)
    ),
)  # fmt: skip
FILES: Final = (
    Step("ngr", path=_named("factura"), query={"include": "qr,history"}, says=_ACCEPTED),
    Step("xml", path=_named("factura"), query={"format": "json"}, keep={"xml": "content"}),
    Step("cdr", path=_named("factura"), query={"format": "json"}, keep={"cdr": "content"}),
    Step("pdf", path=_named("factura"), query={"format": "pdf"}),
    Step("store_xml", put={"/xml": "{{xml}}", "/cdr": "{{cdr}}"}),
    Step("documents", query=_MINE),
    Step("documents_csv", query=_MINE),
    Step("url_pdf", path=_named("factura"), keep={"link": "url/"}),
    Step("linked_file", path={"token": "{{link}}"}),
    Step("url_xml", path=_named("factura")),
    Step("url_cdr", path=_named("factura")),
    Step("revoke_urls", path=_named("factura")),
)
VOIDING: Final = (
    _sent("01-factura", "firmada", {"/options/send": False, "/externalId": "PED-{{run}}-B"}, title="sin enviarla",
          says={"status": "SIGNED"}),
    Step("retry", path=_named("firmada"), query={"wait": "30"}, expect=(201,), says=_ACCEPTED),
    Step("cancel", "antes de pedirla", path=_named("firmada"), says={"cancelStatus": "NOT_REQUESTED"}),
    Step(
        "void_receipt", path=_named("firmada"), query={"wait": "30"}, expect=(201,), says={"cancelStatus": "ACCEPTED"}
    ),
    Step("cancel", path=_named("firmada"), says={"documentStatus": "VOIDED"}),
)  # fmt: skip
MESSAGES: Final = (
    Step("send_email", put=_OF_NAMED, query={"wait": "0"}),
    Step("send_whatsapp", put=_OF_NAMED, query={"wait": "30"}, keep={"message_id": "messageId"}),
    Step("send_whatsapp_qr", put=_OF_NAMED | {"/deliver": False}, expect=(200,)),
    Step("list_messages", query=_MINE),
    Step("get_message", path=_MESSAGE),
    Step("resend_message", path=_MESSAGE),
)
LOG: Final = (Step("log", path={"limit": "20"}, query=_MINE),)
WEBHOOKS: Final = (
    Step("put_webhook", query=_MINE, put={"/url": "{{webhook_url}}"}, keep={"endpoint_id": "id"}),
    Step("list_webhooks", query=_MINE),
    Step("get_webhook", path=_ENDPOINT, query=_MINE),
    Step("change_webhook", path=_ENDPOINT, query=_MINE, put={"/url": "{{webhook_url}}"}),
    Step("rotate_webhook", path=_ENDPOINT, query=_MINE),
    Step("test_webhook", path=_ENDPOINT, query=_MINE, keep={"delivery_id": "id"}),
    Step("list_deliveries", path=_ENDPOINT, query=_MINE),
    Step("get_delivery", path=_DELIVERY, query=_MINE),
    Step("replay_delivery", path=_DELIVERY, query=_MINE),
    Step("delete_webhook", path=_ENDPOINT, query=_MINE),
)
COMPANIES: Final = (
    Step("list_companies"),
    Step("put_company", path=_MINE),
    Step("get_company", path=_MINE),
    Step("put_company_sender", path=_MINE, put={"/boletaMode": "individual"}),
    Step(
        "put_company_certificate",
        path=_MINE,
        put={"/certificate": "{{certificate}}", "/password": "{{certificate_password}}"},
    ),
    Step("get_company_certificate", path=_MINE),
    Step("put_company_sol", path=_MINE, put={"/user": "{{sol_user}}", "/password": "{{sol_password}}"}),
    *(
        Step(name, path=_MINE, put={"/clientId": "{{api_id}}", "/clientSecret": "{{api_secret}}"})
        for name in ("put_company_gre", "put_company_validity")
    ),
    Step("put_company_logo", path=_MINE, put={"/logo": _LOGO}),
    Step("get_company_logo", path=_MINE),
    Step("put_company_template", path=_TEMPLATE),
    Step("list_company_templates", path=_MINE),
    Step("get_company_template", path=_TEMPLATE),
    Step("delete_company_template", path=_TEMPLATE),
    Step("check_company_credentials", path=_MINE),
    Step("put_company_mail", path=_MINE, put={"/password": "{{sol_password}}"}),
    Step("get_company_mail", path=_MINE),
    Step("delete_company_mail", path=_MINE),
    Step("test_company_mail", path=_MINE),
    Step(
        "put_company_whatsapp",
        path=_MINE,
        put=dict.fromkeys(("/accessToken", "/appSecret", "/verifyToken"), "{{sol_password}}"),
    ),
    Step("get_company_whatsapp", path=_MINE),
    Step("delete_company_whatsapp", path=_MINE),
)
USERS: Final = (
    Step("create_user", put={"/username": _NEW_USER, "/password": _NEW_USERS_KEY}, keep={"user": "id"}),
    Step("list_users"),
    Step(
        "authenticate",
        "con el usuario nuevo",
        folder="Users",
        put={"/clientId": "{{client_id}}", "/username": _NEW_USER, "/password": _NEW_USERS_KEY},
        keep={"users_token": "token"},
    ),
    Step(
        "change_own_password",
        folder="Users",
        caller="users_token",
        put={"/current": _NEW_USERS_KEY, "/new": f"{_NEW_USERS_KEY} de noche"},
    ),
    Step("change_user", path={"user": "{{user}}"}, put={"/disabled": True}),
)
WALK: Final = (*HEALTH, *SESSION, *RECEIPTS, *FILES, *MESSAGES, *VOIDING, *LOG, *WEBHOOKS, *COMPANIES, *USERS)
