"""`/metrics`: the figures of this process and of the database, as Prometheus reads them."""

from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from onapi.api.problems import problem
from onapi.api.surroundings import surroundings_of

_OURS_ALONE = "Solo para quien administra la plataforma: desde la misma máquina, o con el token de ONAPI_METRICS_TOKEN."


async def _metrics(request: Request) -> Response:
    watching = surroundings_of(request).watching
    if not watching.lets_look(request):
        return problem(request, "scope_missing", _OURS_ALONE)
    page = await run_in_threadpool(watching.metrics.page)
    return Response(page, headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"})


metrics_route = Route("/metrics", _metrics)
