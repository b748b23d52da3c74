"""A company's mail server and WhatsApp number by the API: write-only secrets, versions, what is refused, the trial."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
import pytest
from api_stack import OTHER_RUC, PASSWORD, RUC, Stack

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "gateways"))

from mail_servers import Box, mail_server
from PIL import Image

from onapi.errors import Misconfigured
from onapi.flows import keep_company, keys, look, sign_in
from onapi.flows.channel_wishes import set_mail
from onapi.flows.channels import EMAIL, WHATSAPP, Source, channel_of, mail_account, settings_of, source_of
from onapi.flows.mail_words import words_of
from onapi.flows.message_content import Content
from onapi.flows.try_mail import try_mail
from onapi.gateways.channels.email import MailAccount, Reach, Security
from onapi.settings import CLIENT_ID
from onapi.store.acting import acting_for
from onapi.store.tables import company_channels
from onapi.values.number import ReceiptId
from onapi.values.scope import Environment

NEW, BOSS, SECRET = "20000000095", "canales@onapi.local", "Canario-CORREO+/=?9c1"
MAIL = {
    "host": "smtp.Empresa.example", "port": 587, "security": "starttls", "user": "ventas", "password": SECRET,
    "fromAddress": "Ventas@Empresa.example", "fromName": "Empresa  de\u202e Prueba",
    "replyTo": "cobros@empresa.example",
}  # fmt: skip
NUMBER = {
    "phoneNumberId": "106540352242922",
    "accessToken": SECRET,
    "appSecret": SECRET,
    "templateVariables": ["sender", "subject"],
}
HOSTS = (
    *(
        "127.0.0.1",
        "localhost",
        "10.0.0.1",
        "0x7f.1",
        "2130706433",
        "[::1]",
        "::1",
        "::ffff:10.0.0.1",
        "169.254.169.254",
    ),
    *(
        "a.localhost",
        "smtp.x.pe/a",
        "smtp.x.pe:25",
        "u@smtp.x.pe",
        "smtp x",
        "",
        "..",
        "http://x.pe",
        "x\r\nQUIT",
        "-x.pe",
    ),
    "a" * 300,
)
BOXES = ("ventas", "a@b", "a b@x.pe", "a@x.pe\r\nBcc: b@x.pe", "", "<a@x.pe>")
Call = Callable[..., httpx2.Response]


@pytest.fixture(scope="module")
def by_boss(stack: Stack) -> Call:
    """Call an operation of companies as the administrator of a new one."""
    sign_in.register(stack.platform, client_id=CLIENT_ID, username=BOSS, password=PASSWORD, rucs=(NEW,), role="admin")
    token = str(stack.login(BOSS, PASSWORD)["token"])
    return lambda method, path, **more: stack.call(method, f"admin/companies{path}", token=token, **more)


@pytest.fixture(autouse=True)
def acting() -> Iterator[None]:
    """Flows are called from here, too."""
    with acting_for(Environment.SANDBOX, NEW, RUC):
        yield


@pytest.fixture(scope="module", autouse=True)
def enrolled(by_boss: Call) -> None:
    data = {"razonSocial": "NUEVA S.A.C.", "address": {"direccion": "AV. UNO 1"}, "email": "a@b.pe"}
    assert by_boss("PUT", f"/{NEW}", json=data).status_code in {200, 201}


def test_a_mail_server_is_set_up_shown_without_its_secret_and_forgotten(stack: Stack, by_boss: Call) -> None:
    before = by_boss("GET", f"/{NEW}/mail")
    assert (before.status_code, before.json()["source"], before.json()["host"]) == (200, "SANDBOX", None)
    put = by_boss("PUT", f"/{NEW}/mail", json=MAIL)
    assert put.status_code == 200, put.text
    told = put.json()
    assert (told["source"], told["host"], told["port"], told["user"]) == (
        "COMPANY",
        "smtp.empresa.example",
        587,
        "ventas",
    )
    assert (told["fromAddress"], told["fromName"]) == ("Ventas@empresa.example", "Empresa de Prueba")
    assert told["password"]["set"] is True
    got = by_boss("GET", f"/{NEW}/mail")
    assert got.json() == told
    assert got.headers["etag"] == put.headers["etag"] == by_boss("GET", f"/{NEW}").headers["etag"]
    assert got.headers["cache-control"] == "no-store"
    assert SECRET not in got.text + put.text
    scope = stack.platform.scope(NEW)
    kept = settings_of(stack.platform, scope, EMAIL)
    assert kept is not None
    assert mail_account(kept).password == SECRET
    assert SECRET not in repr(kept) + repr(mail_account(kept))
    with stack.platform.database.reading() as connection:
        row = connection.execute(company_channels.select().where(company_channels.c.ruc == NEW)).one()
    assert SECRET.encode() not in row.secret
    assert SECRET not in json.dumps(row.settings)
    gone = by_boss("DELETE", f"/{NEW}/mail", headers={"If-Match": got.headers["etag"]})
    assert gone.status_code == 204
    assert by_boss("GET", f"/{NEW}/mail").json() == before.json()
    again = by_boss("DELETE", f"/{NEW}/mail")
    assert (again.status_code, again.json()["code"]) == (404, "channel_not_found")


def test_a_number_is_set_up_shown_without_its_secrets_and_forgotten(by_boss: Call) -> None:
    assert by_boss("GET", f"/{NEW}/whatsapp").json()["source"] == "SANDBOX"
    put = by_boss("PUT", f"/{NEW}/whatsapp", json=NUMBER)
    assert put.status_code == 200, put.text
    told = put.json()
    assert (told["source"], told["phoneNumberId"]) == ("COMPANY", NUMBER["phoneNumberId"])
    assert [told[name]["set"] for name in ("accessToken", "appSecret", "verifyToken")] == [True, True, False]
    assert told["templateVariables"] == ["sender", "subject"]
    assert SECRET not in by_boss("GET", f"/{NEW}/whatsapp").text + put.text
    assert by_boss("DELETE", f"/{NEW}/whatsapp").status_code == 204


def test_whoever_did_not_see_the_last_change_is_refused(by_boss: Call) -> None:
    seen = by_boss("GET", f"/{NEW}").headers["etag"]
    assert by_boss("PUT", f"/{NEW}/mail", json=MAIL, headers={"If-Match": seen}).status_code == 200
    for method, name, body in (("PUT", "mail", MAIL), ("PUT", "whatsapp", NUMBER), ("DELETE", "mail", None)):
        more = {"json": body} if body else {}
        late = by_boss(method, f"/{NEW}/{name}", headers={"If-Match": seen}, **more)
        assert (late.status_code, late.json()["code"]) == (409, "version_conflict")
    assert by_boss("GET", f"/{NEW}/mail").json()["source"] == "COMPANY"
    assert by_boss("DELETE", f"/{NEW}/mail").status_code == 204


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        *(({"host": host}, "/host") for host in HOSTS),
        *(({"port": port}, "/port") for port in (0, 22, 80, 443, 70000, "x", -1, 5432)),
        *(({"security": way}, "/security") for way in ("none", "ssl", "TLS", None)),
        *(({"fromAddress": box}, "/fromAddress") for box in BOXES),
        ({"replyTo": "x@y"}, "/replyTo"),
        ({"fromName": "a\r\nBcc: x@y.pe"}, "/fromName"),
        ({"password": None}, "/password"),
        ({"user": None}, "/user"),
        ({"clave": SECRET}, "/clave"),
        ({"password": f"{SECRET}\n"}, "/password"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named_and_nothing_is_kept(by_boss: Call, changes: dict[str, Any], field: str) -> None:
    answer = by_boss("PUT", f"/{NEW}/mail", json=MAIL | changes)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed"), answer.text
    assert [each["field"] for each in answer.json()["errors"]] == [field]
    assert SECRET not in answer.text
    assert by_boss("GET", f"/{NEW}/mail").json()["source"] == "SANDBOX"


@pytest.mark.parametrize(
    "changes",
    [
        {"phoneNumberId": "12a"},
        {"accessToken": "a b"},
        {"accessToken": ""},
        {"template": "Mayúscula"},
        {"templateVariables": ["x"]},
        {"templateLanguage": "español"},
        {"token": SECRET},
        {"appSecret": "ñ"},
    ],
)
def test_a_number_that_cannot_be_used(by_boss: Call, changes: dict[str, Any]) -> None:
    answer = by_boss("PUT", f"/{NEW}/whatsapp", json=NUMBER | changes)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
    assert SECRET not in answer.text


def test_of_nobody_and_of_others(stack: Stack, token: str, by_boss: Call) -> None:
    calls = [(method, path) for method in ("GET", "PUT", "DELETE") for path in ("mail", "whatsapp")]
    for method, path in (*calls, ("POST", "mail/test")):
        other = stack.call(method, f"admin/companies/{NEW}/{path}", token=token, json=MAIL)
        assert (other.status_code, other.json()["code"]) == (403, "ruc_not_allowed")
    assert by_boss("GET", f"/{OTHER_RUC}/mail").status_code == 403


def test_a_message_is_tried_over_the_wire(stack: Stack, by_boss: Call) -> None:
    box, platform = Box(), stack.platform
    with mail_server(box) as port:
        account = MailAccount("127.0.0.1", port, Security.NONE, "comprobantes@plataforma.example")
        ours = replace(platform, mail=account, mail_reach=Reach(local=True))
        scope = ours.scope(NEW)
        came = channel_of(ours, scope, EMAIL)
        assert channel_of(ours, scope, EMAIL) is came  # it is kept
        assert try_mail(ours, scope, "ana@cliente.example").standing == "SENT"
        read = box.message()
        assert read["Subject"] == "Prueba de correo de NUEVA S.A.C."
        assert [(x.display_name, x.addr_spec) for x in read["From"].addresses] == [
            ("NUEVA S.A.C.", "comprobantes@plataforma.example")
        ]
        assert read["Reply-To"] == "a@b.pe"
        own = {**MAIL, "host": "127.0.0.1", "port": port, "security": "none", "user": None, "password": None}
        set_mail(ours, scope, own)
        assert source_of(ours, scope, EMAIL) is Source.COMPANY
        assert channel_of(ours, scope, EMAIL) is not came
        try_mail(ours, scope, "ana@cliente.example")
        assert [x.addr_spec for x in box.message()["From"].addresses] == ["Ventas@empresa.example"]
    refused = by_boss("POST", f"/{NEW}/mail/test", json={"to": "ana@cliente.example"})
    assert refused.status_code == 200  # what is this machine's is for settings alone to allow
    assert (refused.json()["status"], refused.json()["retryable"]) == ("FAILED", False)
    assert "red pública" in refused.json()["detail"]
    bad = by_boss("POST", f"/{NEW}/mail/test", json={"to": "ana"})
    assert (bad.status_code, bad.json()["errors"][0]["field"]) == (422, "/to")
    assert by_boss("DELETE", f"/{NEW}/mail").status_code == 204


def test_where_there_is_neither_the_channel_is_missing(stack: Stack) -> None:
    bare = replace(stack.platform, mail=None, whatsapp=None)
    for name in (EMAIL, WHATSAPP):
        assert source_of(bare, bare.scope(NEW), name) is Source.NONE
        with pytest.raises(Misconfigured) as missing:
            channel_of(bare, bare.scope(NEW), name)
        assert missing.value.key == "provider_not_configured"


def test_new_master_keys_open_what_was_sealed(stack: Stack, by_boss: Call) -> None:
    assert by_boss("PUT", f"/{NEW}/mail", json=MAIL).status_code == 200
    keys.rotate(stack.platform)
    kept = settings_of(stack.platform, stack.platform.scope(NEW), EMAIL)
    assert kept is not None
    assert kept.secrets == {"password": SECRET}
    by_boss("DELETE", f"/{NEW}/mail")


def test_the_words_of_a_receipt_are_its_own(stack: Stack, factura: Call, send: Call) -> None:
    record = send(factura(), wait=30).json()
    platform = stack.platform
    kept = look.find(platform, ReceiptId(RUC, "01", record["serie"], record["number"]))
    content = Content(("ana@cliente.example",), text="Gracias.\nHasta pronto.", language="es")
    words = words_of(platform, kept, content, ("pdf", "xml", "cdr"))
    label = f"{record['serie']}-{record['number']}"
    assert words.subject.startswith(f"[PRUEBA] Factura electrónica {label} de ")
    for each in (
        label,
        "S/ 236.00",
        "20/11/2026",
        "CLIENTE DE PRUEBA S.A.C.",
        "Aceptada por SUNAT",
        "sin valor fiscal",
    ):
        assert each in words.text
        assert each in words.html
    assert words.short == "Gracias.\nHasta pronto."
    linked = words_of(platform, kept, replace(content, text="", links=("https://x.pe/files/abc",)), ("pdf",))
    assert linked.short == words.subject
    assert ("Ver el PDF" in linked.html, "adjuntos" in linked.html) == (True, False)
    scope = platform.scope(NEW)  # as if it were of the company that has a logo
    its = replace(kept, document=replace(kept.document, scope=scope))
    picture = BytesIO()
    Image.new("RGB", (60, 40), (29, 78, 216)).save(picture, "PNG")
    keep_company.set_logo(platform, scope, picture.getvalue())
    keep_company.change_sender(platform, scope, {"pageColor": "#112233", "displayName": "Mi <Tienda>"})
    drawn = words_of(platform, its, replace(content, language="en", subject="Hola\r\nBcc: x@y.pe"), ("pdf",))
    assert [each.name for each in drawn.pictures] == ["logo.png"]
    assert "cid:logo.png" in drawn.html
    assert ("#112233" in drawn.html, "Mi &lt;Tienda&gt;" in drawn.html, 'lang="en"' in drawn.html) == (True, True, True)
    assert (drawn.subject, drawn.sender_name) == ("Hola Bcc: x@y.pe", "Mi <Tienda>")
