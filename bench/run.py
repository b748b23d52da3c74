"""`make bench`: the craft in one process, numbers, the queue, then a whole OnAPI, and a burst. Figures, no verdicts."""

import sys

from allocate import run as allocate
from burst import run as burst
from craft import run as craft
from queue_costs import run as queue
from road import run as road

if __name__ == "__main__":
    chosen = sys.argv[1:] or ["craft", "numbers", "queue", "road", "burst"]
    for name, run in (("craft", craft), ("numbers", allocate), ("queue", queue), ("road", road), ("burst", burst)):
        if name in chosen:
            run()
