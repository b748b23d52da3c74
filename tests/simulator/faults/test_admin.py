"""The addresses under /_simulator/faults, scenarios in YAML, and what they say to those who ask for nonsense."""

from pathlib import Path
from typing import Any

import pytest
from fault_world import ACCEPTED, READY, UNKNOWN, World, world_of
from sample_invoice import Pen
from sunat_client import NOW, running

from onapi.errors import Misconfigured
from onapi.simulator import create_app
from onapi.simulator.faults.catalogue import catalogue
from onapi.values.moment import read_moment

FAULTS = "/_simulator/faults"


def test_put_replaces_post_adds_and_get_tells(world: World) -> None:
    http = world.sunat.http
    assert http.put(FAULTS, json=[{"fault": "F12"}]).json() == {"armed": 1}
    assert http.put(FAULTS, json=[{"fault": "F09", "name": "x"}, {"fault": "F24/then-99", "ruc": "y"}]).json() == {
        "armed": 3
    }
    ids = http.post(FAULTS, json={"fault": "F01", "seconds": 2, "until": "5m"}).json()["ids"]
    armed = http.get(FAULTS).json()["armed"]
    assert [row["fault"] for row in armed] == ["F09", "F24", "F24", "F01"]
    assert (armed[0]["name"], armed[1]["ruc"], armed[2]["moment"]) == ("x", "y", "judge")
    assert (armed[3]["id"], armed[3]["left"], armed[3]["settings"]) == (ids[0], None, {"seconds": "2"})
    assert 299 < armed[3]["endsInSeconds"] <= 300
    assert http.delete(f"{FAULTS}/{ids[0]}").status_code == 204
    assert http.delete(f"{FAULTS}/{ids[0]}").status_code == 404
    assert len(http.get(FAULTS).json()["armed"]) == 3
    assert http.delete(FAULTS).status_code == 204
    assert http.get(FAULTS).json()["armed"] == []


def test_what_struck_is_told(world: World) -> None:
    paper = world.factura()
    world.arm({"fault": "F12", "code": "0130"})
    assert world.send(paper) == READY
    row = world.sunat.http.get(f"{FAULTS}/struck").json()[-1]
    assert (row["fault"], row["operation"], row["name"], row["ruc"]) == ("F12", "sendBill", paper.stem, paper.stem[:11])
    assert row["settings"]["code"] == "0130"
    assert read_moment(row["at"])


def test_the_catalogue_is_told(world: World) -> None:
    rows = world.sunat.http.get(f"{FAULTS}/catalogue").json()
    assert {row["fault"] for row in rows} == {f"F{number:02}" for number in range(1, 39)}
    assert all(row["what"] for row in rows)
    assert {"fault": "F05", "variant": "lost", "settings": {}}.items() <= rows[
        [row["fault"] for row in rows].index("F05")
    ].items()


@pytest.mark.parametrize("where", ["post", "put", "scenario"])
@pytest.mark.parametrize(
    ("wish", "word"),
    [
        ({"fault": "F12", "code": "x"}, "código de SUNAT"),
        ({"fault": "F12", "cuenta": 1}, "no tiene el parámetro cuenta"),
        ({"fault": "F77"}, "No existe la falla F77"),
        ({"fault": "F01", "seconds": -1}, "duración"),
        ({"fault": "F05", "probability": "mucha"}, "probability"),
        ("F05", "objeto"),
    ],
)
def test_nonsense_is_422_in_spanish(wish: Any, word: str, where: str, world: World) -> None:
    http = world.sunat.http
    bodies = {"post": wish, "put": [wish], "scenario": {"seed": 1, "faults": [wish]}}
    answered = http.post(FAULTS, json=bodies["post"]) if where == "post" else http.put(FAULTS, json=bodies[where])
    assert answered.status_code == 422
    assert word in answered.json()["detail"]
    assert http.get(FAULTS).json()["armed"] == []


@pytest.mark.parametrize(
    ("body", "word"),
    [({"seed": "x", "faults": []}, "seed"), ({"magic": 1}, "magic"), ({"falta": 1}, "falta"), ({"faults": 1}, "lista")],
)
def test_a_scenario_without_sense(body: dict[str, object], word: str, world: World) -> None:
    answered = world.sunat.http.put(FAULTS, json=body)
    assert (answered.status_code, word in answered.json()["detail"]) == (422, True)


@pytest.mark.parametrize("body", [b"{", b"\xff", b""])
def test_no_json_is_400(body: bytes, world: World) -> None:
    for method in ("PUT", "POST"):
        assert world.sunat.http.request(method, FAULTS, content=body).status_code == 400


SCENARIO = """# una caída que se repite igual
seed: 42
faults:
  - fault: F05
    operation: sendBill
    probability: 0.5
  - {fault: F12, code: 0140, name: "*-F999-*", count: 2}
"""


def _play(world: World) -> tuple[list[str], list[str]]:
    world.sunat.http.put(FAULTS, content=SCENARIO.encode(), headers={"Content-Type": "application/yaml"})
    papers = [world.factura() for _ in range(10)]
    return [world.send(paper) for paper in papers], [world.ask(paper) for paper in papers]


def test_the_same_scenario_gives_the_same_faults_over_the_wire(tmp_path: Path, pen: Pen) -> None:
    told = []
    for name in ("one", "two"):
        with world_of(tmp_path / name, pen) as world:
            told.append(_play(world))
    assert told[0] == told[1]
    assert set(told[0][0]) == {ACCEPTED, UNKNOWN}
    assert set(told[0][1]) == {ACCEPTED}


def test_a_scenario_is_followed_from_the_start(tmp_path: Path) -> None:
    file = tmp_path / "caos.yaml"
    file.write_text(SCENARIO, "utf-8")
    with running(tmp_path / "ledger", scenario=file) as sunat:
        told = sunat.http.get(FAULTS).json()
        assert (told["seed"], [row["fault"] for row in told["armed"]]) == (42, ["F05", "F12"])
        assert told["armed"][1]["settings"]["code"] == "0140", "and not an octal number"


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("seed: 1\nfaults:\n  - fault: F05\n  - fault: F77\n", 4, "F77"),
        ("seed: 1\nfaults:\n  - fault: F05\n    name: x\n    probability: 7\n", 5, "probability"),
        ("faults:\n- fault: F05\n- fault: F12\n  code: abc\n", 4, "código"),
        ("seed: uno\nfaults: []\n", 1, "seed"),
        ("faults:\n  - fault: F05\n   mal: sangrado\n", 3, "YAML"),
        ("faults:\n  - fault: F05\n\nextra: 1\n", 4, "extra"),
        ("- fault: F05\n- fault: F01\n  seconds: mucho\n", 3, "duración"),
        ("faults:\n  - F05\n", 2, "objeto"),
        ("", 1, "vacío"),
        ("seed: \x00\n", 1, "YAML"),
    ],
)
def test_yaml_errors_name_the_line(text: str, line: int, word: str, world: World, tmp_path: Path) -> None:
    headers = {"Content-Type": "application/yaml"}
    answered = world.sunat.http.put(FAULTS, content=text.encode(), headers=headers)
    assert answered.status_code == 422
    assert answered.json()["detail"].startswith(f"línea {line}: ")
    assert word in answered.json()["detail"]
    file = tmp_path / "caos.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(Misconfigured, match=rf"caos.yaml: línea {line}: "):
        create_app(tmp_path / "ledger", profile="beta", clock=lambda: NOW, scenario=file)


def test_every_fault_can_be_armed_as_it_is_told(world: World) -> None:
    for row in world.sunat.http.get(f"{FAULTS}/catalogue").json():
        if catalogue()[row["fault"]][row["variant"]].steps[0].moment in {"door", "tls", "connect"}:
            continue
        wish = {"fault": row["fault"], "variant": row["variant"], "name": "nadie", **row["settings"]}
        assert world.sunat.http.post(FAULTS, json=wish).status_code == 200, wish
