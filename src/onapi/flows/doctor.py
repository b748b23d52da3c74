"""One look at everything that needs a person or is late, worst first in what follows from it."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from onapi.errors import OnapiError
from onapi.flows.doctor_roads import examine_roads
from onapi.flows.enrol import guide_account_of, signer_of, sol_of, validity_account_of
from onapi.flows.examination import Point, attention, broken, well
from onapi.flows.platform import Platform
from onapi.store import condition, nights, pauses, record_lines, seals
from onapi.store.checks import count_open
from onapi.store.companies import Company
from onapi.values.moment import in_lima
from onapi.values.scope import Environment

HostTime = Callable[[str], datetime | None]
_SKEW = timedelta(seconds=30)
_BAD_SKEW = timedelta(minutes=5)
_EXPIRING = timedelta(days=60)
_STALE = timedelta(hours=48)
_UNSEALED = timedelta(hours=1)
_CREDENTIALS = "Corrija las credenciales con `onapi company set-sol` o `set-gre`; lo detenido se envía solo."
_CERTIFICATE = "Cargue uno vigente con `onapi company set-certificate`."


def examine(platform: Platform, host_time: HostTime | None = None) -> Iterator[Point]:
    """Everything but the ground it stands on; without `host_time` no host of SUNAT is called."""
    if host_time is not None:
        yield from _hosts(platform, host_time)
    yield _workers(platform)
    yield from _obstacles(platform)
    yield _paused(platform)
    yield from _companies(platform)
    yield from examine_roads(platform)
    yield _reconciled(platform)
    yield _sealed(platform)


def _hosts(platform: Platform, host_time: HostTime) -> Iterator[Point]:
    """Whether each host of SUNAT answers, and whether our clock agrees with theirs.

    Circuits are each worker's own; what they hold up is counted by its obstacle.
    """
    scheme = "http" if platform.environment is Environment.SANDBOX else "https"
    silent, skews = [], []
    for host in platform.sunat.health():
        before = platform.clock()
        told = host_time(f"{scheme}://{host}/")
        if told is None:
            silent.append(host)
        else:
            skews.append(told - (before + (platform.clock() - before) / 2))
    if silent:
        action = "Compruebe la salida a Internet; si es SUNAT, lo pendiente se envía solo cuando vuelva."
        yield attention("sunat", f"{len(silent)} servidor(es) de SUNAT no responden desde aquí.", action, *silent)
    else:
        yield well("sunat", f"Los {len(skews)} servidor(es) de SUNAT responden.")
    if skews:
        yield _clock(max(skews, key=abs))


def _clock(skew: timedelta) -> Point:
    seconds = round(abs(skew.total_seconds()))
    said = f"El reloj difiere {seconds} s del de SUNAT."
    action = "Sincronice el reloj (NTP): de él salen la fecha de emisión y los plazos."
    if abs(skew) > _BAD_SKEW:
        return broken("clock", said, action)
    return attention("clock", said, action) if abs(skew) > _SKEW else well("clock", said)


def _workers(platform: Platform) -> Point:
    with platform.database.reading() as connection:
        alive = condition.workers_alive(connection, platform.clock())
    if not alive:
        return broken("workers", "No hay ningún worker en marcha: nada se envía.", "Arranque `onapi worker`.")
    return well("workers", f"{len(alive)} worker(s) en marcha.", *sorted(alive))


def _obstacles(platform: Platform) -> Iterator[Point]:
    with platform.database.reading() as connection:
        found = condition.waiting(connection, platform.environment)
    for each in found:
        if each.obstacle == "host":
            said = f"{each.many} comprobante(s) esperan porque un servidor de SUNAT no responde (circuito abierto)."
            yield attention("circuit", said, "No hace falta reenviar: se enviarán solos en cuanto SUNAT vuelva.")
        else:
            said = f"{each.many} comprobante(s) esperan porque SUNAT no acepta las credenciales de su empresa."
            yield attention("stopped", said, _CREDENTIALS)


def _paused(platform: Platform) -> Point:
    with platform.database.reading() as connection:
        found = pauses.all_of(connection, platform.environment)
    if not found:
        return well("pauses", "Ninguna empresa está detenida.")
    lines = [f"{p.scope.ruc} ({p.door}) desde {in_lima(p.since):%d/%m/%Y %H:%M}, código {p.code}" for p in found]
    return attention("pauses", f"{len(found)} empresa(s) detenida(s) por sus credenciales.", _CREDENTIALS, *lines)


def _companies(platform: Platform) -> Iterator[Point]:
    with platform.database.reading() as connection:
        found = condition.companies_of(connection, platform.environment)
    expired = [line for each in found if (line := _certificate(platform, each))]
    if expired:
        said = f"{len(expired)} empresa(s) con el certificado vencido, por vencer en 60 días o sin certificado."
        yield attention("certificates", said, _CERTIFICATE, *expired)
    else:
        yield well("certificates", f"{len(found)} empresa(s); ningún certificado vence en 60 días.")
    sealed = [each.scope.ruc for each in found if not _opens(platform, each)]
    if sealed:
        said = "El llavero no abre los secretos de estas empresas."
        yield broken("secrets", said, "Ponga en el llavero la clave con que se guardaron.", *sealed)


def _certificate(platform: Platform, company: Company) -> str:
    until = company.certificate_expires_at
    if company.certificate is None or until is None:
        return f"{company.scope.ruc}: no tiene certificado"
    left = until - platform.clock()
    if left > _EXPIRING:
        return ""
    words = "venció" if left < timedelta() else f"vence en {left.days} días,"
    return f"{company.scope.ruc}: {words} el {in_lima(until):%d/%m/%Y}"


def _opens(platform: Platform, company: Company) -> bool:
    """Whether each secret that the company has can be opened; nothing of it is shown."""
    asked: list[Callable[[Platform, Company], object]] = [validity_account_of]
    if company.sol_user and company.sol_password:
        asked += [sol_of, guide_account_of]
    if company.certificate and company.certificate_expires_at and company.certificate_expires_at > platform.clock():
        asked.append(signer_of)
    try:
        for opened in asked:
            opened(platform, company)
    except OnapiError:
        return False
    return True


def _reconciled(platform: Platform) -> Point:
    with platform.database.reading() as connection:
        last = nights.last(connection, platform.environment)
        many = count_open(connection, platform.environment)
    when = f"La última conciliación fue la del {last.night:%d/%m/%Y}." if last else "Todavía no hubo conciliación."
    action = "Véala con `onapi reconcile --last`."
    if many:
        return attention("reconciliation", f"{when} {many} comprobante(s) con hallazgos.", action)
    if last and platform.reconcile_at and platform.clock() - last.started_at > _STALE:
        return attention("reconciliation", when, "Compruebe que haya un worker en marcha de noche.")
    return well("reconciliation", f"{when} Sin hallazgos abiertos.")


def _sealed(platform: Platform) -> Point:
    """Whether the records are under seals, but for what came lately."""
    with platform.database.reading() as connection:
        ends = seals.ends(connection, platform.environment)
        oldest = [record_lines.oldest_after(connection, platform.environment, *end) for end in ends.items()]
    since = min((each for each in oldest if each), default=None)
    if since is None or platform.clock() - since < _UNSEALED:
        return well("seals", "El historial está sellado.")
    said = f"El historial no se sella desde {in_lima(since):%d/%m/%Y %H:%M}: un cambio posterior no se notaría."
    return attention("seals", said, "Lo hace el worker cada cinco minutos; mire su registro si está en marcha.")
