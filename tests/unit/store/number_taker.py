"""Processes that take numbers of one series as fast as they can, of which some are killed; it says how many a second.

    python number_taker.py ADDRESS PROCESSES EACH KILLS [durable]

Each number goes into a table `taken` in the transaction that takes it; nothing there refuses a repeat. Now and then a
transaction is rolled back. One that is killed is born again and goes on until its share is complete.
"""

import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import text

from onapi.store import numbers, open_database
from onapi.store.acting import acting_for_scope
from onapi.values.scope import Environment, Scope

SCOPE = Scope(Environment.SANDBOX, "20000000001")
KEEP = text("INSERT INTO taken (number, taker) VALUES (:number, :taker)")
HAS = text("SELECT COUNT(*) FROM taken WHERE taker = :taker")


def take(url: str, taker: int, each: int, *, durable: bool) -> None:
    """Complete one process's share."""
    dice = random.Random(os.getpid())  # noqa: S311  which are given back is of no account
    database = open_database(url, durable=durable)
    with database.reading() as connection:
        many = connection.execute(HAS, {"taker": taker}).scalar_one()
    while many < each:
        with acting_for_scope(SCOPE), database.transaction() as connection:
            number = numbers.take(connection, SCOPE, "01", "F001")
            if dice.random() < 0.02:
                connection.rollback()
                continue
            connection.execute(KEEP, {"number": number, "taker": taker})
        many += 1


@contextmanager
def born(url: str, takers: range, each: int, *, durable: bool) -> Iterator[dict[int, int]]:
    """Which process is which taker; they are killed in the end."""
    living: dict[int, int] = {}
    try:
        for taker in takers:
            living[birth(url, taker, each, durable=durable)] = taker
        yield living
    finally:
        for process in living:
            os.kill(process, signal.SIGKILL)


def birth(url: str, taker: int, each: int, *, durable: bool) -> int:
    """The number of a new process."""
    process = os.fork()
    if process:
        return process
    try:
        take(url, taker, each, durable=durable)
        os._exit(0)
    finally:  # whatever happened, it may not go back into the parent's work
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]  there is one, or the line above had ended us
        os._exit(1)


def race(url: str, processes: int, each: int, kills: int, *, durable: bool) -> float:
    """Let them take until all have their share; gives the numbers for each second."""
    count(url)  # imports everything before the forks
    dice, begun, killed = random.Random(4), time.monotonic(), 0  # noqa: S311  the same victims in every run
    with born(url, range(processes), each, durable=durable) as living:
        while living:
            if killed < kills and count(url) >= (killed + 1) * processes * each // (kills + 1):
                killed += 1
                os.kill(dice.choice(list(living)), signal.SIGKILL)
            process, status = os.waitpid(-1, os.WNOHANG if killed < kills else 0)
            if not process:
                time.sleep(0.15)
                continue
            taker = living.pop(process)
            if os.WIFSIGNALED(status):
                living[birth(url, taker, each, durable=durable)] = taker
            elif status:
                raise OSError(f"taker {taker} failed")
    return processes * each / (time.monotonic() - begun)


def count(url: str) -> int:
    """How many are taken; by a connection that is closed again, since it may not live in a fork."""
    with closing(open_database(url, durable=False)) as database, database.reading() as connection:
        return int(connection.execute(text("SELECT COUNT(*) FROM taken")).scalar_one())


if __name__ == "__main__":
    address, processes, each, kills, *more = sys.argv[1:]
    rate = race(address, int(processes), int(each), int(kills), durable="durable" in more)
    sys.stdout.write(f"{rate:.0f}\n")
