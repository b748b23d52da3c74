"""`python -m onapi.cell`: the inside of a cell; started by `run`, never by a person."""

from onapi.cell.inside import work

if __name__ == "__main__":
    work()
