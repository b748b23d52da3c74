"""Keep a company's endpoints: add, change, rotate the secret, test, look at what was delivered, deliver again."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from onapi.errors import Conflict, InvalidDocument, NotFound
from onapi.flows.act import act
from onapi.flows.announce import EVENTS, News, delivery_of, forget, put, written
from onapi.flows.deliver import attempt
from onapi.flows.platform import Platform
from onapi.gateways.channels.webhook import make_secret
from onapi.rules.rule import Fault
from onapi.store import deliveries, webhooks
from onapi.store.deliveries import Attempt, Delivery, Message
from onapi.store.webhooks import ALL, Endpoint, secret_field
from onapi.values.scope import Scope

MOST_ENDPOINTS = 20
OLD_SECRET_LIFE = timedelta(hours=24)
_TEST = "webhook.test"


@dataclass(frozen=True, slots=True)
class Wish:
    """An endpoint as its company wants it."""

    url: str
    events: tuple[str, ...] = (ALL,)
    description: str = ""
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Kept:
    """An endpoint, and its secret where it was just made: it is shown once."""

    endpoint: Endpoint
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Told:
    """A delivery with what it tells and how that went."""

    delivery: Delivery
    message: Message
    attempts: tuple[Attempt, ...]


def keep(platform: Platform, scope: Scope, wish: Wish) -> Kept:
    """Add an endpoint, or change the one at this address; a secret comes with a new one."""
    wish = _checked(platform, wish)
    with platform.database.reading() as connection:
        known = webhooks.find_by_url(connection, scope, wish.url)
        many = len(webhooks.all_of(connection, scope))
    if known is not None:
        return Kept(change(platform, scope, known.id, wish))
    if many >= MOST_ENDPOINTS:
        sentence = f"La empresa ya tiene {MOST_ENDPOINTS} endpoints; quite alguno."
        raise InvalidDocument(sentence, key="validation_failed", faults=(Fault("too_many", "/url", sentence),))
    return _add(platform, scope, wish)


def _add(platform: Platform, scope: Scope, wish: Wish) -> Kept:
    name, secret, now = platform.new_id(), make_secret(), platform.clock()
    sealed = platform.vault.seal(scope, secret_field(name), secret.encode())
    endpoint = Endpoint(name, scope, wish.url, wish.description, wish.events, wish.enabled, sealed, now, now)
    try:
        with platform.database.transaction() as connection:
            webhooks.add(connection, scope, endpoint)
            act(platform, connection, "webhook_added", name, scope, events=list(wish.events))
    except Conflict as conflict:
        raise Conflict("Otra petición guarda a la vez este endpoint; repita la suya.", key="in_progress") from conflict
    forget(platform, scope)
    return Kept(endpoint, secret)


def change(platform: Platform, scope: Scope, endpoint_id: str, wish: Wish) -> Endpoint:
    """Change an endpoint; enabling it again forgets that it failed."""
    wish, known = _checked(platform, wish), find(platform, scope, endpoint_id)
    values: dict[str, object] = {
        "url": wish.url,
        "description": wish.description,
        "events": list(wish.events),
        "enabled": wish.enabled,
        "updated_at": platform.clock(),
    }
    if wish.enabled != known.enabled:
        values |= {"failing_since": None, "disabled_why": None}
    with platform.database.reading() as connection:
        other = webhooks.find_by_url(connection, scope, wish.url)
    if other is not None and other.id != endpoint_id:
        sentence = "La empresa ya tiene otro endpoint en esta dirección."
        raise InvalidDocument(sentence, key="validation_failed", faults=(Fault("repeated", "/url", sentence),))
    _change(platform, scope, endpoint_id, "changed", values)
    return find(platform, scope, endpoint_id)


def remove(platform: Platform, scope: Scope, endpoint_id: str) -> None:
    """Tell it nothing more; what it was told stays in the log."""
    find(platform, scope, endpoint_id)
    now = platform.clock()
    _change(platform, scope, endpoint_id, "removed", {"enabled": False, "deleted_at": now, "updated_at": now})


def rotate(platform: Platform, scope: Scope, endpoint_id: str) -> Kept:
    """Give it a new secret; the one before signs along for a day, so that nobody misses a message."""
    known, secret, now = find(platform, scope, endpoint_id), make_secret(), platform.clock()
    values: dict[str, object] = {
        "secret": platform.vault.seal(scope, secret_field(endpoint_id), secret.encode()),
        "old_secret": known.secret,
        "old_secret_until": now + OLD_SECRET_LIFE,
        "updated_at": now,
    }
    _change(platform, scope, endpoint_id, "secret_rotated", values)
    return Kept(find(platform, scope, endpoint_id), secret)


def test(platform: Platform, scope: Scope, endpoint_id: str) -> Told:
    """Send it one message now, and only once, enabled or not; gives what came of it."""
    endpoint = find(platform, scope, endpoint_id)
    message = written(platform, scope, News(_TEST, {"endpointId": endpoint_id, "message": "Prueba de OnAPI."}))
    delivery = delivery_of(platform, scope, message, endpoint_id)
    with platform.database.transaction() as connection:
        deliveries.add_messages(connection, scope, [message])
        deliveries.add(connection, scope, [delivery])
    attempt(platform, endpoint, message, delivery, only_once=True)
    return delivery_told(platform, scope, endpoint_id, delivery.id)


def replay(platform: Platform, scope: Scope, endpoint_id: str, delivery_id: str) -> Told:
    """Deliver a message again, under its own id, with all its attempts before it."""
    before = delivery_told(platform, scope, endpoint_id, delivery_id)
    if not find(platform, scope, endpoint_id).enabled:
        sentence = "El endpoint está deshabilitado; habilítelo antes de reenviar."
        raise InvalidDocument(sentence, key="validation_failed", faults=(Fault("disabled", "/id", sentence),))
    again = replace(delivery_of(platform, scope, before.message, endpoint_id), replay_of=delivery_id)
    platform.queue.open()
    try:
        with platform.database.transaction() as connection:
            deliveries.add(connection, scope, [again])
            put(platform, connection, scope, [again])
    except Conflict as conflict:  # it was kept as long as the platform keeps it, until this very moment
        raise NotFound("El envío ya no se guarda.", key="delivery_not_found") from conflict
    return Told(again, before.message, ())


def find(platform: Platform, scope: Scope, endpoint_id: str) -> Endpoint:
    """An endpoint of the company; NotFound if it has none of this id."""
    with platform.database.reading() as connection:
        found = webhooks.find(connection, scope, endpoint_id)
    if found is None or found.deleted_at is not None:
        raise NotFound("La empresa no tiene este endpoint.", key="webhook_not_found")
    return found


def all_of(platform: Platform, scope: Scope) -> Sequence[Endpoint]:
    """The company's endpoints, oldest first."""
    with platform.database.reading() as connection:
        return webhooks.all_of(connection, scope)


def log_of(
    platform: Platform, scope: Scope, endpoint_id: str, *, before: str = "", state: str = "", most: int = 50
) -> Sequence[Told]:
    """What an endpoint was told, the newest first; `before` is the id of the last one seen."""
    find(platform, scope, endpoint_id)
    with platform.database.reading() as connection:
        rows = deliveries.of_endpoint(connection, scope, endpoint_id, before=before, state=state, most=most)
        tries = deliveries.attempts_of(connection, scope, [delivery.id for delivery, _ in rows])
    return [Told(delivery, message, tuple(tries.get(delivery.id, ()))) for delivery, message in rows]


def delivery_told(platform: Platform, scope: Scope, endpoint_id: str, delivery_id: str) -> Told:
    """One delivery of an endpoint; NotFound if there is none."""
    find(platform, scope, endpoint_id)
    with platform.database.reading() as connection:
        found = deliveries.find(connection, scope, delivery_id)
        if found is None or found.endpoint_id != endpoint_id:
            raise NotFound("El endpoint no tiene este envío.", key="delivery_not_found")
        message = deliveries.message(connection, scope, found.message_id)
        tries = deliveries.attempts_of(connection, scope, [delivery_id])
    return Told(found, message, tuple(tries.get(delivery_id, ())))


def _checked(platform: Platform, wish: Wish) -> Wish:
    """The wish with its address in one spelling; InvalidDocument names what is wrong."""
    try:
        url = platform.webhooks.check(wish.url)
    except InvalidDocument as error:
        fault = Fault("url_not_allowed", "/url", str(error), received=wish.url[:100])
        raise InvalidDocument(str(error), key="validation_failed", faults=(fault,)) from error
    unknown = [each for each in wish.events if each != ALL and each not in EVENTS]
    if unknown or not wish.events:
        sentence = f"Indique uno o más eventos, o «*». Los hay: {', '.join(EVENTS)}."
        faults = (Fault("unknown_event", "/events", sentence, received=", ".join(unknown)[:100]),)
        raise InvalidDocument(sentence, key="validation_failed", faults=faults)
    return replace(wish, url=url, events=tuple(dict.fromkeys(wish.events)))


def _change(platform: Platform, scope: Scope, endpoint_id: str, what: str, values: dict[str, object]) -> None:
    with platform.database.transaction() as connection:
        webhooks.change(connection, scope, endpoint_id, values)
        act(platform, connection, f"webhook_{what}", endpoint_id, scope)
    forget(platform, scope)
