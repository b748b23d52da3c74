"""Users, for administrators: those who act for the administrator's own companies, and for no others."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.concurrency import run_in_threadpool

from onapi.api.auth import Caller, need
from onapi.api.bodies import read_object, shaped
from onapi.api.idempotency import repeatable
from onapi.api.json_answer import JsonAnswer
from onapi.api.shapes.problem import problems
from onapi.api.shapes.users import KeptUser, NewUser, UserChange, UserList, user_shown
from onapi.api.surroundings import Here
from onapi.flows import users
from onapi.flows.users import Change

router = APIRouter(tags=["Users"])
_NO_STORE = {"Cache-Control": "no-store"}
UserId = Annotated[str, Path(max_length=36, description="Identificador del usuario", examples=["019aa0d2"])]


def _body(model: type[NewUser | UserChange]) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


@router.get(
    "/integrator/users",
    summary="Ver los usuarios",
    response_model=UserList,
    responses=problems(401, 403, 429),
)
async def list_users(caller: Caller, here: Here) -> JsonAnswer:
    """Los usuarios que actúan por empresas de quien administra, y por ninguna otra."""
    need(caller, "admin")
    found = await run_in_threadpool(users.all_users, here.platform, caller.client_id, caller.rucs)
    return JsonAnswer({"items": [user_shown(each) for each in found], "count": len(found)}, headers=_NO_STORE)


@router.post(
    "/integrator/users",
    summary="Crear un usuario",
    response_model=KeptUser,
    status_code=201,
    responses=problems(400, 401, 403, 409, 413, 415, 422, 429),
    openapi_extra=_body(NewUser),
)
@repeatable("admin")
async def create_user(request: Request, caller: Caller, here: Here) -> JsonAnswer:
    """Crea un usuario con un rol; sin `password` se genera una, que se muestra solo en esta respuesta."""
    need(caller, "admin")
    asked = shaped(NewUser, await read_object(request))
    make = partial(
        users.create, here.platform, caller.client_id, asked.username, asked.rucs,
        role=asked.role, password=asked.password or "", within=caller.rucs,
    )  # fmt: skip
    kept = await here.password_pool.run(make, is_known=True)
    return JsonAnswer(user_shown(kept.credential, kept.password), 201, headers=_NO_STORE)


@router.patch(
    "/integrator/users/{user}",
    summary="Cambiar un usuario",
    response_model=KeptUser,
    responses=problems(400, 401, 403, 404, 409, 413, 415, 422, 429),
    openapi_extra=_body(UserChange),
)
@repeatable("admin")
async def change_user(request: Request, user: UserId, caller: Caller, here: Here) -> JsonAnswer:
    """Cambia rol, empresas o contraseña, o lo deshabilita; cerrar el paso cierra también sus sesiones."""
    need(caller, "admin")
    asked = shaped(UserChange, await read_object(request))
    what = Change(
        role=asked.role,
        rucs=None if asked.rucs is None else tuple(asked.rucs),
        password="" if asked.newPassword else asked.password,
        disabled=asked.disabled,
    )
    make = partial(users.change, here.platform, user, what, caller.client_id, caller.rucs)
    kept = await here.password_pool.run(make, is_known=True)
    here.revocations.look_again()
    return JsonAnswer(user_shown(kept.credential, kept.password), headers=_NO_STORE)
