"""Durable work: what is enqueued with a transaction is done, whatever dies meanwhile."""

from onapi.engine.durable import Work, Worker, WorkQueue

__all__ = ["Work", "WorkQueue", "Worker"]
