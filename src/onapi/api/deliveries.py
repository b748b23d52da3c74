"""Receipts to persons by WhatsApp and e-mail (operations 23, 25 and 27), and what became of each message."""

import re
from dataclasses import replace
from hashlib import sha256
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from onapi.api import BASE
from onapi.api.auth import Caller, need, need_ruc
from onapi.api.bodies import read_object, shaped
from onapi.api.idempotency import Once, key_in
from onapi.api.json_answer import JsonAnswer
from onapi.api.message_query import Listed
from onapi.api.receipt_named import receipt_in
from onapi.api.shapes import message_examples as shown
from onapi.api.shapes import messages as shape
from onapi.api.shapes.messages import (
    EmailMessage,
    EmailWish,
    Message,
    Messages,
    WhatsappMessage,
    WhatsappQrMessage,
    WhatsappQrWish,
    WhatsappWish,
)
from onapi.api.shapes.problem import problems
from onapi.api.surroundings import Here, Surroundings
from onapi.api.tokens import Principal
from onapi.errors import InvalidDocument, Refused
from onapi.flows import links, look
from onapi.flows.message import EMAIL, WHATSAPP, Wish, ask, find, log_of, resend
from onapi.flows.message_check import existing
from onapi.flows.message_content import Content, Qr
from onapi.flows.message_told import Told
from onapi.flows.parcel import file_kind, picture
from onapi.lifecycle.standing import Standing
from onapi.rules.rule import Fault
from onapi.store.messages import Message as Kept
from onapi.values.contact import read_phone
from onapi.values.number import ReceiptId

router = APIRouter(tags=["Messages"])
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_LARGE: Final = 64 * 1024
_NO_STORE = {"Cache-Control": "no-store"}
_LINK_S: Final = links.LONGEST_S
_FAILURES: Final = problems(400, 401, 403, 404, 409, 413, 415, 422, 502, 503)
_Wait = Annotated[int, Query(ge=0, le=60, description="Segundos que se espera lo que diga el proveedor")]


def _body(model: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{model}"}}}
    return {"requestBody": {"required": True, "content": content}}


@router.post(
    "/integrator/wsp/cpe",
    summary="Enviar un comprobante por WhatsApp",
    response_model=WhatsappMessage,
    status_code=202,
    responses={202: shown.WHATSAPP, **_FAILURES},
    openapi_extra=_body("WhatsappWish"),
)
async def send_whatsapp(request: Request, caller: Caller, here: Here, once: Once, wait: _Wait = 5) -> Response:
    """Envía los archivos de un comprobante aceptado a un celular, o un enlace a ellos.

    Un fallo que WhatsApp dice mientras se espera es 502; los que vengan después los cuenta el mensaje.
    """
    need(caller, "messaging")
    wish = shaped(WhatsappWish, await read_object(request, most_bytes=_LARGE))
    receipt = _named(here, caller, wish)
    order = Wish(WHATSAPP, receipt, _words(wish), tuple(wish.files), wish.force, _key(request, caller))
    return await once(lambda: _by_whatsapp(here, order, wait, linked=wish.mode == "link"))


async def _by_whatsapp(here: Surroundings, order: Wish, wait: int, *, linked: bool) -> JsonAnswer:
    if linked:
        made = await run_in_threadpool(_links, here, order.receipt, order.files)
        order = replace(order, content=replace(order.content, links=made))
    return JsonAnswer(shape.whatsapp(await _sent(here, order, wait)), 202, headers=_NO_STORE)


def _words(wish: WhatsappWish | WhatsappQrWish) -> Content:
    template = wish.template.template() if isinstance(wish, WhatsappWish) and wish.template else None
    return Content(to=(wish.phone or "",), text=wish.message or "", template=template)


@router.post(
    "/integrator/wsp/sendCPEQRCode",
    summary="Enviar el código QR de un comprobante por WhatsApp",
    response_model=WhatsappQrMessage,
    status_code=202,
    responses={
        200: {"model": WhatsappQrMessage, **shown.QR_SHOWN},
        202: shown.QR,
        **_FAILURES,
    },
    openapi_extra=_body("WhatsappQrWish"),
)
async def send_whatsapp_qr(request: Request, caller: Caller, here: Here, once: Once, wait: _Wait = 5) -> Response:
    """Envía la imagen del QR a un celular; con `deliver: false` solo la devuelve."""
    need(caller, "messaging")
    wish = shaped(WhatsappQrWish, await read_object(request, most_bytes=_LARGE))
    receipt = _named(here, caller, wish)
    phone = read_phone(wish.phone) if wish.phone is not None else None
    if phone is None and (wish.deliver or wish.phone is not None):
        sentence = "Debe ser un celular de nueve dígitos, como 987654321, o un número E.164, como +51987654321."
        raise _invalid(Fault("invalid_phone" if wish.phone else "required", "/phone", sentence))
    order = Wish(WHATSAPP, receipt, _words(wish), ("qr",), wish.force, _key(request, caller))
    return await once(lambda: _qr_by_whatsapp(here, wish, order, phone, wait))


async def _qr_by_whatsapp(
    here: Surroundings, wish: WhatsappQrWish, order: Wish, phone: str | None, wait: int
) -> JsonAnswer:
    qr = Qr(await run_in_threadpool(_qr_text, here, order.receipt, wish.content), wish.size)
    code = shape.qr(qr.text, await run_in_threadpool(_picture, qr))
    if not wish.deliver:
        answer = shape.qr_shown(order.receipt, phone, here.platform.clock())
        return JsonAnswer({**answer, "qr": code}, headers=_NO_STORE)
    sent = await _sent(here, replace(order, content=replace(order.content, qr=qr)), wait)
    return JsonAnswer({**shape.whatsapp(sent), "qr": code}, 202, headers=_NO_STORE)


@router.post(
    "/integrator/tools/sendCpeEmail",
    summary="Enviar un comprobante por correo",
    response_model=EmailMessage,
    status_code=202,
    responses={202: shown.EMAIL, **problems(400, 401, 403, 404, 409, 413, 415, 422, 503)},
    openapi_extra=_body("EmailWish"),
)
async def send_email(request: Request, caller: Caller, here: Here, once: Once, wait: _Wait = 5) -> Response:
    """Envía los archivos de un comprobante aceptado a una o varias direcciones; se reintenta solo durante un día."""
    need(caller, "messaging")
    wish = shaped(EmailWish, await read_object(request, most_bytes=_LARGE))
    receipt = _named(here, caller, wish)
    content = Content(
        to=tuple(wish.to),
        cc=tuple(wish.cc),
        bcc=tuple(wish.bcc),
        reply_to=wish.replyTo or "",
        subject=wish.subject or "",
        text=wish.message or "",
        language=wish.language,
    )
    order = Wish(EMAIL, receipt, content, tuple(wish.attachments), wish.force, _key(request, caller))
    return await once(lambda: _by_email(here, order, wait))


async def _by_email(here: Surroundings, order: Wish, wait: int) -> JsonAnswer:
    return JsonAnswer(shape.email(await _sent(here, order, wait)), 202, headers=_NO_STORE)


async def message_id_of(
    message_id: Annotated[
        str,
        Path(
            description="Id del mensaje",
            examples=["f2b7e9a0-4c55-4d3a-8f7e-2b9d0c1a7e55"],
            json_schema_extra={"pattern": f"^{_UUID.pattern}$"},
        ),
    ],
) -> str:
    """An id as we give them."""
    if _UUID.fullmatch(message_id):
        return message_id
    sentence = "Debe ser un UUID en minúsculas."
    fault = Fault("invalid_parameter", "/message_id", sentence, received=message_id[:40])
    raise InvalidDocument("La dirección no nombra un mensaje.", key="invalid_parameter", faults=(fault,))


MessageId = Annotated[str, Depends(message_id_of)]


@router.get(
    "/integrator/messages",
    summary="Ver los mensajes a personas",
    response_model=Messages,
    responses={200: shown.MESSAGES, **problems(401, 403, 422)},
)
async def list_messages(
    here: Here,
    listed: Listed,
    size: Annotated[int, Query(ge=1, le=200, description="Cuántos")] = 20,
) -> JsonAnswer:
    """Los más recientes primero, de una empresa o de un comprobante suyo."""
    found = await run_in_threadpool(log_of, here.platform, listed.scope, listed.wanted, size)
    following = found[-1].message.id if len(found) == size else None
    return JsonAnswer({"items": [shape.message(each) for each in found], "cursor": following}, headers=_NO_STORE)


@router.get(
    "/integrator/messages/{message_id}",
    summary="Ver un mensaje",
    response_model=Message,
    responses={200: shown.MESSAGE, **problems(401, 403, 404, 422)},
)
async def get_message(caller: Caller, here: Here, message_id: MessageId) -> JsonAnswer:
    """En qué está, con cada paso: lo que hicimos y lo que dijo el proveedor."""
    need(caller, "messaging")
    found = await run_in_threadpool(find, here.platform, caller.rucs, message_id)
    return JsonAnswer(shape.message(found, whole=True), headers=_NO_STORE)


@router.post(
    "/integrator/messages/{message_id}/resend",
    summary="Enviar otra vez un mensaje",
    response_model=Message,
    status_code=202,
    responses={202: shown.RESENT, **problems(401, 403, 404, 409, 422, 503)},
)
async def resend_message(  # noqa: PLR0917  FastAPI passes them by name
    request: Request, caller: Caller, here: Here, message_id: MessageId, once: Once, wait: _Wait = 0
) -> Response:
    """Lo mismo a las mismas personas, como un mensaje nuevo; mientras se guarde lo que decía."""
    need(caller, "messaging")
    before = await run_in_threadpool(find, here.platform, caller.rucs, message_id)
    return await once(lambda: _again(here, before, _key(request, caller), wait))


async def _again(here: Surroundings, before: Told, key: str | None, wait: int) -> JsonAnswer:
    again = await run_in_threadpool(resend, here.platform, before, key)
    found = await _seen(here, again, wait)
    return JsonAnswer(shape.message(found, whole=True), 202, headers=_NO_STORE)


def _named(here: Surroundings, caller: Principal, wish: WhatsappWish | WhatsappQrWish | EmailWish) -> ReceiptId:
    """The receipt of a body, of a company that the caller may act for."""
    receipt = receipt_in(wish.ruc, wish.doctype, wish.serie, wish.number, strict=here.platform.strict_ruc)
    need_ruc(caller, receipt.ruc)
    return receipt


async def _sent(here: Surroundings, wish: Wish, wait: int) -> Told:
    """Taken; and as it stands when the provider has spoken, or the wait is over."""
    scope = here.platform.scope(wish.receipt.ruc)
    found = await _seen(here, await run_in_threadpool(ask, here.platform, scope, wish), wait)
    message = found.message
    if wait and message.standing == Standing.FAILED and message.channel == WHATSAPP:
        said = " ".join(part for part in (message.code, message.error) if part)
        raise Refused(f"WhatsApp no tomó el mensaje {message.id}: {said}", key="provider_bad_response")
    return found


async def _seen(here: Surroundings, message: Kept, wait: int) -> Told:
    """The message as it stands once its first attempt is over, or the wait is."""
    if wait:
        await here.sending.wait(message.scope, message.id, wait)
    return await run_in_threadpool(_told, here, message)


def _told(here: Surroundings, message: Kept) -> Told:
    return find(here.platform, {message.scope.ruc}, message.id)


def _key(request: Request, caller: Principal) -> str | None:
    """By what a request is known again, also after a process died in the midst of it."""
    key = key_in(request)
    if key is None:
        return None
    return sha256(f"{caller.credential_id}\0{request.url.path}\0{key}".encode()).hexdigest()


def _links(here: Surroundings, receipt: ReceiptId, kinds: tuple[str, ...]) -> tuple[str, ...]:
    """Signed addresses of a receipt's files, of those that there are."""
    kept = look.find(here.platform, receipt)
    return tuple(_link(here, receipt, kind) for kind in existing(kept, kinds))


def _link(here: Surroundings, receipt: ReceiptId, kind: str) -> str:
    made = links.make(here.platform, here.links, receipt, file_kind(kind), seconds=_LINK_S)
    return f"{here.address}{BASE}/files/{made.token}"


def _qr_text(here: Surroundings, receipt: ReceiptId, content: Literal["cpe", "link"]) -> str:
    """What the QR says; InvalidDocument for a receipt that has none."""
    if content == "link":
        return _link(here, receipt, "pdf")
    kept = look.find(here.platform, receipt)
    text = kept.document.qr or kept.submission.link
    if not text:
        sentence = "Este comprobante no tiene código QR oficial; pida content: link."
        raise _invalid(Fault("invalid_parameter", "/content", sentence, received=content))
    return text


def _picture(qr: Qr) -> bytes:
    try:
        return picture(qr)
    except InvalidDocument as error:
        raise _invalid(Fault("invalid_parameter", "/size", str(error), received=str(qr.size))) from error


def _invalid(fault: Fault) -> InvalidDocument:
    return InvalidDocument("La petición tiene datos no válidos.", key="validation_failed", faults=(fault,))
