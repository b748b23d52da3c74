"""Master keys change while others read and write: nothing fails or is lost; what was left half way is gone on with."""

import os
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from flow_world import RUC, World
from hook_receiver import endpoint, verified, with_receivers
from sqlalchemy import LargeBinary

from onapi.errors import Conflict, Misconfigured, OnapiError
from onapi.flows import enrol, keys, webhooks
from onapi.flows.enrol import sol_of
from onapi.flows.platform import Platform
from onapi.flows.roads import company_of
from onapi.store import sealed
from onapi.store.ring import RingFile
from onapi.store.tables import metadata
from onapi.store.vault import Vault, is_enveloped
from onapi.values.identity import RUC as RUC_TYPE
from onapi.values.party import Party

MANY = 250  # companies; the figure for 10,000 secrets is bench/rotate.py's


@pytest.fixture
def ring(tmp_path: Path) -> Path:
    """A ring whose one key is that of the world, which has sealed as it was done before data keys."""
    file = tmp_path / "ring"
    file.write_bytes(b64encode(bytes(32)) + b"\n")
    file.chmod(0o600)
    return file


@pytest.fixture
def platform(here: World, ring: Path) -> Platform:
    """One process."""
    return replace(here.platform, vault=Vault(RingFile(ring), here.platform.database))


def another(platform: Platform, ring: Path) -> Platform:
    return replace(platform, vault=Vault(RingFile(ring), platform.database))


def fill(platform: Platform, many: int) -> Iterator[str]:
    for number in range(many):
        ruc = f"20{number + 1000:09d}"  # none is the world's own
        enrol.enrol(platform, Party(RUC_TYPE, ruc, "EMPRESA"))
        enrol.set_sol(platform, platform.scope(ruc), "USUARIO", f"clave de {ruc}")
        yield ruc


def password_of(platform: Platform, ruc: str) -> str:
    return sol_of(platform, company_of(platform, platform.scope(ruc))).password


def grow_old(ring: Path) -> None:
    before = time.time() - 120
    os.utime(ring, (before, before))


def test_values_of_before_are_put_into_envelopes(platform: Platform, ring: Path) -> None:
    was = company_of(platform, platform.scope(RUC))
    assert was.certificate is not None
    assert not is_enveloped(was.certificate)
    assert keys.keys(platform)[0].values == 3  # its certificate stands in its history too
    done = keys.rotate(platform)
    assert (done.is_new, done.values, done.data_keys) == (True, 3, 0)
    now = company_of(platform, platform.scope(RUC))
    assert now.certificate is not None
    assert is_enveloped(now.certificate)
    assert password_of(another(platform, ring), RUC) == "moddatos"
    grow_old(ring)
    assert len(keys.retire(platform)) == 1
    assert password_of(another(platform, ring), RUC) == "moddatos"


def test_the_secrets_of_webhooks_are_put_into_envelopes_too(here: World, platform: Platform, ring: Path) -> None:
    """Sealed as it was done before data keys, the one in force and the one before it; both sign on afterwards."""
    receivers = with_receivers(here)
    made, first = endpoint(here, "https://a.ejemplo.pe/hook")
    scope = here.platform.scope(RUC)
    second = webhooks.rotate(here.platform, scope, made).secret
    before = webhooks.find(here.platform, scope, made)
    assert before.old_secret is not None
    assert not is_enveloped(before.secret + before.old_secret)
    with pytest.raises(Conflict, match="termine antes"):
        old_key_alone(platform, ring)
    assert keys.rotate(platform).values == 5
    now = webhooks.find(platform, scope, made)
    assert now.old_secret is not None
    assert is_enveloped(now.secret)
    assert is_enveloped(now.old_secret)
    grow_old(ring)
    assert len(keys.retire(platform)) == 1
    here.platform = replace(another(platform, ring), webhooks=receivers)
    told = webhooks.test(here.platform, scope, made)
    assert told.delivery.state == "DELIVERED"
    call = receivers.came["https://a.ejemplo.pe/hook"][0]
    assert [verified(call, each)["type"] for each in (first, second)] == ["webhook.test"] * 2


def old_key_alone(platform: Platform, ring: Path) -> None:
    """Nobody takes away a key that a webhook needs."""
    text = ring.read_bytes()
    ring.write_bytes(b64encode(bytes([7]) * 32) + b"\n" + text)
    grow_old(ring)
    try:
        keys.retire(platform)
    finally:
        ring.write_bytes(text)
        platform.vault.ring.look()  # type: ignore[union-attr]  # it is a file


# columns of bytes that hold nothing which a master key seals, and why
PLAIN = {
    "talks.answer": "what SUNAT said",
    "data_keys.name": "a name",
    "data_keys.sealed": "rotated by its own road",
    "request_keys.body": "always in an envelope, and gone after a day",
    **dict.fromkeys(("seals.marks", "seals.digest", "heads.digest", "heads.signature"), "for anybody to check"),
    "refresh_tokens.salt": "a salt, useless without the token",
}


def test_every_column_of_bytes_is_rotated_or_known_to_hold_no_secret() -> None:
    found = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert found - set(PLAIN) == set(sealed.PLACES)


def test_nothing_fails_while_keys_are_changed(platform: Platform, ring: Path) -> None:
    """Three processes read and write all the while."""
    rucs, stop, wrong, done = list(fill(platform, MANY)), threading.Event(), list[OnapiError](), count()

    def work(each: Platform, turn: int) -> None:
        for at in count(turn * 7):
            if stop.is_set():
                return
            ruc = rucs[at % MANY]
            try:
                if at % 5 == 0:
                    enrol.set_sol(each, each.scope(ruc), "USUARIO", f"clave de {ruc}")
                assert password_of(each, ruc) == f"clave de {ruc}"
                next(done)
            except OnapiError as error:
                wrong.append(error)

    threads = [threading.Thread(target=work, args=(another(platform, ring), turn)) for turn in range(3)]
    for thread in threads:
        thread.start()
    for turn in count(1):
        rotation = keys.rotate(platform)
        assert rotation.data_keys >= MANY
        grow_old(ring)
        keys.retire(platform)
        if turn > 1 and next(done) > MANY:
            break
    stop.set()
    for thread in threads:
        thread.join(30)
    assert wrong == []
    assert [each.data_keys for each in keys.keys(platform)] == [MANY + 1]
    fresh = another(platform, ring)
    assert [password_of(fresh, ruc) for ruc in rucs] == [f"clave de {ruc}" for ruc in rucs]


def test_a_rotation_left_half_way_is_finished_with_the_same_key(platform: Platform, ring: Path) -> None:
    list(fill(platform, MANY))

    def die(done: int) -> None:
        if done >= 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keys.rotate(platform, after_each=die)
    names = RingFile(ring).names
    with pytest.raises(Conflict, match="termine antes"):
        keys.retire(platform)
    done = keys.rotate(another(platform, ring))
    assert (done.is_new, done.data_keys) == (False, MANY - 100)
    assert RingFile(ring).names == names
    assert keys.rotate(platform).is_new is True


def test_a_key_that_others_may_not_know_yet_is_not_made_the_only_one(platform: Platform) -> None:
    keys.rotate(platform)
    with pytest.raises(Conflict, match="espere un minuto"):
        keys.retire(platform)


def test_a_ring_without_a_file_is_not_changed_from_here(here: World) -> None:
    with pytest.raises(Misconfigured):
        keys.rotate(here.platform)
