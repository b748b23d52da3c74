"""Where Meta tells what became of messages of WhatsApp: public addresses, believed by their signature alone.

`…/integrator/whatsapp/webhook` is for the platform's application at Meta, and with a RUC behind it for a company's own.
They are no operations of integrators, so the OpenAPI document leaves them out. What is answered with 200 is on the
disk; whatever else is answered, Meta repeats for days.
"""

import re
from dataclasses import asdict
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response

from onapi.api.bodies import read_body
from onapi.api.json_answer import JsonAnswer
from onapi.api.surroundings import Here
from onapi.errors import InvalidDocument
from onapi.flows import whatsapp_news
from onapi.gateways.channels.whatsapp_news import MOST_BYTES, looks_signed

PATH: Final = "/integrator/whatsapp/webhook"
router = APIRouter(include_in_schema=False)
_CHALLENGE: Final = re.compile(r"[\x21-\x7e]{1,256}", re.ASCII)
_NO_STORE: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


@router.get(PATH)
@router.get(f"{PATH}/{{ruc}}")
async def verify_whatsapp_webhook(
    here: Here,
    mode: Annotated[str, Query(alias="hub.mode")] = "",
    token: Annotated[str, Query(alias="hub.verify_token")] = "",
    challenge: Annotated[str, Query(alias="hub.challenge")] = "",
    ruc: str = "",
) -> Response:
    """Show Meta that this address is ours: it gives back what Meta sent, to whoever knows the verify token."""
    await run_in_threadpool(whatsapp_news.check_token, here.platform, ruc, token)
    if mode != "subscribe" or not _CHALLENGE.fullmatch(challenge):
        raise InvalidDocument("Meta envía hub.mode=subscribe y hub.challenge.", key="invalid_parameter")
    return PlainTextResponse(challenge, headers=_NO_STORE)


@router.post(PATH)
@router.post(f"{PATH}/{{ruc}}")
async def take_whatsapp_news(request: Request, here: Here, ruc: str = "") -> JsonAnswer:
    """Apply what Meta tells. Whoever does not sign is refused before his body is read."""
    signature = request.headers.get("x-hub-signature-256", "")
    if not looks_signed(signature):
        raise whatsapp_news.refusal()
    body = await read_body(request, most_bytes=MOST_BYTES)
    heard = await run_in_threadpool(whatsapp_news.take_in, here.platform, ruc, body, signature)
    here.watching.metrics.heard_of_whatsapp(**asdict(heard))
    return JsonAnswer(asdict(heard), headers=_NO_STORE)
