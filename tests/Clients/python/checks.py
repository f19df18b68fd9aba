"""Assertions for client scripts, which exit with a message at the first failure."""
import sys


class Mismatch(Exception):
    """A failed assertion."""


def same(what, got, expected):
    if got != expected:
        raise Mismatch(f"{what}: expected {expected!r}, got {got!r}")


def holds(what, truth):
    if not truth:
        raise Mismatch(what)


def run(steps):
    """Runs each step with the arguments of the command line; exits at the first failure."""
    for step in steps:
        try:
            step(*sys.argv[1:])
        except Mismatch as mismatch:
            sys.exit(f"{step.__name__}: {mismatch}")
        print(f"{step.__name__}: ok")
