"""The forty kill points of the road, as a table: where in the product each of them is.

A row wraps one named function of the product, from outside: nothing in the product knows about it. `-` is the moment
before what the point is about can be found on a disk or at SUNAT, `+` the moment after.
"""

from dataclasses import dataclass

API, WORKER = "api", "worker"
BILLS = ("01", "03", "20")  # answered at once
TICKETS = ("RC", "RA", "09")  # taken in, told later
ALONE = (*BILLS, *TICKETS)
BATCHES = ("RC", "RA")
ISSUED = ("01", "03", "20", "09", "RA")  # by a caller; a worker makes the resúmenes


@dataclass(frozen=True, slots=True)
class Point:
    """A moment at which a process dies."""

    name: str
    role: str
    places: tuple[str, ...]  # module:function, wherever the name is used
    when: str  # before or after the call; or what `chaos_socket` knows: first, last, read
    roads: tuple[str, ...]  # of which documents
    test: str = ""  # a condition of `chaos_wrap`, by name


_ISSUE = "onapi.flows.issue"
_KEEP = (f"{_ISSUE}:keep", f"{_ISSUE}:keep_next", "onapi.flows.void:keep_next")
_TAKE = ("onapi.api.receipts:issue", "onapi.api.cancellations:void")
_GATHER = ("onapi.flows.summarise:keep_next",)
_SIGN = ("onapi.flows.draw_up:signed_by",)
_BLOB = ("onapi.flows.keep:_with_blob",)
_ROWS = ("onapi.flows.keep:_add",)
_CLAIM = ("dbos._sys_db:SystemDatabase.start_queued_workflows",)
_INTENT = ("onapi.flows.submit:_announce",)
_SOCKET = ("onapi.gateways.sunat.wire:Wire._talk",)
_TALK = ("onapi.flows.submit:keep_talk",)
_READ = ("onapi.flows.hear:_verdict",)
_MOVE = ("onapi.flows.record:_tell_the_door",)
_DONE = ("onapi.flows.submit:record", "onapi.flows.poll:record", "onapi.flows.recover:record")
_HEARD = ("onapi.flows.submit:hear_send",)
_ANSWER = ("onapi.flows.poll:keep_talk",)
_FOLLOW = ("onapi.flows.record:follow",)
_TELL = ("onapi.flows.deliver:_post",)
_HAND = ("onapi.flows.hand_over:_sent",)
_CACHE = ("onapi.store.page_cache:PageCache.put",)
_FORGET = ("onapi.flows.forget_told:_forget",)
_FORGOTTEN = ("onapi.flows.forget_told:_forget_some",)

POINTS: tuple[Point, ...] = (
    Point("K01-", API, _KEEP, "before", ISSUED),
    Point("K01+", API, _TAKE, "after", ("",)),  # committed, not answered
    Point("K03-", API, _SIGN, "before", ISSUED),
    Point("K03+", API, _SIGN, "after", ISSUED),
    Point("K04-", API, _BLOB, "before", ISSUED),
    Point("K04+", API, _BLOB, "after", ISSUED),
    Point("K05-", API, _ROWS, "after", ISSUED),  # every row is written, nothing is committed
    Point("K05+", API, _KEEP, "after", ISSUED),
    Point("K01-", WORKER, _GATHER, "before", ("RC",)),  # what a worker accepts from itself: a resumen
    Point("K01+", WORKER, ("onapi.flows.summarise:_gather",), "after", ("",), "made"),
    Point("K02-", WORKER, _CLAIM, "before", ("",), "waits"),
    Point("K02+", WORKER, _CLAIM, "after", ("",), "claimed"),
    Point("K03-", WORKER, _SIGN, "before", ("RC",)),
    Point("K03+", WORKER, _SIGN, "after", ("RC",)),
    Point("K04-", WORKER, _BLOB, "before", ("RC",)),
    Point("K04+", WORKER, _BLOB, "after", ("RC",)),
    Point("K05-", WORKER, _ROWS, "after", ("RC",)),
    Point("K05+", WORKER, _GATHER, "after", ("RC",)),
    Point("K06-", WORKER, _INTENT, "before", ALONE),
    Point("K06+", WORKER, _INTENT, "after", ALONE),
    Point("K07-", WORKER, _SOCKET, "first-", ALONE),
    Point("K07+", WORKER, _SOCKET, "first+", ALONE),
    Point("K08-", WORKER, _SOCKET, "last-", ALONE),
    Point("K08+", WORKER, _SOCKET, "last+", ALONE),
    Point("K09-", WORKER, _SOCKET, "read-", ALONE),
    Point("K09+", WORKER, _SOCKET, "read+", ALONE),
    Point("K10-", WORKER, _TALK, "before", ALONE),
    Point("K10+", WORKER, _TALK, "after", ALONE),
    Point("K11-", WORKER, _READ, "before", ALONE),
    Point("K11+", WORKER, _READ, "after", ALONE),
    Point("K12-", WORKER, _MOVE, "after", ALONE, "verdict"),  # moved and noted, not committed
    Point("K12+", WORKER, _DONE, "after", ALONE, "verdict"),
    Point("K13-", WORKER, _TELL, "before", ("",)),
    Point("K13+", WORKER, _TELL, "after", ("",)),  # told, and not written down
    Point("K14-", WORKER, _HAND, "before", ("",)),  # the attempt is written down, nothing is said yet
    Point("K14+", WORKER, _HAND, "after", ("",)),  # the provider took it, and that is not written down
    Point("K15-", WORKER, _CACHE, "before", ("",)),  # the page of a letter is set, and not kept
    Point("K15+", WORKER, _CACHE, "after", ("",)),  # it is kept, and the letter has not gone
    Point("K16-", WORKER, _TALK, "before", TICKETS, "ticket"),
    Point("K16+", WORKER, _HEARD, "after", TICKETS, "ticket"),
    Point("K17-", WORKER, _MOVE, "after", TICKETS, "ticket"),
    Point("K17+", WORKER, _DONE, "after", TICKETS, "ticket"),
    Point("K18-", WORKER, _ANSWER, "before", TICKETS),
    Point("K18+", WORKER, _ANSWER, "after", TICKETS),
    Point("K19-", WORKER, _FOLLOW, "before", BATCHES, "over"),  # the batch has moved, what it carries has not
    Point("K19+", WORKER, _FOLLOW, "after", BATCHES, "over"),
    Point("K20-", WORKER, _FORGET, "after", ("",)),  # what was told long ago is removed, not committed
    Point("K20+", WORKER, _FORGOTTEN, "after", ("",), "made"),
)
