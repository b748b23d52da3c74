"""What a run of the chaos tests is told: its seed, by which it can be played again, and whether it is the long one."""

import os

SEED = int(os.environ.get("ONAPI_CHAOS_SEED", "1"))
IS_LONG = os.environ.get("ONAPI_CHAOS") == "long"
MINUTES = float(os.environ.get("ONAPI_CHAOS_MINUTES", "5"))  # of each storm of a long run
COMPANIES = 800 if IS_LONG else 120  # that a stage has: most tests take one of their own
