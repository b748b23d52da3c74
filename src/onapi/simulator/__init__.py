"""SUNAT in a box: its addresses, its order of checks, its faults and its memory, for tests and for the sandbox.

It judges with SUNAT's facts and never with the code that makes our documents, so it cannot agree with our mistakes.
"""

from onapi.simulator.app import create_app
from onapi.simulator.doorway import serve
from onapi.simulator.office import Profile

__all__ = ["Profile", "create_app", "serve"]
