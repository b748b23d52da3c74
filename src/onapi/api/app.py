"""The HTTP application: routers, middleware in order, and the OpenAPI document."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.routing import Route
from starlette.types import Lifespan

from onapi.api import (
    BASE,
    artifacts,
    cancellations,
    companies,
    company_channels,
    company_secrets,
    deliveries,
    document_list,
    health,
    links,
    log_api,
    own_password,
    page_templates,
    problems,
    receipts,
    session_list,
    sessions,
    store_xml,
    users,
    webhooks,
    whatsapp_news,
)
from onapi.api.acceptable import acceptable
from onapi.api.docs_page import docs_routes
from onapi.api.error_pages import error_routes
from onapi.api.metrics_page import metrics_route
from onapi.api.openapi import complete
from onapi.api.rate_limit import Pace, RateLimitMiddleware
from onapi.api.refused_request import server_settings
from onapi.api.request_id import API_VERSION, RequestIdMiddleware
from onapi.api.surroundings import Surroundings
from onapi.api.watch_app import watch

_ROUTERS = (
    sessions.router,
    session_list.router,
    users.router,
    own_password.router,
    receipts.router,
    artifacts.router,
    cancellations.router,
    store_xml.router,
    document_list.router,
    links.router,
    deliveries.router,
    whatsapp_news.router,
    log_api.router,
    webhooks.router,
    companies.router,
    company_secrets.router,
    company_channels.router,
    page_templates.router,
)  # under the base
_ABOUT = """Facturación electrónica para el Perú: envíe un comprobante en JSON y obtenga la constancia de SUNAT.

1. `POST …/integrator/authenticate` da un token.
2. `POST …/integrator/sendMessage` envía un comprobante.
3. `GET …/integrator/ngr/…` dice en qué estado está y qué sigue.
"""


def create_app(surroundings: Surroundings) -> FastAPI:
    """The application of one API process."""
    watching = surroundings.watching

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        surroundings.platform.queue.warm()
        watching.writer.start()
        yield
        await run_in_threadpool(watching.close)
        surroundings.password_pool.shutdown(wait=False)
        surroundings.platform.press.close()
        surroundings.platform.sunat.close()
        surroundings.platform.queue.close()
        surroundings.platform.graph.close()
        surroundings.platform.database.close()

    app = _blank(life)
    app.state.surroundings = surroundings
    app.state.pace, app.state.server = Pace(surroundings.limits), server_settings(surroundings.address)
    _add_routes(app)
    problems.install(app)
    app.add_middleware(RateLimitMiddleware, answer_throttled=problems.answer_ours)
    watch(app, watching, surroundings.platform.clock)
    app.add_middleware(RequestIdMiddleware, answer_bug=problems.answer_bug, base=BASE)
    app.openapi = lambda: _document(app, surroundings.address)  # type: ignore[method-assign]  # FastAPI's documented way
    return app


def _blank(life: Lifespan[FastAPI] | None = None) -> FastAPI:
    """An application without an address."""
    return FastAPI(
        title="OnAPI Service",
        version=API_VERSION,
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,  # it would send the caller to whatever address his Host header names
        lifespan=life,
        separate_input_output_schemas=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # it asks for a provider at every request
        generate_unique_id_function=lambda route: route.name,  # what a generated client calls its methods
    )


def _add_routes(app: FastAPI) -> None:
    """Every address."""
    for router in _ROUTERS:
        app.include_router(router, prefix=BASE, dependencies=[Depends(acceptable)])
    app.include_router(health.router)
    app.router.routes.extend([*docs_routes("/openapi.json"), *error_routes()])
    app.router.routes.append(Route("/", lambda _request: RedirectResponse("/docs")))
    app.router.routes.append(metrics_route)


def _document(app: FastAPI, address: str) -> dict[str, Any]:
    """The OpenAPI document, made once."""
    if app.openapi_schema is None:
        found = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
            servers=[{"url": address}],
        )
        told = [route for router in (*_ROUTERS, health.router) for route in router.routes]
        app.openapi_schema = complete(found, address, told)
    return app.openapi_schema


def described(address: str) -> dict[str, Any]:
    """The OpenAPI document of a platform at this address, without one: for files that are made from it."""
    app = _blank()
    _add_routes(app)
    return _document(app, address)
