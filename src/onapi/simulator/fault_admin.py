"""The simulator's addresses for faults: what is armed, what has struck, what can be armed, and the magic values."""

import json
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from onapi.errors import InvalidDocument
from onapi.simulator.faults.catalogue import catalogue
from onapi.simulator.faults.magic import charms
from onapi.simulator.faults.plan import Plan, misread
from onapi.simulator.faults.scenario_file import load_text

Handler = Callable[[Request], Awaitable[Response]]


def fault_routes(plan: Plan) -> list[Route]:
    """Everything under /_simulator/faults, and /_simulator/magic."""

    async def struck(_: Request) -> Response:
        return JSONResponse(plan.struck())

    async def known(_: Request) -> Response:
        return JSONResponse(_catalogue())

    async def magic(_: Request) -> Response:
        rows = [{"where": each.where, "pattern": each.pattern, "example": each.example} for each in charms()]
        more = [{"fault": each.fault, "settings": each.settings, "what": each.what} for each in charms()]
        return JSONResponse([{**row, **rest} for row, rest in zip(rows, more, strict=True)])

    addresses: tuple[tuple[str, Handler, list[str]], ...] = (
        ("faults", _faults(plan), ["GET", "PUT", "POST", "DELETE"]),
        ("faults/catalogue", known, ["GET"]),
        ("faults/struck", struck, ["GET"]),
        ("faults/{number:int}", _one(plan), ["DELETE"]),
        ("magic", magic, ["GET"]),
    )
    return [Route(f"/_simulator/{path}", handler, methods=methods) for path, handler, methods in addresses]


def _faults(plan: Plan) -> Handler:
    async def faults(request: Request) -> Response:
        if request.method == "GET":
            return JSONResponse(plan.told())
        if request.method == "DELETE":
            plan.clear()
            return Response(status_code=204)
        try:
            return JSONResponse(_change(plan, request, await request.body()))
        except InvalidDocument as error:
            return JSONResponse({"detail": misread(error)}, 422)
        except ValueError:
            return JSONResponse({"detail": "El cuerpo no es JSON."}, 400)

    return faults


def _change(plan: Plan, request: Request, body: bytes) -> dict[str, object]:
    """What a PUT (in place of all) or a POST (beside all) comes to."""
    if request.method == "POST":
        numbers = plan.add(json.loads(body))
        return {"armed": len(numbers), "ids": numbers}
    if "yaml" in request.headers.get("content-type", ""):
        return {"armed": load_text(plan, body.decode("utf-8", "replace"))}
    wishes = json.loads(body)
    is_scenario = isinstance(wishes, dict) and wishes
    return {"armed": plan.load(wishes) if is_scenario else plan.arm(wishes)}


def _one(plan: Plan) -> Handler:
    async def one(request: Request) -> Response:
        number = int(request.path_params["number"])
        if plan.disarm(number):
            return Response(status_code=204)
        return JSONResponse({"detail": f"No hay una falla armada con el número {number}."}, 404)

    return one


def _catalogue() -> list[dict[str, object]]:
    return [
        {
            "fault": variant.fault,
            "variant": variant.name,
            "settings": variant.settings,
            "what": "; ".join(step.what for step in variant.steps),
        }
        for variants in catalogue().values()
        for variant in variants.values()
    ]
