"""`make bench`: the craft in one process, pages, SUNAT's part, numbers, the queue, a whole OnAPI, a burst: figures."""

import sys

from allocate import run as allocate
from burst import run as burst
from craft import run as craft
from print import run as print_
from queue_costs import run as queue
from road import run as road
from sunat_costs import run as sunat

_ALL = {
    "craft": craft,
    "print": print_,
    "sunat": sunat,
    "numbers": allocate,
    "queue": queue,
    "road": road,
    "burst": burst,
}

if __name__ == "__main__":
    for name in sys.argv[1:] or _ALL:
        _ALL[name]()
