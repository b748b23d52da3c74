"""The demo's company and user: published values, a generated certificate, SUNAT's test account."""

from onapi.cli.roof import Roof
from onapi.values.identity import RUC
from onapi.values.party import Party

CLIENT_ID = "integra"


def enrol_demo(roof: Roof) -> None:
    """The demo's company with a generated certificate, and its user; what is there already stays."""
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
    if user is None:
        sign_in.register(
            platform, client_id=CLIENT_ID, username=demo.username, password=demo.password, rucs=(demo.ruc,)
        )
    platform.database.close()
