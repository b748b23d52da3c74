"""Change one's own password."""

from dataclasses import replace
from functools import partial

from fastapi import APIRouter, Request

from onapi.api.auth import Caller
from onapi.api.bodies import read_object, shaped
from onapi.api.idempotency import repeatable
from onapi.api.json_answer import JsonAnswer
from onapi.api.shapes.own_password import OwnPassword
from onapi.api.shapes.problem import problems
from onapi.api.shapes.session_list import Ended
from onapi.api.surroundings import Here
from onapi.api.visitors import visitor_of
from onapi.errors import InvalidDocument
from onapi.flows.own_password import Wish, change_own
from onapi.rules.rule import faults_of

router = APIRouter(tags=["Authentication"])
_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/OwnPassword"}}},
    }
}


@router.put(
    "/integrator/users/me/password",
    summary="Cambiar la propia contraseña",
    response_model=Ended,
    responses=problems(400, 401, 404, 409, 413, 415, 422, 429),
    openapi_extra=_BODY,
)
@repeatable()
async def change_own_password(request: Request, caller: Caller, here: Here) -> JsonAnswer:
    """Pide la contraseña actual y la nueva; cierra las demás sesiones de quien llama, y esta sigue.

    La actual puede decirse mal diez veces; después, una vez cada ocho horas (429 `login_blocked`, con `Retry-After`).
    """
    try:
        asked = shaped(OwnPassword, await read_object(request))
    except InvalidDocument as error:  # what does not fit is named, and never repeated
        faults = tuple(replace(fault, received=None) for fault in faults_of(error))
        raise InvalidDocument(str(error), key=error.key, faults=faults) from None
    wish = Wish(caller.credential_id, caller.session_id, visitor_of(request, here), asked.current, asked.new)
    ended = await here.password_pool.run(partial(change_own, here.platform, wish), is_known=True)
    here.revocations.look_again()
    return JsonAnswer({"ended": ended}, headers={"Cache-Control": "no-store"})
