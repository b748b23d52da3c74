"""The generated Python client against a real OnAPI: something of every tag, and errors as a typed Problem."""

import asyncio
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any, TypeVar

import pytest
from api_stack import NOT_ENROLLED, RUC, channels
from client_stack import BOSS, ROOT, Clients, signed_in
from onapi_client import AuthenticatedClient
from onapi_client.api.authentication import list_sessions, logout, refresh_token
from onapi_client.api.companies import (
    check_company_credentials,
    get_company,
    get_company_certificate,
    get_company_logo,
    list_companies,
    put_company_logo,
    put_company_sender,
)
from onapi_client.api.health import livez, readyz
from onapi_client.api.integrator import (
    cancel,
    cdr,
    documents,
    documents_csv,
    linked_file,
    ngr,
    pdf,
    revoke_urls,
    send_message,
    url_pdf,
    void_receipt,
    xml,
)
from onapi_client.api.logs import log
from onapi_client.api.messages import get_message, list_messages, resend_message, send_email
from onapi_client.api.users import change_user, create_user, list_users
from onapi_client.api.webhooks import (
    change_webhook,
    delete_webhook,
    get_webhook,
    list_deliveries,
    list_webhooks,
    put_webhook,
    rotate_webhook,
    test_webhook,
)
from onapi_client.models import (
    EmailMessage,
    EmailWish,
    Ended,
    Envelope,
    LogoFile,
    Message,
    NewUser,
    Problem,
    Reason,
    Record,
    Refresh,
    RefreshAnswer,
    Sender,
    UserChange,
    WebhookWish,
)
from onapi_client.types import UNSET
from PIL import Image
from post import Post

T = TypeVar("T")
Story = Callable[[Clients], None]
SNIPPET = re.compile(r"```python\n(.*?)```", re.DOTALL)


def given(kind: type[T], answer: object) -> T:
    """The answer, which is of this kind."""
    assert isinstance(answer, kind), answer
    return answer


def authentication(here: Clients) -> None:
    first = signed_in(here.open)
    again = given(RefreshAnswer, refresh_token.sync(client=here.open, body=Refresh(refresh_token=first.refresh_token)))
    assert again.token != first.token
    address = str(here.stack.http.base_url)
    with AuthenticatedClient(address, again.token, httpx_args={"trust_env": False}) as mine:
        sessions = list_sessions.sync(client=mine)
        assert [each.current for each in sessions.items].count(True) == 1
        assert given(Ended, logout.sync(client=mine)).ended == 1
        assert given(Problem, list_sessions.sync(client=mine)).status == 401
    assert list_sessions.sync(client=here.api).count >= 1


def integrator(here: Clients) -> None:
    sent = given(Record, send_message.sync(client=here.api, body=here.factura()))
    assert (sent.status, sent.sunat.code, sent.total) == ("ACCEPTED", "0", 236.0)
    named = {"ruc": sent.ruc, "doctype": sent.doctype, "serie": sent.serie, "number": str(sent.number)}
    record = given(Record, ngr.sync(client=here.api, **named, wait=5, include="history,xml"))
    assert record.history
    assert b64decode(record.files.xml) == _bytes(xml.sync(client=here.api, **named))
    assert _bytes(pdf.sync(client=here.api, **named)).startswith(b"%PDF")
    assert cdr.sync(client=here.api, **named).cdr.accepted
    assert sent.name in {each.name for each in documents.sync(client=here.api, ruc=RUC, serie="F001").items}
    assert f"F001,{sent.number}," in documents_csv.sync(client=here.api, ruc=RUC, serie="F001")
    _linked(here, named)
    assert cancel.sync(client=here.api, **named).cancel_status == "NOT_REQUESTED"
    voiding = void_receipt.sync(client=here.api, **named, body=Reason(reason="ERROR EN RUC"), wait=20)
    assert voiding.cancel_status in {"REQUESTED", "SENT", "CANCELLED", "VOIDED", "PENDING", "ACCEPTED"}


def _bytes(file: Any) -> bytes:
    content = b64decode(file.content)
    assert len(content) == file.size
    return content


def _linked(here: Clients, named: dict[str, Any]) -> None:
    link = url_pdf.sync(client=here.api, **named, ttl=300)
    token = link.url.rpartition("/")[2]
    assert linked_file.sync(client=here.open, token=token).payload.read().startswith(b"%PDF")
    assert revoke_urls.sync_detailed(client=here.api, **named).status_code == 204
    assert given(Problem, linked_file.sync(client=here.open, token=token)).code == "link_expired"


def logs(here: Clients) -> None:
    page = log.sync(client=here.api, limit="5", ruc=RUC)
    assert page.count == len(page.items) <= 5
    assert all(each.path for each in page.items)


def webhooks(here: Clients) -> None:
    wish = WebhookWish(url="http://127.0.0.1:9/onapi", events=["document.accepted"], description="ERP")
    made = put_webhook.sync(client=here.api, body=wish, ruc=RUC)
    assert made.secret.startswith("whsec_")
    key = {"endpoint_id": made.id, "ruc": RUC}
    assert made.id in {each.id for each in list_webhooks.sync(client=here.api, ruc=RUC).items}
    changed = change_webhook.sync(client=here.api, **key, body=WebhookWish(url=wish.url, description="Almacén"))
    assert (changed.description, changed.secret or UNSET) == ("Almacén", UNSET)
    assert rotate_webhook.sync(client=here.api, **key).secret != made.secret
    tried = test_webhook.sync(client=here.api, **key)
    assert (tried.event, tried.status) == ("webhook.test", "FAILED")  # nobody listens there
    assert list_deliveries.sync(client=here.api, **key, size=5).items[0].id == tried.id
    assert delete_webhook.sync_detailed(client=here.api, **key).status_code == 204
    assert given(Problem, get_webhook.sync(client=here.api, **key)).status == 404


def companies(here: Clients) -> None:
    assert RUC in {each.ruc for each in list_companies.sync(client=here.api).items}
    was = get_company.sync_detailed(client=here.api, ruc=RUC)
    sender = Sender(display_name="EMPRESA DE PRUEBA", page_color="#1D4ED8")
    kept = put_company_sender.sync(client=here.api, ruc=RUC, body=sender, if_match=was.headers["ETag"])
    assert kept.sender.display_name == "EMPRESA DE PRUEBA"
    stale = put_company_sender.sync(client=here.api, ruc=RUC, body=sender, if_match=was.headers["ETag"])
    assert given(Problem, stale).status in {409, 412}
    out = BytesIO()
    Image.new("RGB", (80, 60), (29, 78, 216)).save(out, "PNG")
    put_company_logo.sync(
        client=here.api, ruc=RUC, body=LogoFile.from_dict({"logo": b64encode(out.getvalue()).decode()})
    )
    assert get_company_logo.sync(client=here.api, ruc=RUC).payload.read().startswith(b"\x89PNG")
    assert get_company_certificate.sync(client=here.api, ruc=RUC).current.days_left > 0
    assert check_company_credentials.sync(client=here.api, ruc=RUC).certificate.standing


def users(here: Clients) -> None:
    made = create_user.sync(client=here.api, body=NewUser(username="caja9@onapi.local", rucs=[RUC], role="auditor"))
    assert made.password
    changed = change_user.sync(client=here.api, user=made.id, body=UserChange(disabled=True))
    assert changed.disabled
    assert {BOSS, "caja9@onapi.local"} <= {each.username for each in list_users.sync(client=here.api).items}


def health(here: Clients) -> None:
    assert livez.sync(client=here.open)["status"] == "ok"
    assert readyz.sync(client=here.open)["environment"] == "sandbox"


def messages(here: Clients) -> None:
    channels.append(Post().channel_of)
    sent = given(Record, send_message.sync(client=here.api, body=here.factura()))
    wish = EmailWish(sent.ruc, sent.doctype, sent.serie, sent.number, to=["compras@cliente.example"])
    mail = given(EmailMessage, send_email.sync(client=here.api, body=wish))
    assert (mail.status, mail.provider, mail.to) == ("SENT", "smtp", ["compras@cliente.example"])
    found = given(Message, get_message.sync(client=here.api, message_id=mail.message_id))
    assert [each.status for each in found.history] == ["QUEUED", "SENT"]
    listed = list_messages.sync(client=here.api, ruc=RUC, doctype="01", serie="F001", number=sent.number)
    assert [each.message_id for each in listed.items] == [mail.message_id]
    again = resend_message.sync(client=here.api, message_id=mail.message_id, wait=10)
    assert (again.status, again.resend_of) == ("SENT", mail.message_id)
    channels.pop()


STORIES: dict[str, Story] = {
    "Authentication": authentication,
    "Integrator": integrator,
    "Logs": logs,
    "Messages": messages,
    "Webhooks": webhooks,
    "Companies": companies,
    "Users": users,
    "Health": health,
}


@pytest.fixture(scope="module")
def document(clients: Clients) -> dict[str, Any]:
    found: dict[str, Any] = clients.stack.http.get("/openapi.json").json()
    return found


def tagged(document: dict[str, Any]) -> Iterator[tuple[str, str, re.Pattern[str]]]:
    """Tag, method and form of the path of every operation."""
    for path, methods in document["paths"].items():
        form = re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)))
        for method, operation in methods.items():
            yield operation["tags"][0], method.upper(), form


def test_every_tag_of_the_document_has_its_story(document: dict[str, Any]) -> None:
    assert {tag for tag, _, _ in tagged(document)} == set(STORIES)


@pytest.mark.parametrize("tag", STORIES)
def test_the_client_does_what_the_tag_is_for(tag: str, clients: Clients, document: dict[str, Any]) -> None:
    clients.heard.clear()
    STORIES[tag](clients)
    ours = [(method, form) for of, method, form in tagged(document) if of == tag]
    good = {(method, path) for method, path, status in clients.heard if status < 300}
    assert any(method == called and form.fullmatch(path) for method, form in ours for called, path in good)


def test_an_error_comes_as_a_typed_problem(clients: Clients) -> None:
    wrong = clients.factura(client={"tipoDoc": "6", "numDoc": "20000000011", "rznSocial": "X S.A.C."})
    problem = given(Problem, send_message.sync(client=clients.api, body=wrong))
    assert (problem.status, problem.code, problem.retryable) == (422, "validation_failed", False)
    assert problem.errors[0].field.endswith("/numDoc")
    assert problem.action
    missing = ngr.sync_detailed(client=clients.api, ruc=RUC, doctype="01", serie="F001", number="99999999")
    assert (missing.status_code, missing.parsed.code) == (404, "document_not_found")
    other = ngr.sync(client=clients.api, ruc=NOT_ENROLLED, doctype="01", serie="F001", number="1")
    assert given(Problem, other).status == 403
    bad = Envelope.from_dict({"ruc": RUC, "doctype": "99"})
    assert given(Problem, send_message.sync(client=clients.api, body=bad)).status in {400, 422}


def test_the_same_key_gives_the_same_receipt(clients: Clients) -> None:
    body = clients.factura(correlativo="#")
    told = [send_message.sync_detailed(client=clients.api, body=body, idempotency_key="pedido-9") for _ in range(2)]
    assert [each.status_code.value for each in told] == [201, 200]
    assert told[0].parsed.name == told[1].parsed.name


def test_it_speaks_without_waiting(clients: Clients) -> None:
    async def ask() -> list[object]:
        address = str(clients.stack.http.base_url)
        async with AuthenticatedClient(address, clients.api.token, httpx_args={"trust_env": False}) as api:
            return list(await asyncio.gather(*(list_companies.asyncio(client=api) for _ in range(3))))

    answers = asyncio.run(ask())
    assert [each.items[0].ruc for each in answers] == [RUC] * 3


def test_the_readme_of_the_client_is_run(clients: Clients, capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / "clients" / "python" / "README.md").read_text("utf-8")
    code = SNIPPET.search(text)[1]
    assert len(code.splitlines()) <= 17
    address = str(clients.stack.http.base_url).rstrip("/")
    exec(code.replace("http://127.0.0.1:8080", address), {})  # noqa: S102  the page's own lines
    assert capsys.readouterr().out.strip().endswith("ACCEPTED")


def test_a_client_with_a_bad_token_is_told_so(clients: Clients) -> None:
    with AuthenticatedClient(str(clients.stack.http.base_url), "x", httpx_args={"trust_env": False}) as nobody:
        problem = given(Problem, list_companies.sync(client=nobody))
    assert (problem.status, problem.code) == (401, "token_invalid")
