"""Numbers of one hot series taken by sixteen processes, some of them killed meanwhile; SQLite and PostgreSQL."""

import os
import subprocess
import sys
from contextlib import closing

from databases import ROOT, each_database
from figures import show
from sqlalchemy import text

from onapi.store import open_database

_TAKER = ROOT / "tests" / "unit" / "store" / "number_taker.py"
_RUNS = 3
_EACH = 500


def _rate(url: str, processes: int, kills: int, durable: str) -> float:
    """Numbers for each second; AssertionError if there is a gap or a repeat."""
    with closing(open_database(url)) as database, database.transaction() as connection:
        for table in ("DROP TABLE IF EXISTS taken", "DELETE FROM series", "CREATE TABLE taken (number INT, taker INT)"):
            connection.execute(text(table))
    command = [sys.executable, str(_TAKER), url, str(processes), str(_EACH), str(kills), durable]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    rate = float(subprocess.run(command, env=env, check=True, capture_output=True, encoding="utf-8").stdout)
    with closing(open_database(url)) as database, database.reading() as connection:
        found = connection.execute(text("SELECT number FROM taken ORDER BY number")).scalars().all()
    assert found == list(range(1, processes * _EACH + 1)), "a gap or a repeat"
    return rate


def run() -> None:
    """Print every figure."""
    for sort, url in each_database():
        for processes, kills, durable in ((16, 0, ""), (16, 6, ""), (4, 0, ""), (4, 0, "durable")):
            rates = [_rate(url, processes, kills, durable) for _ in range(_RUNS)]
            name = f"numbers, {sort}, {processes} processes" + f", {kills} killed" * (kills > 0)
            show(name + ", synced" * bool(durable and sort == "sqlite"), rates, "/s")
