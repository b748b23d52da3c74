"""`python -m onapi` is `onapi`."""

from onapi.main import run

run()
