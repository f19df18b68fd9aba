"""Loads the original libraries from checkouts, with stand-ins for Python packages that features do not use."""
import importlib.abc
import importlib.machinery
import sys

STAND_INS = {"yamlconf", "flashtext", "mwtypes", "gensim", "mwapi", "more_itertools", "sklearn", "joblib", "tabulate", "docopt", "mysqltsv", "numpy", "scipy", "langdetect", "mwreverts", "mwxml", "pysqltsv"}


class StandIn:
    """Anything: an attribute, a call, an iteration and a sum of it work."""

    def __init__(self, *arguments, **options):
        pass

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn()

    def __call__(self, *arguments, **options):
        return StandIn()

    def __iter__(self):
        return iter(())

    def __add__(self, other):
        return other


class StandInFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, names):
        self.names = names

    def find_spec(self, name, path=None, target=None):
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if name.split(".")[0] in self.names else None

    def exec_module(self, module):
        module.__getattr__ = lambda name: StandIn if name[:1].isupper() else StandIn()


def load(checkouts, *more_stand_ins):
    """Puts checkouts on the path; modules named in more_stand_ins are stand-ins too."""
    sys.meta_path.insert(0, StandInFinder(STAND_INS | set(more_stand_ins)))
    sys.path[:0] = checkouts
    import enchant
    # Which of the two dictionaries of Serbian Enchant takes for "sr" depends on the file system.
    request = enchant.Dict.__init__
    enchant.Dict.__init__ = lambda self, tag=None, broker=None: request(self, "sr_RS" if tag == "sr" else tag, broker)


def sentences_of(path):
    """Returns the sentences of texts.tsv by language code."""
    sentences = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            code, text = line.rstrip("\n").split("\t")
            sentences.setdefault(code, []).append(text)
    return sentences
