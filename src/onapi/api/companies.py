"""Companies for those who administer them: see, enrol, change, set how receipts go out, ask SUNAT."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from onapi.api.auth import Caller, need
from onapi.api.bodies import read_object, shaped
from onapi.api.company_paths import Meant, Seen, body_of, tag_of
from onapi.api.idempotency import repeatable
from onapi.api.json_answer import JsonAnswer
from onapi.api.shapes import company as shape
from onapi.api.shapes import company_examples as examples
from onapi.api.shapes.company import CompanyCheck, CompanyData, CompanyInfo, CompanyList, Sender
from onapi.api.shapes.problem import problems
from onapi.api.surroundings import Here, Surroundings
from onapi.errors import InvalidDocument
from onapi.facts.places import place
from onapi.flows import check_company, enrol, keep_company
from onapi.rules.rule import Fault
from onapi.store.companies import Company
from onapi.values.identity import RUC
from onapi.values.party import Address, Party
from onapi.values.scope import Scope

router = APIRouter(tags=["Companies"])
BASE = "/integrator/admin/companies"
_RUC = r"^(\d{11})?$"


@router.get(
    BASE,
    summary="Listar las empresas",
    response_model=CompanyList,
    responses={200: examples.LIST, **problems(401, 403, 422)},
)
async def list_companies(
    caller: Caller,
    here: Here,
    after: Annotated[str, Query(pattern=_RUC, description="RUC desde el que se sigue: next de la anterior")] = "",
    size: Annotated[int, Query(ge=1, le=200, description="Cuántas")] = 50,
) -> JsonAnswer:
    """Las empresas inscritas de la credencial, por RUC. Sin ningún secreto."""
    need(caller, "admin")
    found = await run_in_threadpool(keep_company.some_companies, here.platform, caller.rucs, after=after, most=size)
    following = found[-1].scope.ruc if len(found) == size else None
    return JsonAnswer({"items": [shape.company(each) for each in found], "next": following})


@router.get(
    f"{BASE}/{{ruc}}",
    summary="Ver una empresa",
    response_model=CompanyInfo,
    responses={200: examples.INFO, **problems(401, 403, 404, 422)},
)
async def get_company(here: Here, scope: Meant) -> JsonAnswer:
    """Sus datos, y de cada secreto solo si está y desde cuándo."""
    return _told(await run_in_threadpool(keep_company.company, here.platform, scope))


@router.put(
    f"{BASE}/{{ruc}}",
    summary="Inscribir una empresa o cambiar sus datos",
    response_model=CompanyInfo,
    responses={
        200: examples.INFO,
        201: {"model": CompanyInfo, "description": "Inscrita", **examples.INFO},
        **problems(400, 401, 403, 409, 413, 415, 422),
    },
    openapi_extra=body_of("CompanyData"),
)
@repeatable()
async def put_company(request: Request, here: Here, scope: Meant, seen: Seen) -> JsonAnswer:
    """Reemplaza los datos; el certificado, las credenciales y el logotipo quedan como están."""
    party = _party(scope, shaped(CompanyData, await read_object(request)))

    def keep() -> tuple[bool, Company]:
        is_new = enrol.enrol(here.platform, party, versions=seen)
        return is_new, keep_company.company(here.platform, scope)

    is_new, found = await run_in_threadpool(keep)
    return _told(found, 201 if is_new else 200)


@router.put(
    f"{BASE}/{{ruc}}/sender",
    summary="Configurar cómo se envían los comprobantes",
    response_model=CompanyInfo,
    responses={200: examples.INFO, **problems(400, 401, 403, 409, 413, 415, 422)},
    openapi_extra=body_of("Sender"),
)
@repeatable()
async def put_company_sender(request: Request, here: Here, scope: Meant, seen: Seen) -> JsonAnswer:
    """Reemplaza la configuración entera: correo de respuesta, nombre, teléfono, modo de boletas, hora y color."""
    sender = shaped(Sender, await read_object(request)).model_dump()
    await run_in_threadpool(keep_company.set_sender, here.platform, scope, sender, versions=seen)
    return _told(await run_in_threadpool(keep_company.company, here.platform, scope))


@router.post(
    f"{BASE}/{{ruc}}/check",
    summary="Probar el certificado y las credenciales",
    response_model=CompanyCheck,
    responses={200: examples.CHECK, **problems(401, 403, 404, 409, 422)},
)
@repeatable()
async def check_company_credentials(here: Here, scope: Meant) -> JsonAnswer:
    """Pregunta a SUNAT si las credenciales pasan, sin enviar ningún comprobante."""
    return JsonAnswer(await run_in_threadpool(_checked, here, scope))


def _checked(here: Surroundings, scope: Scope) -> dict[str, object]:
    found = check_company.check(here.platform, keep_company.company(here.platform, scope))
    return shape.checked(found, here.platform.clock())


def _told(found: Company, status: int = 200) -> JsonAnswer:
    return JsonAnswer(shape.company(found), status, headers=tag_of(found))


def _party(scope: Scope, data: CompanyData) -> Party:
    said = data.address
    address = Address(said.direccion, said.ubigeo, urbanization=said.urbanizacion, establishment=said.codLocal)
    if said.ubigeo:
        address = _placed(address)
    return Party(RUC, scope.ruc, data.razonSocial, data.nombreComercial, address, data.email, data.telephone)


def _placed(address: Address) -> Address:
    """The address with the names its ubigeo gives."""
    try:
        where = place(address.ubigeo)
    except KeyError:
        fault = Fault("unknown_ubigeo", "/address/ubigeo", "El ubigeo no existe.", received=address.ubigeo)
        raise InvalidDocument("La petición tiene datos no válidos.", key="validation_failed", faults=(fault,)) from None
    return replace(address, department=where.department, province=where.province, district=where.district)
