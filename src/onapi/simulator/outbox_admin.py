"""The simulator's addresses for what people were sent: the box, and the phone with the persons behind it."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from urllib.parse import quote

import httpx2
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from onapi.errors import InvalidDocument, Refused
from onapi.simulator.outbox import FAILED, READ, Message
from onapi.simulator.outbox_view import Whole, file_of, told, told_whole, wanted, whole
from onapi.simulator.phone.manners import change, shown, verify
from onapi.simulator.phone.messages import INCOMING, write
from onapi.simulator.phone.news import announce, hasten
from onapi.simulator.phone.reading import digits_of
from onapi.simulator.phone.switchboard import Phone
from onapi.simulator.receivers import receivers

Handler = Callable[[Request], Awaitable[Response]]
_INERT: Final = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}
_NONE: Final = "No hay ese mensaje en la bandeja."


def outbox_routes(phone: Phone) -> list[Route]:
    """Everything under /_simulator/outbox and /_simulator/phone."""
    one = "outbox/{number:int}"
    addresses: tuple[tuple[str, Handler, list[str]], ...] = (
        ("outbox", _box(phone), ["GET", "DELETE"]),
        (one, _one(phone), ["GET", "DELETE"]),
        (f"{one}/raw", _raw(phone), ["GET"]),
        (f"{one}/files/{{place:int}}", _file(phone), ["GET"]),
        (f"{one}/read", _read(phone), ["POST"]),
        ("receivers", _receivers, ["GET"]),
        ("phone", _phone(phone), ["GET", "PUT"]),
        ("phone/{person}/messages", _written(phone), ["POST"]),
    )
    return [Route(f"/_simulator/{path}", handler, methods=methods) for path, handler, methods in addresses]


def _box(phone: Phone) -> Handler:
    async def box(request: Request) -> Response:
        if request.method == "DELETE":
            return JSONResponse({"removed": await run_in_threadpool(phone.outbox.clear)})
        try:
            return JSONResponse(await run_in_threadpool(_listed, phone, dict(request.query_params)))
        except InvalidDocument as error:
            return _senseless(str(error))

    return box


def _listed(phone: Phone, asked: Mapping[str, str]) -> dict[str, object]:
    which = wanted(asked)
    found = phone.outbox.list(which.where, which.values, most=which.most + 1)
    shown_now = found[: which.most]
    many = phone.outbox.count(which.where, which.values)
    next_before = shown_now[-1].id if len(found) > which.most else None
    return {"messages": [told(each) for each in shown_now], "total": many, "nextBefore": next_before}


def _one(phone: Phone) -> Handler:
    async def one(request: Request) -> Response:
        number = request.path_params["number"]
        if request.method == "DELETE":
            is_gone = await run_in_threadpool(phone.outbox.remove, number)
            return Response(status_code=204) if is_gone else _missing()
        found = await _whole(phone, number)
        return JSONResponse(told_whole(found)) if found else _missing()

    return one


def _raw(phone: Phone) -> Handler:
    async def raw(request: Request) -> Response:
        found = await _whole(phone, request.path_params["number"])
        if found is None:
            return _missing()
        media_type, end = ("message/rfc822", "eml") if found.letter else ("application/json", "json")
        return _download(found.raw, media_type, f"mensaje-{found.message.id}.{end}")

    return raw


def _file(phone: Phone) -> Handler:
    async def file(request: Request) -> Response:
        found = await _whole(phone, request.path_params["number"])
        if found is None:
            return _missing()
        content = await run_in_threadpool(file_of, phone.outbox, found, request.path_params["place"])
        return _download(content.content, content.media_type, content.name) if content else _missing()

    return file


def _read(phone: Phone) -> Handler:
    async def read(request: Request) -> Response:
        message = await run_in_threadpool(phone.outbox.find, request.path_params["number"])
        if message is None:
            return _missing()
        if message.channel != "whatsapp" or message.kind == INCOMING:
            return JSONResponse({"detail": "Solo un mensaje de WhatsApp enviado a una persona avisa que se leyó."}, 409)
        if message.standing == FAILED:
            return JSONResponse({"detail": "El mensaje no llegó: nadie puede leerlo."}, 409)
        await run_in_threadpool(_read_now, phone, message)
        return JSONResponse({"id": message.id, "status": READ}, 202)

    return read


def _read_now(phone: Phone, message: Message) -> None:
    with phone.outbox.memory.transaction():
        announce(phone, message, ["read"])
        hasten(phone, message)


def _phone(phone: Phone) -> Handler:
    async def settings(request: Request) -> Response:
        if request.method == "PUT":
            try:
                told_now = await _json(request)
                change(phone, told_now)
                if told_now.get("verify"):
                    await _verified(phone)
            except InvalidDocument as error:
                return _senseless(str(error))
        return JSONResponse(shown(phone))

    return settings


async def _verified(phone: Phone) -> None:
    async with httpx2.AsyncClient(timeout=10, trust_env=False) as http:
        await verify(phone, http)


async def _receivers(_: Request) -> Response:
    names = ("channel", "who", "example", "what")
    return JSONResponse([{name: getattr(each, name) for name in names} for each in receivers()])


def _written(phone: Phone) -> Handler:
    async def written(request: Request) -> Response:
        try:
            text, name = _words(await _json(request))
            person = digits_of(request.path_params["person"])
        except Refused:
            return _senseless("La persona se nombra por su teléfono, como 51987654321.")
        except InvalidDocument as error:
            return _senseless(str(error))
        return JSONResponse(told(await run_in_threadpool(write, phone, person, text, name)), 201)

    return written


def _words(body: Mapping[str, object]) -> tuple[str, str]:
    text, name = body.get("text"), body.get("name", "Persona de prueba")
    if not isinstance(text, str) or not text.strip() or not isinstance(name, str):
        raise InvalidDocument("Se espera text, lo que la persona escribe, y si quiere name.")
    return text, name


async def _whole(phone: Phone, number: int) -> Whole | None:
    return await run_in_threadpool(whole, phone.outbox, number)


async def _json(request: Request) -> dict[str, object]:
    try:
        found = json.loads(await request.body())
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise InvalidDocument("El cuerpo no es un objeto JSON.")
    return found


def _download(content: bytes, media_type: str, name: str) -> Response:
    """A file to be kept, never shown: what is in it comes from anywhere."""
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    is_plain = media_type.isascii() and media_type.isprintable() and media_type.count("/") == 1
    kind = media_type if is_plain else "application/octet-stream"
    return Response(content, headers={"Content-Type": kind, "Content-Disposition": disposition, **_INERT})


def _missing() -> Response:
    return JSONResponse({"detail": _NONE}, 404)


def _senseless(sentence: str) -> Response:
    return JSONResponse({"detail": sentence}, 422)
