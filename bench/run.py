"""`make bench`: the craft in one process, then a whole OnAPI with its simulator. Figures, no verdicts."""

import sys

from craft import run as craft
from road import run as road

if __name__ == "__main__":
    chosen = sys.argv[1:] or ["craft", "road"]
    for name, run in (("craft", craft), ("road", road)):
        if name in chosen:
            run()
