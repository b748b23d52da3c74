"""The HTTP application: routers, middleware in order, and the OpenAPI document."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema
from starlette.responses import RedirectResponse
from starlette.routing import Route

from onapi.api import artifacts, cancellations, health, problems, receipts, sessions
from onapi.api.docs_page import docs_routes
from onapi.api.request_id import API_VERSION, RequestIdMiddleware
from onapi.api.shapes.cancellation import Reason
from onapi.api.shapes.problem import Problem
from onapi.api.shapes.receipts import Envelope
from onapi.api.shapes.sessions import Login, Refresh
from onapi.api.surroundings import BASE, Surroundings

_ABOUT = """Facturación electrónica para el Perú: envíe un comprobante en JSON y obtenga la constancia de SUNAT.

1. `POST …/integrator/authenticate` da un token.
2. `POST …/integrator/sendMessage` envía un comprobante.
3. `GET …/integrator/ngr/…` dice en qué estado está y qué sigue.
"""


def create_app(surroundings: Surroundings) -> FastAPI:
    """The application of one API process."""

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        surroundings.platform.queue.warm()
        yield
        surroundings.password_pool.shutdown(wait=False)
        surroundings.platform.queue.close()
        surroundings.platform.database.close()

    app = FastAPI(
        title="OnAPI Service",
        version=API_VERSION,
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        lifespan=life,
        separate_input_output_schemas=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # it asks for a provider at every request
        generate_unique_id_function=lambda route: route.name,  # what a generated client calls its methods
    )
    app.state.surroundings = surroundings
    for router in (sessions.router, receipts.router, artifacts.router, cancellations.router):
        app.include_router(router, prefix=BASE)
    app.include_router(health.router)
    app.router.routes.extend(docs_routes("/openapi.json"))
    app.router.routes.append(Route("/", lambda _request: RedirectResponse("/docs")))
    problems.install(app)
    app.add_middleware(RequestIdMiddleware, answer_bug=problems.answer_bug)
    app.openapi = lambda: _document(app, surroundings.address)  # type: ignore[method-assign]  # FastAPI's documented way
    return app


def _document(app: FastAPI, address: str) -> dict[str, Any]:
    """The OpenAPI document, made once; bodies that our own readers read are added by hand."""
    if app.openapi_schema is None:
        found = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
            servers=[{"url": address}],
        )
        models = [(model, "validation") for model in (Login, Refresh, Envelope, Reason, Problem)]
        _, extra = models_json_schema(models, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]  # mode is a literal
        schemas = found.setdefault("components", {}).setdefault("schemas", {})
        schemas.update(extra["$defs"])
        schemas.pop("HTTPValidationError", None)
        schemas.pop("ValidationError", None)
        found["components"]["securitySchemes"] = {
            "bearerAuth": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        }
        _secure(found)
        app.openapi_schema = found
    return app.openapi_schema


def _secure(document: dict[str, Any]) -> None:
    """Every operation under the base needs the bearer, but the two that give it."""
    for path, operations in document["paths"].items():
        for operation in operations.values():
            if path.startswith(BASE) and not path.endswith(("/authenticate", "/refresh-token")):
                operation["security"] = [{"bearerAuth": []}]
