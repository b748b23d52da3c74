"""Durable work: what is enqueued with a transaction is done, whatever dies meanwhile.

Words of the durable-execution library (DBOS Transact) are said in this room and in no other.
"""

from onapi.engine.durable import Worker
from onapi.engine.queue import UNHURRIED, Kind, Work, WorkQueue, urgency

__all__ = ["UNHURRIED", "Kind", "Work", "WorkQueue", "Worker", "urgency"]
