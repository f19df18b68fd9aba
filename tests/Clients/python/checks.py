"""What every client script does: look closely, and end with a sentence about the first thing that is wrong."""
import sys


class Mismatch(Exception):
    """The server did not do what this client counts on."""


def same(what, got, wanted):
    if got != wanted:
        raise Mismatch(f"{what}: expected {wanted!r}, got {got!r}")


def holds(what, truth):
    if not truth:
        raise Mismatch(what)


def run(steps):
    """Runs each step with the arguments of the command line; the first that fails ends the program."""
    for step in steps:
        try:
            step(*sys.argv[1:])
        except Mismatch as mismatch:
            sys.exit(f"{step.__name__}: {mismatch}")
        print(f"{step.__name__}: ok")
