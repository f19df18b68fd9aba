#!/usr/bin/python3
"""Summarizes results of KernelFuzz: report.py list|table RESULTS.tsv.

list: the C# list of operators that are safe with empty tensors. table: Markdown rows of operators that ended the process, looped or ran out of memory.
"""
import collections
import sys
import textwrap

FAILURES = ("crash", "hang", "memory")
SIGNALS = {"signal 6": "SIGABRT", "signal 8": "SIGFPE", "signal 11": "SIGSEGV", "signal 4": "SIGILL", "signal 7": "SIGBUS"}

# The optimizer fuses these operators into kernels that failed or that the run does not test.
FUSED = {
    "LayerNormalization": "SkipLayerNormalization",
    "SimplifiedLayerNormalization": "SkipSimplifiedLayerNormalization",
    "Sqrt": "SkipLayerNormalization, of its parts",
    "Softmax": "MultiHeadAttention",
    "MaxPool": "kernels of the NCHWc layout",
    "AveragePool": "kernels of the NCHWc layout",
    "GlobalMaxPool": "kernels of the NCHWc layout",
    "GlobalAveragePool": "kernels of the NCHWc layout",
    "DequantizeLinear": "kernels of quantized types",
}


def read(path):
    for line in open(path, encoding="utf-8"):
        fields = line.rstrip("\n").split("\t")
        model, main, sub, case, outcome = fields[:5]
        yield model, [op for op in main.split(",") if op], [op for op in sub.split(",") if op], case, outcome, "\t".join(fields[5:])


def analyse(path):
    """Returns tested operators, failures by operator: operator → outcome → list of (model, case), and counts of outcomes."""
    valid, tried, failures, counts, shared = set(), set(), collections.defaultdict(lambda: collections.defaultdict(list)), collections.Counter(), []
    for model, main, sub, case, outcome, detail in read(path):
        counts[outcome] += 1
        own = [op for op in main if op != "Constant"] or main
        if len(own) == 1 and outcome == "ok" and case.endswith(": unchanged"):
            valid.add(own[0])
        elif len(own) == 1 and outcome in ("ok", "error"):
            tried.add(own[0])
        if outcome in FAILURES:
            label = SIGNALS.get(detail, detail) if outcome == "crash" else outcome
            if len(own) == 1 and not sub:
                failures[own[0]][label].append((model, case))
            else:
                shared.append((model, main + sub, case, label))
    for model, operators, case, label in shared:
        # A graph of several operators: a known operator explains the failure; otherwise each is a suspect.
        if not any(op in failures and any(not name.startswith("with ") for name in failures[op]) for op in operators):
            for op in operators:
                failures[op]["with others: " + label].append((model, case))
    return valid & tried, failures, counts


def main():
    tested, failures, counts = analyse(sys.argv[2])
    if sys.argv[1] == "list":
        safe = (tested | {"Constant"}) - set(failures) - set(FUSED)
        for domain in ("", "ai.onnx.ml.", "com.microsoft."):
            names = sorted(op for op in safe if (op.startswith(domain) if domain else "." not in op))
            print("\n".join(textwrap.wrap(", ".join(f'"{name}"' for name in names) + ",", 150, initial_indent=" " * 8, subsequent_indent=" " * 8)))
        return
    print(dict(counts), len(tested), "operators tested", len(failures), "failed", file=sys.stderr)
    for op in sorted(failures):
        for label, cases in sorted(failures[op].items()):
            models = sorted({model for model, _ in cases})
            print(f"| `{op}` | {label} | {len(cases)} | `{cases[0][0]}`: `{cases[0][1]}`{f', {len(models)} models' if len(models) > 1 else ''} |")


main()
