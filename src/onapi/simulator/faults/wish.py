"""What somebody wishes to go wrong, as JSON and YAML say it, made into steps that can be armed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Final

from onapi.errors import InvalidDocument
from onapi.simulator.faults.armed import Armed, Chosen, Window
from onapi.simulator.faults.asked import Moment
from onapi.simulator.faults.catalogue import ALWAYS, Step, Variant, catalogue
from onapi.simulator.faults.parameters import checked, duration, senseless
from onapi.values.moment import read_moment

OPERATIONS: Final = (
    *("sendBill", "sendSummary", "sendPack", "getStatus", "getStatusCdr"),
    *("token", "sendGre", "getGre", "validate"),
    *("mail", "media", "message"),
)
ENDPOINTS: Final[Mapping[str, tuple[str, ...]]] = {
    "sales": ("/ol-ti-itcpfegem*",),
    "others": ("/ol-ti-itemision-otroscpe-gem*",),
    "consult": ("/ol-it-wsconscpegem/*",),
    "gre": ("/v1/contribuyente/gem/*",),
    "tokens": ("/v1/clientessol/*", "/v1/clientesextranet/*"),
    "validity": ("/v1/contribuyente/contribuyentes/*",),
    "phone": ("/whatsapp/*",),
}
_MOVABLE: Final = frozenset({"wait", "drop", "hold", "reply", "say"})  # acts that make sense before and after
_OWN: Final = frozenset(
    {"fault", "variant", "count", "probability", "name", "ruc", "operation", "endpoint", "ip", "after", "until"}
    | {"clock", "moment", "value"}
)
_NOT_ARMED: Final = {
    "F39": "F39 no se arma: es el perfil production del simulador.",
    "F40": "F40 no se arma: es la consulta GET /_simulator/ledger.",
}
_MOST_COUNT: Final = 10**6


@dataclass(frozen=True, slots=True)
class Now:
    """The two clocks at the moment of arming, in seconds."""

    real: float
    simulated: float


Numbers = Iterator[int]


def read_wish(wish: object, now: Now, mark: str, numbers: Numbers | None = None) -> tuple[Armed, ...]:
    """The steps that a wish asks for; InvalidDocument with a Spanish sentence and the key that is wrong.

    A wish is `{"fault": "F12", "count": 2, "probability": 0.5, "name": "20000000001-01-*", "ruc": "20000000001",
    "operation": "sendBill", "after": "1m", "until": "5m", "value": "0130"}`: all but the first may be left out, and
    every parameter of the fault may stand beside them.
    """
    if not isinstance(wish, dict):
        raise senseless("Cada falla es un objeto con fault y lo que la acompaña.")
    variant = _variant(wish)
    settings = _settings(wish, variant)
    numbers, chosen = numbers or count(1), _chosen(wish)
    _refuse_blind(wish, variant, chosen)
    return tuple(
        Armed(
            next(numbers),
            f"{mark}.{part}",
            step,
            _moment(wish, step),
            chosen if chosen.operations else replace(chosen, operations=step.operations),
            {key: settings[key] for key in step.settings},
            _count(wish, step),
            _probability(wish, step),
            _window(wish, step, settings, now),
            _is_real(wish, step),
        )
        for part, step in enumerate(variant.steps)
    )


def _variant(wish: Mapping[str, object]) -> Variant:
    fault, _, short = str(wish.get("fault", "")).partition("/")
    if fault in _NOT_ARMED:
        raise senseless(_NOT_ARMED[fault], "fault")
    variants = catalogue().get(fault)
    if variants is None:
        raise senseless(f"No existe la falla {fault or '(ninguna)'}.", "fault")
    name = short or str(wish.get("variant", next(iter(variants))))
    if name not in variants:
        raise senseless(f"La falla {fault} no tiene la variante {name}; tiene: {', '.join(variants)}.", "variant")
    return variants[name]


def _settings(wish: Mapping[str, object], variant: Variant) -> dict[str, str]:
    known, main = variant.settings, next((step.main for step in variant.steps if step.main), "")
    told = {key: value for key, value in wish.items() if key not in _OWN}
    if wish.get("value") is not None:
        if not main:
            raise senseless(f"La falla {variant.fault}/{variant.name} no toma un valor.", "value")
        told = {main: wish["value"], **told}
    for key in told:
        if key not in known:
            having = f"tiene: {', '.join(known)}" if known else "no tiene ninguno"
            raise senseless(f"La falla {variant.fault}/{variant.name} no tiene el parámetro {key}; {having}.", str(key))
    return {**known, **{key: checked(key, value) for key, value in told.items()}}


def _refuse_blind(wish: Mapping[str, object], variant: Variant, chosen: Chosen) -> None:
    """A connection has no name yet, and a door is shut for everybody."""
    moments = {step.moment for step in variant.steps}
    label = f"{variant.fault}/{variant.name}"
    if moments & {Moment.DOOR, Moment.CONNECT, Moment.TLS} and (chosen.needs_reading or chosen.addresses):
        wrong = next(key for key in ("name", "ruc", "operation", "endpoint") if wish.get(key))
        raise senseless(f"La falla {label} ocurre antes de saber qué se pide: no se puede elegir con {wrong}.", wrong)
    wrong = next((key for key in ("count", "probability", "ip") if key in wish), "")
    if Moment.DOOR in moments and wrong:
        raise senseless(f"La falla {label} cierra el puerto para todos mientras dura: no toma {wrong}.", wrong)


def _is_real(wish: Mapping[str, object], step: Step) -> bool:
    clock = wish.get("clock", "real" if step.on_real_clock else "simulator")
    if clock not in {"real", "simulator"}:
        raise senseless("clock es real o simulator.", "clock")
    return clock == "real" and not _is_moment(wish)


def _is_moment(wish: Mapping[str, object]) -> bool:
    """Whether the window is given in moments of the simulator's calendar."""
    return any("T" in str(wish.get(key, "")) for key in ("after", "until"))


def _moment(wish: Mapping[str, object], step: Step) -> Moment:
    if "moment" not in wish:
        return step.moment
    if step.act not in _MOVABLE or wish["moment"] not in {"before", "after"}:
        raise senseless(f"La falla {step.fault} no se puede mover a moment={wish['moment']}.", "moment")
    return Moment(str(wish["moment"]))


def _count(wish: Mapping[str, object], step: Step) -> int | None:
    if "count" not in wish:
        return None if step.count == ALWAYS or "probability" in wish or "until" in wish else 1
    told = wish["count"]
    if told == ALWAYS:
        return None
    if isinstance(told, bool) or not isinstance(told, int) or not 1 <= told <= _MOST_COUNT:
        raise senseless('count es un entero positivo, o "*" para siempre.', "count")
    return told


def _probability(wish: Mapping[str, object], step: Step) -> float:
    told = wish.get("probability", step.probability)
    if isinstance(told, bool) or not isinstance(told, int | float) or not 0 < told <= 1:
        raise senseless("probability es un número mayor que 0 y hasta 1.", "probability")
    return told


def _window(wish: Mapping[str, object], step: Step, settings: Mapping[str, str], now: Now) -> Window:
    start = now.real if _is_real(wish, step) else now.simulated
    first, _, last = step.window.partition("..")
    begins = start + _sum(first, settings)
    ends = start + _sum(last, settings) if last else None
    if "after" in wish:
        begins = _when("after", wish["after"], start)
    if "until" in wish:
        ends = _when("until", wish["until"], start)
    if ends is not None and ends <= begins:
        raise senseless("La ventana termina antes de empezar: until es posterior a after.", "until")
    return Window(begins, ends)


def _sum(names: str, settings: Mapping[str, str]) -> float:
    return sum(float(settings[name]) for name in names.split("+") if name)


def _when(key: str, told: object, start: float) -> float:
    """A second of the clock: so long after arming, or a moment of the simulator's calendar."""
    if not isinstance(told, str) or "T" not in told:
        return start + duration(key, told)
    try:
        return read_moment(told).timestamp()
    except ValueError:
        raise senseless(f"{key} es una duración o un instante RFC 3339.", key) from None


def _chosen(wish: Mapping[str, object]) -> Chosen:
    operations = wish.get("operation") or ()
    listed = [operations] if isinstance(operations, str) else operations
    if not isinstance(listed, list | tuple) or any(each not in OPERATIONS for each in listed):
        raise senseless(f"operation es una de: {', '.join(OPERATIONS)}.", "operation")
    return Chosen(
        _glob(wish, "name"), _glob(wish, "ruc"), frozenset(map(str, listed)), _addresses(wish), _glob(wish, "ip")
    )


def _glob(wish: Mapping[str, object], key: str) -> str:
    told = wish.get(key, "")
    if isinstance(told, bool) or not isinstance(told, str | int):
        raise senseless(f"{key} es un texto.", key)
    return str(told)


def _addresses(wish: Mapping[str, object]) -> tuple[str, ...]:
    told = _glob(wish, "endpoint")
    if not told or told in ENDPOINTS:
        return ENDPOINTS.get(told, ())
    if told[0] not in "/*":
        raise senseless(f"endpoint es una de {', '.join(ENDPOINTS)}, o una ruta que empieza con /.", "endpoint")
    return (told,)


def each_wish(wishes: object, read: Callable[[int, object], tuple[Armed, ...]]) -> list[Armed]:
    """The steps of a list of wishes; what is wrong with one says which, in `facts["place"]`."""
    if not isinstance(wishes, list):
        raise senseless("Se espera una lista de fallas.")
    armed: list[Armed] = []
    for place, wish in enumerate(wishes):
        try:
            armed += read(place, wish)
        except InvalidDocument as error:
            error.facts["place"] = place
            raise
    return armed
