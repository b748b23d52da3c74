"""One's own password: the old one is asked for, other sessions end, and a stolen session is no way to it."""

from datetime import timedelta
from typing import Any

import pytest
from people_world import ANA, CLIENT, PASSWORD, RUC

from onapi.errors import InvalidDocument, Throttled, Unauthenticated
from onapi.flows import sign_in, users
from onapi.flows.own_password import Wish, change_own
from onapi.flows.sessions import open_sessions
from onapi.flows.visitor import Visitor
from onapi.rules.rule import faults_of
from onapi.store import companies
from onapi.values.party import Address, Party

HERE, THERE = Visitor("198.51.100.7", "caja", "aparato"), Visitor("203.0.113.66", "otro")
NEW = "siete montañas de sal gruesa"


def entered(platform: Any, password: str = PASSWORD, visitor: Visitor = HERE) -> Any:
    return sign_in.sign_in(platform, CLIENT, ANA, password, days=30, visitor=visitor)


def change(platform: Any, mine: Any, current: str = PASSWORD, new: str = NEW) -> int:
    return change_own(platform, Wish(mine.credential.id, mine.session_id, HERE, current, new))


def test_others_end_and_this_one_goes_on(platform: Any) -> None:
    mine, _, _ = entered(platform), entered(platform), entered(platform, visitor=THERE)
    assert change(platform, mine) == 2
    assert [each.id for each in open_sessions(platform, mine.credential.id)] == [mine.session_id]
    assert [event for _, event, _ in users.events_of(platform, mine.credential.id)][:1] == ["password_changed"]
    with pytest.raises(Unauthenticated):
        entered(platform)
    assert entered(platform, NEW).credential.id == mine.credential.id


def test_only_this_place_is_known_afterwards(platform: Any) -> None:
    mine, _ = entered(platform), entered(platform, visitor=THERE)
    change(platform, mine)
    with pytest.raises(Unauthenticated):
        entered(platform, "mal", THERE)
    with pytest.raises(Throttled):  # a stranger now
        entered(platform, NEW, THERE)
    assert entered(platform, NEW).credential.username == ANA


@pytest.mark.parametrize(
    ("current", "new", "field", "code"),
    [
        ("otra", NEW, "/current", "wrong_password"),
        (PASSWORD, "corta", "/new", "weak_password"),
        (PASSWORD, f"mi clave {RUC} larga", "/new", "weak_password"),
        (PASSWORD, "ferreterialosandesdenoche", "/new", "weak_password"),
    ],
)
def test_what_does_not_fit_is_named(platform: Any, current: str, new: str, field: str, code: str) -> None:
    with platform.database.transaction() as connection:
        party = Party("6", RUC, "FERRETERÍA LOS ANDES S.A.C.", "", Address("AV. UNO"))
        companies.keep(connection, platform.scope(RUC), party, platform.clock())
    mine = entered(platform)
    with pytest.raises(InvalidDocument) as refused:
        change(platform, mine, current, new)
    assert [(fault.path, fault.code) for fault in faults_of(refused.value)] == [(field, code)]
    assert entered(platform).credential.id == mine.credential.id


def test_a_stolen_session_guesses_a_hundred_times_a_month(platform: Any) -> None:
    mine, looked_at = entered(platform), 0
    for _ in range(30 * 24):
        platform.clock.forward(timedelta(hours=1).total_seconds())
        try:
            change(platform, mine, "otra")
        except InvalidDocument:
            looked_at += 1
        except Throttled:
            pass
    assert 90 <= looked_at <= 100


def test_who_gets_it_right_starts_anew(platform: Any) -> None:
    mine = entered(platform)
    for _ in range(9):
        with pytest.raises(InvalidDocument):
            change(platform, mine, "otra")
    change(platform, mine)
    for _ in range(10):
        with pytest.raises(InvalidDocument):
            change(platform, mine, "otra")
    with pytest.raises(Throttled):
        change(platform, mine, NEW, PASSWORD)
