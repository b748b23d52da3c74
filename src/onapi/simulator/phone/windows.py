"""The phone's addresses under /whatsapp: files up and down, messages, and what is known of the number."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from hmac import compare_digest
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from onapi.errors import Refused
from onapi.simulator.acts.visit import Visit
from onapi.simulator.faults import Asked
from onapi.simulator.office import Office
from onapi.simulator.phone import media, messages
from onapi.simulator.phone.graph import denied, told_denied
from onapi.simulator.phone.switchboard import Phone
from onapi.simulator.receivers import arm, magic_phone
from onapi.simulator.rest import Ask, Told
from onapi.simulator.wire import Play, asked_in

ROOT: Final = "/whatsapp"
_VERSION: Final = re.compile(r"v\d{1,3}\.\d{1,3}")
_BEARER: Final = "bearer "


def phone_routes(office: Office, phone: Phone, latency_s: float) -> list[Route]:
    """Everything under /whatsapp."""
    number = f"{ROOT}/{{version}}/{{number}}"
    upload = GraphWindow(office, phone, "media", lambda ask: media.take(phone, ask), latency_s)
    message = GraphWindow(office, phone, "message", lambda ask: messages.send(phone, ask.body), latency_s)
    return [
        Route(f"{ROOT}/lookaside/{{media}}", partial(_download, phone), methods=["GET"]),
        Route(f"{number}/media", upload.serve, methods=["POST"]),
        Route(f"{number}/messages", message.serve, methods=["POST"]),
        Route(number, partial(_node, phone), methods=["GET", "DELETE"]),
    ]


@dataclass(frozen=True, slots=True)
class GraphWindow:
    """One address that things are posted to. For the plan of faults a message is about its receiver's digits."""

    office: Office
    phone: Phone
    operation: str  # media, message
    perform: Callable[[Ask], Told]
    latency_s: float

    async def serve(self, request: Request) -> Response:
        """Answer as the Cloud API would, or as the armed fault wants it."""
        play = Play(self.office, request, asked_in(request, self.operation), self.latency_s, _too_big)
        return await play.run(partial(self._understand, request))

    def _understand(self, request: Request, body: bytes, asked: Asked) -> Visit:
        headers = request.headers
        ask = Ask(request.path_params, body, headers.get("content-type", ""), headers.get("authorization", ""))
        subject = messages.subject_of(body) if self.operation == "message" else ""
        arm(self.office.plan, magic_phone(subject), subject)
        return Visit(replace(asked, name=subject), partial(self._answer, ask), _say)

    def _answer(self, ask: Ask) -> Response:
        return _told(self.phone, ask, lambda: self.perform(ask), number=ask.places["number"])


def _node(phone: Phone, request: Request) -> Response:
    """What is known of the business number or of a file; or a file is deleted."""
    ask = Ask(request.path_params, b"", "", request.headers.get("authorization", ""))
    node = ask.places["number"]
    if node == phone.account.number_id and request.method == "GET":
        return _told(phone, ask, lambda: _number(phone))
    if request.method == "DELETE":
        return _told(phone, ask, lambda: media.delete(phone, node))
    address = str(request.url.replace(path=f"{ROOT}/lookaside/{node}", query=""))
    return _told(phone, ask, lambda: media.tell(phone, node, address))


async def _download(phone: Phone, request: Request) -> Response:
    def answer() -> Response:
        try:
            _refuse_stranger(phone, request.headers.get("authorization", ""))
            found = media.give(phone, request.path_params["media"])
        except Refused as refused:
            return _json(told_denied(refused))
        return Response(found.content, media_type=found.media_type, headers={"X-Content-Type-Options": "nosniff"})

    return await run_in_threadpool(answer)


def _number(phone: Phone) -> Told:
    shown = {"verified_name": "Simulador", "display_phone_number": phone.account.number, "quality_rating": "GREEN"}
    return Told(200, {**shown, "id": phone.account.number_id})


def _told(phone: Phone, ask: Ask, perform: Callable[[], Told], *, number: str = "") -> Response:
    """The answer to whoever may ask."""
    try:
        if not _VERSION.fullmatch(ask.places["version"]):
            raise denied("100", "Unknown path components")
        _refuse_stranger(phone, ask.authorization)
        if number and number != phone.account.number_id:
            raise denied("100", f"There is no object with the id {number[:64]}, or no permission for it", 33)
        return _json(perform())
    except Refused as refused:
        return _json(told_denied(refused))


def _refuse_stranger(phone: Phone, authorization: str) -> None:
    is_bearer = authorization.lower().startswith(_BEARER)
    token = authorization[len(_BEARER) :].strip() if is_bearer else ""
    if not compare_digest(token.encode(), phone.account.token.encode()):
        raise denied("190", "Invalid OAuth access token: cannot parse it" if token else "An access token is required")


def _say(code: str, _: str) -> Response:
    """What a fault says: the first of its codes, where the Graph API has it."""
    return _json(told_denied(denied(code.partition("+")[0])))


def _too_big(_: Refused) -> Response:
    return _json(told_denied(denied("131053", "The request is too big")))


def _json(told: Told) -> Response:
    return JSONResponse(dict(told.body), told.status)
