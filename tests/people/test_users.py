"""Users and their passwords: who may be reached, what is refused, what ends sessions (S07)."""

from typing import Any

import pytest
from people_world import ANA, CLIENT, OTHER_RUC, PASSWORD, RUC, THIRD_RUC

from onapi.errors import Conflict, Forbidden, InvalidDocument, NotFound, Unauthenticated
from onapi.facts.passwords import is_common, words
from onapi.flows import passwords, sign_in, users
from onapi.flows.sessions import open_sessions, sign_out_everywhere, sign_out_of
from onapi.flows.users import Change
from onapi.store import companies
from onapi.values.party import Address, Party

COMPANY = "FERRETERÍA LOS ANDES S.A.C."


def trouble(password: str) -> str:
    return passwords.trouble(password, username=ANA, rucs=(RUC,), companies=(COMPANY,))


@pytest.mark.parametrize(
    "password",
    [
        "corta", "catorce signo", "x" * 257, "Contraseña12345!", "contraseñasegura", "qwertyuiopasdfg",
        "asdfghjklqwertyuiop", "1234567890123456", "aaaaaaaaaaaaaaaaaaa", "abcabcabcabcabcabc", "p4ssw0rdp4ssw0rd",
        "alianzalima2024!", "Facturacion2026Peru", "universitario1924", "mi clave 20000000001 secreta",
        "me gusta la sunat de noche", "ONAPI es una palabra nuestra", "0n4p1 tambien lo es de noche",
        "ana.flores tiene una clave", "AnaFlores tiene una clave", "ferreteria los andes de noche",
        "ｃｏｎｔｒａｓｅñａ１２３４５", "losandesferreterialosandes",
    ],
)  # fmt: skip
def test_a_weak_password_is_refused_in_spanish(password: str) -> None:
    assert trouble(password).startswith("La contraseña")


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD, "quince letras ya", "correct horse battery staple", "zzzkq7 vbn m2kq7 vbn",
        "пятнадцать слов тут",
        "日本語のとても長い合言葉です。", "🐙🦊🐢🐝🐌🐞🦋🐛🐜🐠🐟🐬🐳🐋🦈", "x7#" + "ab cd" * 50,
        " con espacios a los lados ",
    ],
)  # fmt: skip
def test_length_is_enough_and_no_sort_of_sign_is_asked_for(password: str) -> None:
    assert trouble(password) == ""
    assert passwords.verify(password, passwords.hash_of(password))


def test_the_list_is_long_and_clean() -> None:
    assert len(words()) >= 3_000
    assert all(word.isascii() and word.isalnum() and word == word.lower() for word in words())
    assert is_common("Miclave2026!!")


def test_two_spellings_of_one_sign_are_the_same_password() -> None:
    assert passwords.verify("contraseña larga y rara", passwords.hash_of("contrasen\u0303a larga y rara"))
    assert passwords.verify("①②③ ﬁn de la clave", passwords.hash_of("123 fin de la clave"))
    assert not passwords.verify("otra", None)


def test_a_user_is_created_once_with_a_role_and_a_password_shown_once(platform: Any) -> None:
    kept = users.create(platform, CLIENT, "Caja1@empresa.example", [RUC], role="contador")
    assert (kept.credential.role, kept.credential.scopes) == ("contador", ("cpe:read",))
    assert len(kept.password) >= 15
    found = sign_in.sign_in(platform, CLIENT, "caja1@empresa.example", kept.password, days=30)
    assert found.credential.scopes == ("cpe:read",)
    with pytest.raises(Conflict):
        users.create(platform, CLIENT, "CAJA1@empresa.example", [RUC])


@pytest.mark.parametrize(
    "what",
    [
        {"username": "con espacio"}, {"username": ""}, {"username": "x" * 255}, {"rucs": []}, {"rucs": ["20000000011"]},
        {"role": "jefe"}, {"password": "corta"}, {"password": "mi ferreteria los andes"},
    ],
)  # fmt: skip
def test_a_misshapen_user_is_refused(platform: Any, what: dict[str, Any]) -> None:
    with platform.database.transaction() as connection:
        companies.keep(
            connection, platform.scope(RUC), Party("6", RUC, COMPANY, "", Address("AV. UNO")), platform.clock()
        )
    given = {"username": "nuevo@x.example", "rucs": [RUC], **what}
    with pytest.raises(InvalidDocument):
        users.create(platform, CLIENT, **given)


def test_an_administrator_reaches_his_own_companies_only(platform: Any) -> None:
    mine = users.create(platform, CLIENT, "mio@x.example", [RUC]).credential
    both = users.create(platform, CLIENT, "dos@x.example", [RUC, OTHER_RUC]).credential
    theirs = users.create(platform, CLIENT, "ajeno@x.example", [OTHER_RUC]).credential
    assert {each.username for each in users.all_users(platform, CLIENT, {RUC})} == {ANA, "mio@x.example"}
    assert users.change(platform, mine.id, Change(disabled=True), CLIENT, {RUC}).credential.disabled
    for out_of_reach in (both.id, theirs.id, "nadie"):
        with pytest.raises(NotFound):
            users.change(platform, out_of_reach, Change(password=""), CLIENT, {RUC})
    with pytest.raises(NotFound):
        users.change(platform, mine.id, Change(password=""), "otra", {RUC})
    with pytest.raises(Forbidden):
        users.change(platform, mine.id, Change(rucs=(RUC, OTHER_RUC)), CLIENT, {RUC})
    with pytest.raises(Forbidden):
        users.create(platform, CLIENT, "z@x.example", [THIRD_RUC], within={RUC})


@pytest.mark.parametrize(
    ("what", "ends"),
    [
        (Change(password=""), True), (Change(disabled=True), True), (Change(rucs=(OTHER_RUC,)), True),
        (Change(role="contador"), True), (Change(rucs=(RUC, OTHER_RUC)), False), (Change(), False),
    ],
)  # fmt: skip
def test_what_takes_something_away_ends_sessions(platform: Any, what: Change, ends: bool) -> None:  # noqa: FBT001  a table's column
    found = sign_in.sign_in(platform, CLIENT, ANA, PASSWORD, days=30)
    users.change(platform, found.credential.id, what)
    assert (open_sessions(platform, found.credential.id) == []) is ends
    assert (len(users.events_of(platform, found.credential.id)) == 1) is ends


def test_sessions_end_one_by_one_or_all(platform: Any) -> None:
    found = [sign_in.sign_in(platform, CLIENT, ANA, PASSWORD, days=30) for _ in range(3)]
    me = found[0].credential.id
    sign_out_of(platform, me, found[0].session_id)
    with pytest.raises(NotFound):
        sign_out_of(platform, me, found[0].session_id)
    with pytest.raises(NotFound):
        sign_out_of(platform, "otro", found[1].session_id)
    assert sign_out_everywhere(platform, me) == 2


def test_both_wrong_logins_do_the_same_work(platform: Any, hasher: Any) -> None:
    """S04: one verification each, and as many statements."""
    told = []
    for name in (ANA, "nadie@empresa.example"):
        hasher.verified = 0
        with pytest.raises(Unauthenticated) as refused:
            sign_in.sign_in(platform, CLIENT, name, "una clave equivocada", days=30)
        told.append((hasher.verified, refused.value.key, str(refused.value)))
    assert told[0] == told[1]
    assert told[0][0] == 1
