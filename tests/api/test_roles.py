"""S12: every role tries every operation of the OpenAPI document; one table says which scope lets him in."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from api_stack import CLIENT_ID, PASSWORD, RUC, Stack

from onapi.facts.roles import roles
from onapi.flows import sign_in
from onapi.store.tables import credentials

# Who needs no scope: the two that give tokens, what is one's own, links, and what watches over the process.
FREE = {
    "authenticate", "refresh_token", "logout", "list_sessions", "end_sessions", "end_session", "change_own_password",
    "linked_file",
    "livez", "readyz",
}  # fmt: skip
NEEDS = {
    **dict.fromkeys(("send_message", "retry", "void_receipt", "store_xml", "revoke_urls"), "cpe:write"),
    **dict.fromkeys(("ngr", "xml", "cdr", "pdf", "cancel", "documents", "documents_csv"), "cpe:read"),
    **dict.fromkeys(("url_pdf", "url_xml", "url_cdr"), "cpe:read"),
    **dict.fromkeys(("send_whatsapp", "send_whatsapp_qr", "send_email"), "messaging"),
    **dict.fromkeys(("list_messages", "get_message", "resend_message"), "messaging"),
    "log": "logs",
    **dict.fromkeys(("list_users", "create_user", "change_user"), "admin"),
    **dict.fromkeys(("list_companies", "get_company", "put_company", "put_company_sender"), "admin"),
    **dict.fromkeys(("get_company_certificate", "put_company_certificate", "check_company_credentials"), "admin"),
    **dict.fromkeys((f"{what}_company_mail" for what in ("get", "put", "delete", "test")), "admin"),
    **dict.fromkeys((f"{what}_company_whatsapp" for what in ("get", "put", "delete")), "admin"),
    **dict.fromkeys((f"put_company_{what}" for what in ("sol", "gre", "validity", "logo")), "admin"),
    **dict.fromkeys(("get_company_logo", "list_webhooks", "put_webhook", "get_webhook", "change_webhook"), "admin"),
    **dict.fromkeys((f"{what}_company_template" for what in ("get", "put", "delete")), "admin"),
    "list_company_templates": "admin",
    **dict.fromkeys(("delete_webhook", "rotate_webhook", "test_webhook"), "admin"),
    **dict.fromkeys(("list_deliveries", "get_delivery", "replay_delivery"), "admin"),
}
PATH = {"ruc": RUC, "doctype": "01", "serie": "F001", "number": "99999999", "limit": "1", "session": "x", "user": "x"}


def test_every_operation_has_its_cell(stack: Stack) -> None:
    """A new one is written into the table, or this fails."""
    assert {name for name, _, _ in operations(stack)} == FREE | NEEDS.keys()
    assert FREE.isdisjoint(NEEDS)


@pytest.fixture(scope="module")
def tokens(stack: Stack) -> dict[str, str]:
    """A token of each role."""
    found = {}
    for role in roles():
        name = f"rol-{role}@onapi.local"
        sign_in.register(stack.platform, client_id=CLIENT_ID, username=name, password=PASSWORD, rucs=(RUC,), role=role)
        found[role] = str(stack.login(name, PASSWORD)["token"])
    return found


def operations(stack: Stack) -> Iterator[tuple[str, str, str]]:
    for path, methods in stack.http.get("/openapi.json").json()["paths"].items():
        for method, operation in methods.items():
            yield operation["operationId"], method.upper(), path


def filled(path: str) -> str:
    return re.sub(r"{(\w+)}", lambda name: PATH.get(name[1], "00000000-0000-7000-8000-000000000000"), path)


def ask(stack: Stack, token: str, method: str, path: str) -> Any:
    more = {} if method in {"GET", "HEAD"} else {"json": {}}
    answer = stack.http.request(method, filled(path), headers={"Authorization": f"Bearer {token}"}, **more)
    is_problem = answer.headers.get("content-type", "").startswith("application/problem+json")
    return answer.json()["code"] if is_problem else answer.status_code


@pytest.mark.parametrize("role", roles())
def test_a_role_is_let_in_where_its_scopes_say_and_nowhere_else(
    stack: Stack, tokens: dict[str, str], role: str
) -> None:
    held, wrong = set(roles()[role].scopes), []
    for name, method, path in operations(stack):
        if name in FREE:
            continue
        told = ask(stack, tokens[role], method, path)
        if (told == "scope_missing") is (NEEDS[name] in held):
            wrong.append((name, NEEDS[name], told))
    assert wrong == []


def test_every_operation_that_needs_a_token_refuses_a_user_without_scopes_or_is_free(stack: Stack) -> None:
    name = "sin-permisos@onapi.local"
    sign_in.register(stack.platform, client_id=CLIENT_ID, username=name, password=PASSWORD, rucs=(RUC,))
    with stack.platform.database.transaction() as connection:
        connection.execute(credentials.update().where(credentials.c.username == name).values(scopes=[]))
    token = stack.login(name, PASSWORD)["token"]
    let_in = []
    for operation, method, path in operations(stack):
        told = ask(stack, token, method, path) if operation not in FREE else "scope_missing"
        if isinstance(told, int) and told < 400:
            let_in.append((operation, told))
    assert let_in == []


def test_the_table_names_scopes_that_exist() -> None:
    known = set(roles()["admin"].scopes)
    assert set(NEEDS.values()) <= known
    assert all(set(role.scopes) <= known and role.name for role in roles().values())
    assert set(roles()) == {"admin", "emisor", "contador", "auditor", "soporte"}
    assert roles()["contador"].scopes == ("cpe:read",)
