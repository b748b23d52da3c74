"""The demo's company and user: published values, a generated certificate, SUNAT's test account."""

from typing import TYPE_CHECKING

from onapi.cli.roof import Roof
from onapi.values.identity import RUC
from onapi.values.party import Party
from onapi.values.scope import Environment, Scope

if TYPE_CHECKING:
    from onapi.flows.platform import Platform
    from onapi.store.companies import Company

CLIENT_ID = "integra"


def enrol_demo(roof: Roof) -> None:
    """The demo's company with a generated certificate, and its user; what is there already stays."""
    from onapi.store.acting import acting_for

    with acting_for(roof.settings.environment, roof.demo.ruc):
        _enrol(roof)


def _enrol(roof: Roof) -> None:
    from onapi.cli.admin import placed
    from onapi.flows import enrol, sign_in
    from onapi.sign.certificate import self_signed
    from onapi.store import companies, credentials

    platform, demo = roof.platform(), roof.demo
    scope, now = platform.scope(demo.ruc), platform.clock()
    with platform.database.reading() as connection:
        company = companies.find(connection, scope)
        user = credentials.find_by_name(connection, CLIENT_ID, demo.username)
    if company is None or company.certificate_expires_at is None or company.certificate_expires_at <= now:
        name = "EMPRESA DE PRUEBA S.A.C."
        enrol.enrol(platform, Party(RUC, demo.ruc, name, "ONAPI DEMO", placed("JR. CUSCO 100", "150101")))
        enrol.keep_signer(platform, scope, self_signed(demo.ruc, name, now))
    if company is None or company.sol_user is None:
        enrol.set_sol(platform, scope, "MODDATOS", "moddatos")  # SUNAT's beta and the simulator take any RUC with these
    if platform.environment is Environment.SANDBOX:  # the simulator takes any; SUNAT's beta has neither service
        _set_api_credentials(platform, scope, company)
    if user is None:
        sign_in.register(
            platform, client_id=CLIENT_ID, username=demo.username, password=demo.password, rucs=(demo.ruc,)
        )
    platform.database.close()


def _set_api_credentials(platform: "Platform", scope: Scope, company: "Company | None") -> None:
    """What guías need, and questions about boletas; what is there already stays."""
    from onapi.flows import enrol

    if company is None or company.gre_client_id is None:
        enrol.set_gre(platform, scope, "onapi-demo-guias", "onapi-demo")
    if company is None or company.validity_client_id is None:
        enrol.set_validity(platform, scope, "onapi-demo-consultas", "onapi-demo")
