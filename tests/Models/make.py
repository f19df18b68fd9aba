#!/usr/bin/env python3
"""Writes the test models and their expected answers beside this file.

Needs onnx and numpy (Debian: python3-onnx). Seeded: running it again gives the same bytes.
Expected answers are computed here by numpy, never by ONNX Runtime, so that a test compares two implementations.
"""
import json
import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = pathlib.Path(__file__).resolve().parent
SEED = 20240229
BATCH = "batch"

# Protocol name → ONNX element type and numpy type. numpy has no bfloat16: BF16 cases use values exact in it.
DATATYPES = {
    "BOOL": (TensorProto.BOOL, np.bool_),
    "UINT8": (TensorProto.UINT8, np.uint8),
    "UINT16": (TensorProto.UINT16, np.uint16),
    "UINT32": (TensorProto.UINT32, np.uint32),
    "UINT64": (TensorProto.UINT64, np.uint64),
    "INT8": (TensorProto.INT8, np.int8),
    "INT16": (TensorProto.INT16, np.int16),
    "INT32": (TensorProto.INT32, np.int32),
    "INT64": (TensorProto.INT64, np.int64),
    "FP16": (TensorProto.FLOAT16, np.float16),
    "BF16": (TensorProto.BFLOAT16, np.float32),
    "FP32": (TensorProto.FLOAT, np.float32),
    "FP64": (TensorProto.DOUBLE, np.float64),
    "BYTES": (TensorProto.STRING, np.object_),
}
EXACT = (0, "Exact: the values are copied, or every step is exact in the output type.")
SUMS = (1e-6, "Sums and exponentials may be taken in another order or width; answers are of the order of 1, FP32 keeps 6e-8 of that.")


def declare(name, datatype, shape):
    return helper.make_tensor_value_info(name, DATATYPES[datatype][0], shape)


def constant(name, values, dtype):
    return numpy_helper.from_array(np.asarray(values, dtype), name)


def save(path, nodes, inputs, outputs, initializers=(), doc="", functions=()):
    """inputs and outputs: (name, datatype, shape) each, or a ValueInfoProto."""
    def declare_all(values):
        return [v if isinstance(v, onnx.ValueInfoProto) else declare(*v) for v in values]

    graph = helper.make_graph(nodes, path.replace("/", "-"), declare_all(inputs), declare_all(outputs), list(initializers))
    imports = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    imports += [helper.make_opsetid(domain, 1) for domain in sorted({f.domain for f in functions})]
    model = helper.make_model(
        graph, producer_name="InferenceServices", doc_string=doc, ir_version=8, opset_imports=imports, functions=list(functions))
    # Shape inference does not know maps.
    onnx.checker.check_model(model, full_check=not any(isinstance(o, onnx.ValueInfoProto) for o in outputs))
    data = model.SerializeToString(deterministic=True)
    assert len(data) < 100_000, path
    target = HERE / path / "model.onnx"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def tensor(name, datatype, values, repeat_to=None):
    """One V2 tensor. Floats are printed in the fewest digits that read back as the same FP16, FP32 or FP64."""
    array = np.asarray(values, DATATYPES[datatype][1])
    flat = array.reshape(-1)
    if datatype in ("FP16", "BF16", "FP32", "FP64"):
        data = [float(str(v)) for v in flat]
    else:
        data = flat.tolist()
    if repeat_to is not None:
        return {"name": name, "shape": repeat_to, "datatype": datatype, "repeat": data}  # an image's numbers would fill megabytes
    return {"name": name, "shape": list(array.shape), "datatype": datatype, "data": data}


def expect(path, tolerance, *cases):
    """cases: (what it shows, inputs, outputs). One tensor a line, so that a difference is readable."""
    def lines(tensors):
        return ",\n".join("        " + json.dumps(t, ensure_ascii=False) for t in tensors)

    text = ",\n".join(
        f'    {{\n      "name": {json.dumps(name, ensure_ascii=False)},\n'
        f'      "inputs": [\n{lines(inputs)}\n      ],\n      "outputs": [\n{lines(outputs)}\n      ]\n    }}'
        for name, inputs, outputs in cases)
    (HERE / path / "expected.json").write_text(
        f'{{\n  "tolerance": {json.dumps(tolerance[0])},\n  "tolerance_reason": {json.dumps(tolerance[1])},\n'
        f'  "cases": [\n{text}\n  ]\n}}\n', encoding="utf-8")


def iris():
    rows = np.loadtxt(HERE / "iris.csv", delimiter=",", skiprows=1)
    return rows[:, :4], rows[:, 4].astype(int)


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


IRIS_ROWS = [0, 70, 133]  # a setosa, a versicolor and a virginica; the last two are among the hard ones


def iris_mlp():
    x, y = iris()
    mean, deviation = x.mean(axis=0), x.std(axis=0)
    z, wanted = (x - mean) / deviation, np.eye(3)[y]
    random = np.random.RandomState(SEED)
    w1, b1 = random.randn(4, 16) * 0.5, np.zeros(16)
    w2, b2 = random.randn(16, 3) * 0.25, np.zeros(3)
    for _ in range(1000):  # full-batch gradient descent on the cross entropy, with weight decay
        hidden = np.maximum(z @ w1 + b1, 0)
        error = (softmax(hidden @ w2 + b2) - wanted) / len(z)
        back = (error @ w2.T) * (hidden > 0)
        w2 -= 0.5 * (hidden.T @ error + 1e-3 * w2)
        b2 -= 0.5 * error.sum(axis=0)
        w1 -= 0.5 * (z.T @ back + 1e-3 * w1)
        b1 -= 0.5 * back.sum(axis=0)
    b1 -= (mean / deviation) @ w1  # the scaling goes into the first layer: the model takes centimetres
    w1 /= deviation[:, None]
    # Three decimals: another processor's last bits do not reach the file.
    w1, b1, w2, b2 = (np.round(a, 3).astype(np.float32) for a in (w1, b1, w2, b2))

    def answer(rows):
        a, b, c, d = (v.astype(np.float64) for v in (w1, b1, w2, b2))
        return softmax(np.maximum(rows.astype(np.float32) @ a + b, 0) @ c + d)

    accuracy = (answer(x).argmax(axis=1) == y).mean()
    assert accuracy >= 0.96, accuracy

    save("iris-mlp", [
        helper.make_node("Gemm", ["x", "w1", "b1"], ["z1"]),
        helper.make_node("Relu", ["z1"], ["hidden"]),
        helper.make_node("Gemm", ["hidden", "w2", "b2"], ["z2"]),
        helper.make_node("Softmax", ["z2"], ["probabilities"], axis=1),
    ], [("x", "FP32", [BATCH, 4])], [("probabilities", "FP32", [BATCH, 3])],
        [constant(n, v, np.float32) for n, v in (("w1", w1), ("b1", b1), ("w2", w2), ("b2", b2))],
        "4-16-3 perceptron trained on Fisher's iris measurements (cm).")

    def case(name, rows):
        return name, [tensor("x", "FP32", rows)], [tensor("probabilities", "FP32", answer(rows))]

    expect("iris-mlp", (1e-5, "Hidden values and logits stay below 16, where FP32 is spaced 1e-6: a few such roundings may differ, and softmax at least halves them."),
           case("one row", x[:1]), case("one row of each species", x[IRIS_ROWS]),
           case("all zeros", np.zeros((1, 4))), case("30 rows", x[::5]))


def grow(x, targets, depth):
    """A regression tree by least squares. All-integer targets: the same splits on every machine. Returns nested tuples."""
    best = None
    if depth > 0 and (targets != targets[0]).any():
        for feature in range(x.shape[1]):
            order = np.argsort(x[:, feature], kind="stable")
            values, sums = x[order, feature], targets[order].cumsum(axis=0)
            for k in range(1, len(x)):
                if values[k - 1] == values[k]:
                    continue
                left, right = sums[k - 1], sums[-1] - sums[k - 1]
                gain = int((left ** 2).sum()) / k + int((right ** 2).sum()) / (len(x) - k)
                if best is None or gain > best[0]:
                    best = gain, feature, np.float32((values[k - 1] + values[k]) / 2)
    if best is None:
        return targets.sum(axis=0) / len(x)
    _, feature, threshold = best
    left = x[:, feature].astype(np.float32) <= threshold
    return feature, threshold, grow(x[left], targets[left], depth - 1), grow(x[~left], targets[~left], depth - 1)


def leaf(tree, row):
    while isinstance(tree, tuple):
        tree = tree[2] if np.float32(row[tree[0]]) <= tree[1] else tree[3]
    return tree


def forest(x, targets, trees, depth):
    random = np.random.RandomState(SEED)
    samples = [random.randint(0, len(x), len(x)) for _ in range(trees)]
    return [grow(x[s], targets[s], depth) for s in samples]


def ensemble_attributes(trees, prefix, scale):
    """Flattens trees to the parallel lists of ai.onnx.ml; prefix is class or target."""
    keys = ("treeids", "nodeids", "featureids", "values", "modes", "truenodeids", "falsenodeids")
    nodes, leaves = {f"nodes_{k}": [] for k in keys}, {f"{prefix}_{k}": [] for k in ("treeids", "nodeids", "ids", "weights")}

    def visit(tree_id, tree, next_id):
        split = isinstance(tree, tuple)
        at = len(nodes["nodes_treeids"])
        for key, value in zip(keys, (tree_id, next_id, tree[0] if split else 0, float(tree[1]) if split else 0.0,
                                     "BRANCH_LEQ" if split else "LEAF", 0, 0)):
            nodes[f"nodes_{key}"].append(value)
        if not split:
            for index, weight in enumerate(tree):
                for key, value in zip(("treeids", "nodeids", "ids", "weights"), (tree_id, next_id, index, float(weight * scale))):
                    leaves[f"{prefix}_{key}"].append(value)
            return next_id + 1
        nodes["nodes_truenodeids"][at] = next_id + 1
        nodes["nodes_falsenodeids"][at] = second = visit(tree_id, tree[2], next_id + 1)
        return visit(tree_id, tree[3], second)

    for tree_id, tree in enumerate(trees):
        visit(tree_id, tree, 0)
    return {**nodes, **leaves}


def tree_ensemble():
    x, y = iris()
    trees = forest(x, np.eye(3, dtype=int)[y], trees=7, depth=3)

    def answer(rows):
        return np.array([np.mean([leaf(t, row) for t in trees], axis=0) for row in rows])

    everything = answer(x)
    assert (everything.argmax(axis=1) == y).mean() >= 0.95
    save("tree-ensemble", [helper.make_node(
        "TreeEnsembleClassifier", ["x"], ["label", "probabilities"], domain="ai.onnx.ml",
        classlabels_int64s=[0, 1, 2], post_transform="NONE", **ensemble_attributes(trees, "class", 1 / len(trees)))],
        [("x", "FP32", [BATCH, 4])], [("label", "INT64", [BATCH]), ("probabilities", "FP32", [BATCH, 3])],
        doc="Seven trees grown on Fisher's iris measurements (cm).")

    def case(name, rows):
        p = answer(rows)
        top = np.sort(p, axis=1)
        assert (top[:, 2] - top[:, 1] > 0.01).all(), "a near tie would make the label depend on rounding"
        return name, [tensor("x", "FP32", rows)], [tensor("label", "INT64", p.argmax(axis=1)), tensor("probabilities", "FP32", p)]

    expect("tree-ensemble", SUMS, case("one row", x[:1]), case("one row of each species", x[IRIS_ROWS]),
           case("30 rows", x[::5]))


def tree_regressor():
    x, _ = iris()
    features, tenths = x[:, :3], np.rint(x[:, 3:] * 10).astype(int)
    trees = forest(features, tenths, trees=5, depth=3)

    def answer(rows):
        return np.array([np.mean([leaf(t, row) for t in trees], axis=0) / 10 for row in rows])

    assert np.abs(answer(features) - x[:, 3:]).mean() < 0.2
    save("tree-regressor", [helper.make_node(
        "TreeEnsembleRegressor", ["x"], ["petal_width"], domain="ai.onnx.ml", n_targets=1, aggregate_function="AVERAGE",
        post_transform="NONE", **ensemble_attributes(trees, "target", 0.1))],
        [("x", "FP32", [BATCH, 3])], [("petal_width", "FP32", [BATCH, 1])],
        doc="Five trees: an iris's petal width (cm) from its other three measurements.")
    expect("tree-regressor", SUMS, *[(n, [tensor("x", "FP32", r)], [tensor("petal_width", "FP32", answer(r))])
                                     for n, r in (("one row", features[:1]), ("three rows", features[IRIS_ROWS]))])


def string_input():
    greetings = {"hello": "English", "привет": "русский", "こんにちは": "日本語", "שלום": "עברית", "γειά σου": "ελληνικά",
                 "cześć": "polski", "👋": "🌍", "": "nothing"}
    words, languages = list(greetings), list(greetings.values())
    save("string-input", [
        helper.make_node("LabelEncoder", ["text"], ["id"], domain="ai.onnx.ml", keys_strings=words,
                         values_int64s=range(len(words)), default_int64=-1),
        helper.make_node("LabelEncoder", ["text"], ["language"], domain="ai.onnx.ml", keys_strings=words,
                         values_strings=languages, default_string="?"),
    ], [("text", "BYTES", [BATCH])], [("id", "INT64", [BATCH]), ("language", "BYTES", [BATCH])],
        doc="A greeting to its number and the name of its language; -1 and ? where it is unknown.")

    def case(name, texts):
        return name, [tensor("text", "BYTES", texts)], [
            tensor("id", "INT64", [words.index(t) if t in greetings else -1 for t in texts]),
            tensor("language", "BYTES", [greetings.get(t, "?") for t in texts])]

    expect("string-input", EXACT, case("one word", ["hello"]), case("words of many scripts, and the empty one", words),
           case("unknown, and case counts", ["Hello", "hello ", "привет", "x" * 300]))


def mixed():
    save("mixed", [
        helper.make_node("Cast", ["prices"], ["exact_prices"], to=TensorProto.DOUBLE),
        helper.make_node("ReduceSum", ["exact_prices", "one"], ["price"], keepdims=0),
        helper.make_node("Cast", ["count"], ["exact_count"], to=TensorProto.DOUBLE),
        helper.make_node("Mul", ["price", "exact_count"], ["total"]),
        helper.make_node("Cast", ["total"], ["whole"], to=TensorProto.INT32),
        helper.make_node("Greater", ["total", "hundred"], ["large"]),
        helper.make_node("And", ["large", "member"], ["discount"]),
    ], [("prices", "FP32", [BATCH, 2]), ("count", "INT64", [BATCH]), ("member", "BOOL", [BATCH])],
        [("total", "FP64", [BATCH]), ("whole", "INT32", [BATCH]), ("discount", "BOOL", [BATCH])],
        [constant("one", [1], np.int64), constant("hundred", 100, np.float64)],
        "total = count × (sum of prices); whole = total towards zero; discount = member and total > 100.")

    def case(name, prices, count, member):
        total = np.float32(prices).astype(np.float64).sum(axis=1) * np.int64(count)
        return name, [tensor("prices", "FP32", prices), tensor("count", "INT64", count), tensor("member", "BOOL", member)], [
            tensor("total", "FP64", total), tensor("whole", "INT32", np.trunc(total)),
            tensor("discount", "BOOL", (total > 100) & np.array(member))]

    expect("mixed", EXACT, case("one row", [[1.5, 2.25]], [3], [True]),
           case("four rows", [[0.1, 0.2], [60, 0.5], [60, 0.5], [-7.75, 0]], [7, 2, 2, 1], [True, True, False, True]))


def fixed_and_free():
    save("fixed", [helper.make_node("ReduceSum", ["x", "one"], ["sums"], keepdims=0)],
         [("x", "FP32", [2, 3])], [("sums", "FP32", [2])], [constant("one", [1], np.int64)],
         "Row sums of exactly two rows: cannot be batched.")
    rows = np.array([[1, 2, 3], [-0.5, 0.25, 4]])
    expect("fixed", EXACT, ("the only shape", [tensor("x", "FP32", rows)], [tensor("sums", "FP32", rows.sum(axis=1))]))

    save("free", [helper.make_node("Identity", ["x"], ["y"])],
         [("x", "FP32", ["rows", "columns"])], [("y", "FP32", ["rows", "columns"])], doc="Any matrix, unchanged.")
    expect("free", EXACT, *[(n, [tensor("x", "FP32", v)], [tensor("y", "FP32", v)]) for n, v in (
        ("1 by 1", [[0.1]]), ("2 by 3", rows), ("no columns", np.zeros((2, 0))),
        ("extremes", [[3.4028235e38, -3.4028235e38, 1.1754944e-38, 1e-45, 16777216, 0.0]]))])


SAMPLES = {
    "BOOL": [True, False, True], "UINT8": [0, 1, 255], "UINT16": [0, 1, 65535], "UINT32": [0, 1, 2 ** 32 - 1],
    "UINT64": [0, 2 ** 53 + 1, 2 ** 64 - 1], "INT8": [-128, 0, 127], "INT16": [-32768, 0, 32767],
    "INT32": [-2 ** 31, 0, 2 ** 31 - 1], "INT64": [-2 ** 63, 2 ** 53 + 1, 2 ** 63 - 1], "FP16": [0.1, -65504, 6e-8],
    "BF16": [1.5, -2, 0.0078125], "FP32": [0.1, -3.4028235e38, 1e-45], "FP64": [0.1, -1.7976931348623157e308, 5e-324],
    "BYTES": ["", "naïve café", "日本語 🌍\n\"quoted\""],
}


def datatypes():
    pairs = [(d, f"{d.lower()}_in", f"{d.lower()}_out") for d in DATATYPES]
    save("datatypes", [helper.make_node("Identity", [i], [o]) for _, i, o in pairs],
         [(i, d, [f"n_{d.lower()}"]) for d, i, _ in pairs], [(o, d, [f"n_{d.lower()}"]) for d, _, o in pairs],
         doc="One Identity for each datatype of the protocol.")

    def case(name, pick):
        return name, [tensor(i, d, pick(SAMPLES[d])) for d, i, _ in pairs], [tensor(o, d, pick(SAMPLES[d])) for d, _, o in pairs]

    expect("datatypes", EXACT, case("the extremes of every type", lambda v: v), case("one of each", lambda v: v[:1]))


def scalar():
    save("scalar", [helper.make_node("Mul", ["x", "two"], ["doubled"]), helper.make_node("Add", ["doubled", "one"], ["y"])],
         [("x", "FP32", [])], [("y", "FP32", [])],
         [constant("two", 2, np.float32), constant("one", 1, np.float32)], "y = 2x + 1 on tensors of rank 0.")
    expect("scalar", EXACT, *[(f"x = {v}", [tensor("x", "FP32", v)], [tensor("y", "FP32", 2 * v + 1)]) for v in (0.0, 3.5, -8.0)])


def slow():
    size = 256  # a power of two: 1/256 everywhere is its own square exactly, so any number of turns gives the same matrix
    body = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["go_on"]), helper.make_node("MatMul", ["m", "mixing"], ["m_next"])], "turn",
        [helper.make_tensor_value_info("turn", TensorProto.INT64, []), helper.make_tensor_value_info("go", TensorProto.BOOL, []),
         declare("m", "FP32", [size, size])],
        [helper.make_tensor_value_info("go_on", TensorProto.BOOL, []), declare("m_next", "FP32", [size, size])])
    cell = helper.make_tensor("", TensorProto.FLOAT, [1], [1 / size])
    save("slow", [
        helper.make_node("ConstantOfShape", ["shape"], ["mixing"], value=cell),
        helper.make_node("ReduceMax", ["turns"], ["most"], keepdims=0),
        helper.make_node("Loop", ["most", "", "mixing"], ["m_last"], body=body),
        helper.make_node("ReduceSum", ["m_last"], ["total"], keepdims=0),  # 256, whatever the number of turns
        helper.make_node("Div", ["total", "size"], ["unit"]),
        helper.make_node("Cast", ["turns"], ["wanted"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["wanted", "unit"], ["done"]),
    ], [("turns", "INT64", [BATCH])], [("done", "FP32", [BATCH])],
        [constant("shape", [size, size], np.int64), constant("size", size, np.float32)],
        "Multiplies 256×256 matrices as often as the largest of turns says; done = turns.")
    expect("slow", EXACT, *[(n, [tensor("turns", "INT64", v)], [tensor("done", "FP32", v)]) for n, v in (
        ("no turn", [0]), ("three turns", [3]), ("a batch takes as long as its longest row", [1, 5, 2]))])


def image_mean():
    save("image-mean", [helper.make_node("ReduceMean", ["image"], ["embedding"], axes=[2, 3], keepdims=0)],
         [("image", "FP32", [BATCH, 3, 224, 224])], [("embedding", "FP32", [BATCH, 3])],
         doc="The mean of each channel: 150528 numbers in, three out.")

    def case(name, images, pattern):
        shape = [images, 3, 224, 224]
        pixels = np.resize(np.array(pattern), shape)  # repeats the pattern, row-major
        return name, [tensor("image", "FP32", pattern, repeat_to=shape)], [tensor("embedding", "FP32", pixels.mean(axis=(2, 3)))]

    expect("image-mean", (1e-6, "The sums of multiples of 1/8 are exact in FP32; only the division rounds."),
           case("one grey image", 1, [0.5]), case("two images", 2, [0, 0.125, 1, 0.25, 0.875, -0.5, 2]))


def embedding():
    rows = [[0.5, -1, 2], [8, 0.25, -3], [1, 1, 1], [0, 0, 0.125]]
    save("embedding", [helper.make_node("Gather", ["table", "id"], ["vector"], axis=0)],
         [("id", "INT64", [BATCH])], [("vector", "FP32", [BATCH, 3])], [constant("table", rows, np.float32)],
         "A row of a table of four; any other number fails, and with it whatever runs beside it.")
    expect("embedding", EXACT, ("every row", [tensor("id", "INT64", [3, 0, 2, 1])], [tensor("vector", "FP32", [rows[i] for i in (3, 0, 2, 1)])]))


def centred():
    save("centred", [helper.make_node("ReduceMean", ["x"], ["mean"], axes=[0], keepdims=1), helper.make_node("Sub", ["x", "mean"], ["y"])],
         [("x", "FP32", [BATCH, 2])], [("y", "FP32", [BATCH, 2])],
         doc="What each row is above the mean of all: no row can be told without the others, though the signature looks like a batch.")
    expect("centred", EXACT, ("alone", [tensor("x", "FP32", [[4, 2]])], [tensor("y", "FP32", [[0, 0]])]),
           ("two rows", [tensor("x", "FP32", [[4, 2], [0, 1]])], [tensor("y", "FP32", [[2, 0.5], [-2, -0.5]])]))


def external():
    """Weights in a file of their own, as exporters write models above 2 GB."""
    weights = constant("weights", np.arange(1, 7).reshape(2, 3), np.float32)
    save("external", [helper.make_node("MatMul", ["x", "weights"], ["y"])], [("x", "FP32", [BATCH, 2])], [("y", "FP32", [BATCH, 3])], [weights],
         "Two numbers times a matrix of 1 to 6.")
    target = HERE / "external" / "model.onnx"
    (target.parent / "weights.bin").unlink(missing_ok=True)  # it would be appended to
    onnx.save(onnx.load(str(target)), str(target), save_as_external_data=True, location="weights.bin", size_threshold=0)
    rows = np.array([[1, 0], [0.5, -2]])
    expect("external", EXACT, ("two rows", [tensor("x", "FP32", rows)], [tensor("y", "FP32", rows @ np.arange(1, 7).reshape(2, 3))]))


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gru():
    """ONNX's GRU is time-first; the graph transposes its batch-first input. An empty time axis ends the process in ONNX Runtime 1.31."""
    inputs, hidden = 4, 3
    random = np.random.RandomState(SEED)
    w, r = (np.round(random.uniform(-1, 1, (1, 3 * hidden, width)), 2).astype(np.float32) for width in (inputs, hidden))
    save("gru", [
        helper.make_node("Transpose", ["x"], ["time_first"], perm=[1, 0, 2]),
        helper.make_node("GRU", ["time_first", "w", "r"], ["", "last"], hidden_size=hidden),
        helper.make_node("Squeeze", ["last", "axis"], ["y"]),
    ], [("x", "FP32", [BATCH, "time", inputs])], [("y", "FP32", [BATCH, hidden])],
        [constant("w", w, np.float32), constant("r", r, np.float32), constant("axis", [0], np.int64)], "A GRU over time; the last state.")

    def answer(rows):
        wz, wr, wh = np.split(w[0].astype(np.float64), 3)
        rz, rr, rh = np.split(r[0].astype(np.float64), 3)
        state = np.zeros((len(rows), hidden))
        for x in np.moveaxis(rows.astype(np.float32), 1, 0):
            z, reset = sigmoid(x @ wz.T + state @ rz.T), sigmoid(x @ wr.T + state @ rr.T)
            state = (1 - z) * np.tanh(x @ wh.T + (reset * state) @ rh.T) + z * state
        return state

    def case(name, rows):
        return name, [tensor("x", "FP32", rows)], [tensor("y", "FP32", answer(rows))]

    values = np.round(random.uniform(-2, 2, (3, 5, inputs)), 2)
    expect("gru", SUMS, case("one row, one step", values[:1, :1]), case("three rows, five steps", values),
           ("no rows", [{"name": "x", "shape": [0, 5, inputs], "datatype": "FP32", "data": []}], [{"name": "y", "shape": [0, hidden], "datatype": "FP32", "data": []}]))


def lstm_time_first():
    """The first axis is time, not a batch: of no steps there is no answer, although the shape of the output is fixed."""
    inputs, hidden = 2, 3
    random = np.random.RandomState(SEED)
    w, r = (np.round(random.uniform(-1, 1, (1, 4 * hidden, width)), 2).astype(np.float32) for width in (inputs, hidden))
    save("lstm-time-first", [helper.make_node("LSTM", ["x", "w", "r"], ["", "y"], hidden_size=hidden)],
         [("x", "FP32", ["time", 1, inputs])], [("y", "FP32", [1, 1, hidden])], [constant("w", w, np.float32), constant("r", r, np.float32)],
         "An LSTM over time; the last state.")

    def answer(steps):
        wi, wo, wf, wc = np.split(w[0].astype(np.float64), 4)
        ri, ro, rf, rc = np.split(r[0].astype(np.float64), 4)
        state = cell = np.zeros((1, hidden))
        for x in steps.astype(np.float32):
            i, o, f = (sigmoid(x @ a.T + state @ b.T) for a, b in ((wi, ri), (wo, ro), (wf, rf)))
            cell = f * cell + i * np.tanh(x @ wc.T + state @ rc.T)
            state = o * np.tanh(cell)
        return state[None]

    def case(name, steps):
        return name, [tensor("x", "FP32", steps)], [tensor("y", "FP32", answer(steps))]

    values = np.round(random.uniform(-2, 2, (6, 1, inputs)), 2)
    expect("lstm-time-first", SUMS, case("one step", values[:1]), case("six steps", values))


def rejecting():
    """One node each, whose kernel fails on some values or shapes that the signature permits."""
    n, m, k = "n", "m", "k"

    def zeros(name, *shape):
        return constant(name, np.zeros(shape), np.float32)

    def one(path, node, inputs, outputs, *initializers):
        save(f"rejecting/{path}", node if isinstance(node, list) else [node], inputs, outputs, initializers, "Fails on some inputs.")

    def ml(operator, *arguments, **attributes):
        return helper.make_node(operator, *arguments, domain="ai.onnx.ml", **attributes)

    one("one-hot", ml("OneHotEncoder", ["x"], ["y"], cats_strings=["a", "b"], zeros=0), [("x", "BYTES", [n])], [("y", "FP32", [n, 2])])
    one("reshape", helper.make_node("Reshape", ["x", "to"], ["y"]), [("x", "FP32", [n, m])], [("y", "FP32", [k, 4])], constant("to", [-1, 4], np.int64))
    one("top-k", helper.make_node("TopK", ["x", "five"], ["y", "index"]), [("x", "FP32", [n, m])], [("y", "FP32", [n, 5])], constant("five", [5], np.int64))
    one("gather-elements", helper.make_node("GatherElements", ["table", "x"], ["y"]), [("x", "INT64", [n, 2])], [("y", "FP32", [n, 2])], zeros("table", 4, 2))
    one("cast", helper.make_node("Cast", ["x"], ["y"], to=TensorProto.FLOAT), [("x", "BYTES", [n])], [("y", "FP32", [n])])
    one("positions", helper.make_node("Add", ["x", "positions"], ["y"], name="/embeddings/Add"),
        [("x", "FP32", [n, m, 2])], [("y", "FP32", [n, m, 2])], zeros("positions", 1, 8, 2))
    one("expand", helper.make_node("Expand", ["x", "to"], ["y"]), [("x", "FP32", [n]), ("to", "INT64", [1])], [("y", "FP32", [m])])
    one("slice", helper.make_node("Slice", ["x", "from", "to"], ["y"]), [("x", "FP32", [n]), ("from", "INT64", [m]), ("to", "INT64", [m])], [("y", "FP32", [k])])
    one("matmul", helper.make_node("MatMul", ["x", "weights"], ["y"]), [("x", "FP32", [n, m])], [("y", "FP32", [n, 2])], zeros("weights", 3, 2))
    one("conv", helper.make_node("Conv", ["x", "weights"], ["y"]), [("x", "FP32", [n, 1, m, k])], [("y", "FP32", [n, 1, "h", "w"])], zeros("weights", 1, 1, 5, 5))
    one("max-pool", helper.make_node("MaxPool", ["x"], ["y"], kernel_shape=[5, 5]), [("x", "FP32", [n, 1, m, k])], [("y", "FP32", [n, 1, "h", "w"])])
    one("where", helper.make_node("Where", ["c", "a", "b"], ["y"]), [("c", "BOOL", [n]), ("a", "FP32", [m]), ("b", "FP32", [k])], [("y", "FP32", ["h"])])
    one("trees", ml("TreeEnsembleRegressor", ["x"], ["y"], n_targets=1,
                    nodes_treeids=[0] * 3, nodes_nodeids=[0, 1, 2], nodes_featureids=[2, 0, 0], nodes_values=[0.5, 0, 0], nodes_modes=["BRANCH_LEQ", "LEAF", "LEAF"],
                    nodes_truenodeids=[1, 0, 0], nodes_falsenodeids=[2, 0, 0], target_treeids=[0, 0], target_nodeids=[1, 2], target_ids=[0, 0], target_weights=[1.0, 2.0]),
        [("x", "FP32", [n, m])], [("y", "FP32", [n, 1])])
    then = helper.make_graph([helper.make_node("GatherElements", ["table", "x"], ["then"])], "then", [], [declare("then", "FP32", [n, 2])])
    otherwise = helper.make_graph([helper.make_node("Cast", ["x"], ["else"], to=TensorProto.FLOAT)], "else", [], [declare("else", "FP32", [n, 2])])
    one("branch", helper.make_node("If", ["c"], ["y"], then_branch=then, else_branch=otherwise), [("c", "BOOL", [1]), ("x", "INT64", [n, 2])], [("y", "FP32", [n, 2])], zeros("table", 4, 2))
    # The memory of the kernel grows with a value.
    one("large", [helper.make_node("ConstantOfShape", ["x"], ["zeros"]), helper.make_node("ReduceSum", ["zeros"], ["y"], keepdims=0)], [("x", "INT64", [n])], [("y", "FP32", [])])


def maps(name, key):
    """A list of maps from class to probability."""
    sequence = onnx.TypeProto()
    sequence.sequence_type.elem_type.map_type.key_type = key
    sequence.sequence_type.elem_type.map_type.value_type.tensor_type.elem_type = TensorProto.FLOAT
    return helper.make_value_info(name, sequence)


def zipmap():
    """As skl2onnx and onnxmltools export classifiers."""
    x, _ = iris()
    w = np.round(np.random.RandomState(SEED).uniform(-1, 1, (3, 4)), 2).astype(np.float32)
    names = ["setosa", "versicolor", "virginica"]
    save("zipmap", [
        helper.make_node("LinearClassifier", ["x"], ["label", "scores"], domain="ai.onnx.ml", coefficients=w.reshape(-1).tolist(),
                         intercepts=[0.0, 0.5, -0.5], classlabels_strings=names, post_transform="SOFTMAX"),
        helper.make_node("ZipMap", ["scores"], ["output_probability"], domain="ai.onnx.ml", classlabels_strings=names),
    ], [("x", "FP32", [BATCH, 4])], [("label", "BYTES", [BATCH]), maps("output_probability", TensorProto.STRING)],
        doc="A linear classifier whose probabilities are maps with keys of text.")

    def answer(rows):
        return softmax(rows.astype(np.float32) @ w.T.astype(np.float64) + np.array([0.0, 0.5, -0.5]))

    def case(name, rows):
        p = answer(rows)
        return name, [tensor("x", "FP32", rows)], [tensor("label", "BYTES", [names[i] for i in p.argmax(axis=1)]), tensor("output_probability", "FP32", p)]

    expect("zipmap", SUMS, case("one row", x[:1]), case("one row of each species", x[IRIS_ROWS]))

    trees = forest(x, np.eye(3, dtype=int)[iris()[1]], trees=3, depth=2)
    save("zipmap-integers", [
        helper.make_node("TreeEnsembleClassifier", ["x"], ["label", "scores"], domain="ai.onnx.ml",
                         classlabels_int64s=[10, 20, 30], post_transform="NONE", **ensemble_attributes(trees, "class", 1 / len(trees))),
        helper.make_node("ZipMap", ["scores"], ["probabilities"], domain="ai.onnx.ml", classlabels_int64s=[10, 20, 30]),
    ], [("x", "FP32", [BATCH, 4])], [("label", "INT64", [BATCH]), maps("probabilities", TensorProto.INT64)],
        doc="Three trees whose probabilities are maps with keys of integers.")

    def tree_case(name, rows):
        p = np.array([np.mean([leaf(t, row) for t in trees], axis=0) for row in rows])
        return name, [tensor("x", "FP32", rows)], [tensor("label", "INT64", 10 * (p.argmax(axis=1) + 1)), tensor("probabilities", "FP32", p)]

    expect("zipmap-integers", SUMS, tree_case("one row", x[:1]), tree_case("one row of each species", x[IRIS_ROWS]))


def optional_output():
    """An optional tensor that has no value where the input is negative."""
    kind = helper.make_tensor_type_proto(TensorProto.FLOAT, [BATCH])
    output = helper.make_value_info("y", helper.make_optional_type_proto(kind))
    branch = helper.make_value_info("some", helper.make_optional_type_proto(kind)), helper.make_value_info("none", helper.make_optional_type_proto(kind))
    save("optional-output", [
        helper.make_node("ReduceMin", ["x"], ["least"], keepdims=0),
        helper.make_node("GreaterOrEqual", ["least", "zero"], ["has_root"]),
        helper.make_node("If", ["has_root"], ["y"],
                         then_branch=helper.make_graph([helper.make_node("Sqrt", ["x"], ["root"]), helper.make_node("Optional", ["root"], ["some"])], "then", [], [branch[0]]),
                         else_branch=helper.make_graph([helper.make_node("Optional", [], ["none"], type=kind)], "else", [], [branch[1]])),
    ], [("x", "FP32", [BATCH])], [output], [constant("zero", 0, np.float32)], "The square roots; no value if a number is negative.")
    expect("optional-output", EXACT, ("two squares", [tensor("x", "FP32", [4, 9])], [tensor("y", "FP32", [2, 3])]))


def division():
    """Integer division and modulo, in the graph, a branch, a loop and a function: the smallest integer divided by -1 traps."""
    def both(kind, a, b):
        return [helper.make_node("Div", [a, b], [f"{kind}_quotient"], name=f"{kind}_div"), helper.make_node("Mod", [a, b], [f"{kind}_remainder"], name=f"{kind}_mod")]

    def scalar_value(name, kind):
        return helper.make_tensor_value_info(name, kind, [])

    branch = helper.make_graph([helper.make_node("Div", ["a", "b"], ["branch_out"])], "then", [], [declare("branch_out", "INT64", [BATCH])])
    other = helper.make_graph([helper.make_node("Identity", ["a"], ["other_out"])], "else", [], [declare("other_out", "INT64", [BATCH])])
    body = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["go_on"]), helper.make_node("Mod", ["state", "b"], ["next"])], "turn",
        [scalar_value("turn", TensorProto.INT64), scalar_value("go", TensorProto.BOOL), declare("state", "INT64", [BATCH])],
        [scalar_value("go_on", TensorProto.BOOL), declare("next", "INT64", [BATCH])])
    function = helper.make_function("local", "Divide", ["p", "q"], ["r"], [helper.make_node("Div", ["p", "q"], ["r"])], [helper.make_opsetid("", 17)])
    save("division", [
        *both("int64", "a", "b"), *both("int32", "c", "d"),
        helper.make_node("If", ["always"], ["branch"], then_branch=branch, else_branch=other),
        helper.make_node("Loop", ["one", "", "a"], ["loop"], body=body),
        helper.make_node("Divide", ["a", "b"], ["function"], domain="local"),
        helper.make_node("Div", ["smallest", "minus_one"], ["folded"]),
        helper.make_node("Mod", ["smallest", "minus_one"], ["folded_mod"]),
        helper.make_node("Add", ["folded", "folded_mod"], ["folded_sum"]),
        helper.make_node("Sub", ["a", "a"], ["zeros"]),
        helper.make_node("Add", ["zeros", "folded_sum"], ["constants"]),
    ],
        [("a", "INT64", [BATCH]), ("b", "INT64", [BATCH]), ("c", "INT32", [BATCH]), ("d", "INT32", [BATCH])],
        [(f"{kind}_{what}", kind.upper(), [BATCH]) for kind in ("int64", "int32") for what in ("quotient", "remainder")]
        + [(name, "INT64", [BATCH]) for name in ("branch", "loop", "function", "constants")],
        [constant("always", True, np.bool_), constant("one", 1, np.int64), constant("smallest", [-2 ** 63], np.int64), constant("minus_one", [-1], np.int64)],
        "Quotients towards zero and remainders with the sign of the divisor; the smallest integer wraps.", [function])

    def wrap(value, bits):
        return (value + 2 ** (bits - 1)) % 2 ** bits - 2 ** (bits - 1)

    def towards_zero(a, b, bits):
        return wrap(abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1), bits)

    def case(name, a, b, c, d):
        quotients, remainders = [towards_zero(*p, 64) for p in zip(a, b)], [p % q for p, q in zip(a, b)]
        return name, [tensor("a", "INT64", a), tensor("b", "INT64", b), tensor("c", "INT32", c), tensor("d", "INT32", d)], [
            tensor("int64_quotient", "INT64", quotients), tensor("int64_remainder", "INT64", remainders),
            tensor("int32_quotient", "INT32", [towards_zero(*p, 32) for p in zip(c, d)]), tensor("int32_remainder", "INT32", [p % q for p, q in zip(c, d)]),
            tensor("branch", "INT64", quotients), tensor("loop", "INT64", remainders), tensor("function", "INT64", quotients),
            tensor("constants", "INT64", [-2 ** 63] * len(a))]

    expect("division", EXACT, case("ordinary numbers", [7, -7, 7, -7, 0], [2, 2, -2, -2, 5], [9, -9, 9, -9, 0], [4, 4, -4, -4, 3]),
           case("the smallest integer by -1", [-2 ** 63, 5, -5], [-1, -1, -1], [-2 ** 31, 5, -5], [-1, -1, -1]))


def value_sizes():
    """Operators whose output, and whose time, depend on a number in the request; and a frame length of 0, which traps."""
    save("value-sizes", [
        helper.make_node("Range", ["zero", "count", "one"], ["range"], name="numbers"),
        helper.make_node("HannWindow", ["count"], ["window"], name="window"),
        helper.make_node("Reshape", ["count", "vector"], ["shape"]),
        helper.make_node("ConstantOfShape", ["shape"], ["zeros"], name="zeros"),
        helper.make_node("Expand", ["half", "shape"], ["halves"], name="halves"),
        helper.make_node("Tile", ["halves_of_one", "shape"], ["tiles"], name="tiles"),
        helper.make_node("STFT", ["signal", "step", "", "frame"], ["spectrum"], name="spectrum"),
        helper.make_node("Size", ["spectrum"], ["values"]),
        *[helper.make_node("Shape", [name], [f"{name}_length"]) for name in ("range", "window", "zeros", "halves", "tiles")],
        helper.make_node("Concat", ["range_length", "window_length", "zeros_length", "halves_length", "tiles_length"], ["sizes"], axis=0),
    ], [("count", "INT64", []), ("frame", "INT64", [])], [("sizes", "INT64", [5]), ("values", "INT64", [])],
        [constant("zero", 0, np.int64), constant("one", 1, np.int64), constant("vector", [-1], np.int64), constant("half", [0.5], np.float32),
         constant("halves_of_one", [0.5], np.float32), constant("signal", np.ones((1, 64, 1)), np.float32), constant("step", 8, np.int64)],
        "The lengths of five tensors that have as many elements as count says, and the size of a spectrum.")
    expect("value-sizes", EXACT, *[(f"{count} elements", [tensor("count", "INT64", count), tensor("frame", "INT64", frame)],
                                    [tensor("sizes", "INT64", [count] * 5), tensor("values", "INT64", ((64 - frame) // 8 + 1) * (frame // 2 + 1) * 2)])
                                   for count, frame in ((3, 16), (1, 8), (0, 64))])


def cut():
    """A tensor that a number in the request makes empty before a kernel that reads outside of it, or as large as memory."""
    save("cut", [
        helper.make_node("Reshape", ["length", "vector"], ["end"]),
        helper.make_node("Slice", ["x", "zero", "end", "last_axis"], ["head"], name="head"),
        helper.make_node("InstanceNormalization", ["head", "one", "none"], ["y"], name="normalize", epsilon=0.25),
        helper.make_node("Reshape", ["padding", "vector"], ["behind"]),
        helper.make_node("Concat", ["before", "behind"], ["pads"], axis=0),
        helper.make_node("Pad", ["x", "pads"], ["longer"], name="pad"),
        helper.make_node("Shape", ["longer"], ["shape"]),
    ], [("x", "FP32", [1, 1, "n"]), ("length", "INT64", []), ("padding", "INT64", [])], [("y", "FP32", [1, 1, "m"]), ("shape", "INT64", [3])],
        [constant("vector", [-1], np.int64), constant("zero", [0], np.int64), constant("last_axis", [2], np.int64), constant("before", [0] * 5, np.int64),
         constant("one", [1], np.float32), constant("none", [0], np.float32)],
        "The first numbers of x without their mean, divided by the root of their variance plus 0.25; and the shape of x with zeros behind.")
    x = np.array([1, 2, 4, 8, 16], np.float64)
    expect("cut", (1e-5, "FP32."), *[
        (f"{length} numbers", [tensor("x", "FP32", x.reshape(1, 1, 5)), tensor("length", "INT64", length), tensor("padding", "INT64", 3)],
         [tensor("y", "FP32", ((x[:length] - x[:length].mean()) / np.sqrt(x[:length].var() + 0.25)).reshape(1, 1, length)), tensor("shape", "INT64", [1, 1, 8])])
        for length in (2, 5)])


def empty_loop():
    """A loop whose body has no node: nothing to interrupt."""
    body = helper.make_graph([], "turn", [helper.make_tensor_value_info("turn", TensorProto.INT64, []), helper.make_tensor_value_info("go", TensorProto.BOOL, []),
                                          declare("state", "FP32", [BATCH])],
                             [helper.make_tensor_value_info("go", TensorProto.BOOL, []), declare("state", "FP32", [BATCH])])
    save("empty-loop", [helper.make_node("ReduceMax", ["turns"], ["most"], keepdims=0), helper.make_node("Loop", ["most", "", "x"], ["y"], body=body)],
         [("turns", "INT64", [BATCH]), ("x", "FP32", [BATCH])], [("y", "FP32", [BATCH])], doc="x, after as many turns as the largest of turns says.")
    expect("empty-loop", EXACT, ("three turns", [tensor("turns", "INT64", [3]), tensor("x", "FP32", [0.5])], [tensor("y", "FP32", [0.5])]))


def overridable():
    """An initializer that is also an input: a default that a request can replace."""
    save("overridable", [helper.make_node("Mul", ["x", "scale"], ["y"])], [("x", "FP32", [BATCH, 2]), ("scale", "FP32", [2])], [("y", "FP32", [BATCH, 2])],
         [constant("scale", [2, 10], np.float32)], "y = x times scale, by default 2 and 10.")
    expect("overridable", EXACT, ("the default", [tensor("x", "FP32", [[1, 2], [3, 4]])], [tensor("y", "FP32", [[2, 20], [6, 40]])]),
           ("another scale", [tensor("x", "FP32", [[1, 2]]), tensor("scale", "FP32", [-1, 0.5])], [tensor("y", "FP32", [[-1, 1]])]))


def no_inputs():
    save("no-inputs", [helper.make_node("Identity", ["primes"], ["y"])], [], [("y", "INT64", [4])], [constant("primes", [2, 3, 5, 7], np.int64)],
         "The first four primes.")
    expect("no-inputs", EXACT, ("always", [], [tensor("y", "INT64", [2, 3, 5, 7])]))


def batch_of_one():
    """As exporters write a model for one image."""
    save("batch-of-one", [helper.make_node("ReduceSum", ["x", "axis"], ["sum"], keepdims=1), helper.make_node("ReduceMax", ["x"], ["largest"], axes=[1], keepdims=0)],
         [("x", "FP32", [1, 3])], [("sum", "FP32", [1, 1]), ("largest", "FP32", [1])], [constant("axis", [1], np.int64)], "Sum and largest number of exactly one row.")
    expect("batch-of-one", EXACT, ("the only shape", [tensor("x", "FP32", [[1, 2.5, -4]])], [tensor("sum", "FP32", [[-0.5]]), tensor("largest", "FP32", [2.5])]))


def versioned():
    for version in (1, 2):
        path = f"versioned/{version}"
        save(path, [helper.make_node("Add", ["x", "step"], ["y"])], [("x", "FP32", [BATCH])], [("y", "FP32", [BATCH])],
             [constant("step", version, np.float32)], f"y = x + {version}.")
        values = np.array([0, 1.5, -4])
        expect(path, EXACT, ("three numbers", [tensor("x", "FP32", values)], [tensor("y", "FP32", values + version)]))


def string_normalizer():
    """Needs the locale en_US.UTF-8; exports of scikit-learn's TfidfVectorizer contain the operator."""
    save("string-normalizer", [helper.make_node("StringNormalizer", ["text"], ["lower"], case_change_action="LOWER")],
         [("text", "BYTES", [BATCH])], [("lower", "BYTES", [BATCH])], doc="Lower case in several scripts.")
    texts = ["ABC", "Ärger", "ПРИВЕТ", "ΣΑΣ", "already lower"]
    expect("string-normalizer", EXACT, ("several scripts", [tensor("text", "BYTES", texts)], [tensor("lower", "BYTES", ["abc", "ärger", "привет", "σασ", "already lower"])]))


def hostile():
    """Models whose load must fail: a warm-up that never ends, an input of more than 2 GB."""
    body = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["goes_on"]), helper.make_node("Add", ["sum", "step"], ["next"])], "body",
        [declare("turn", "INT64", []), declare("go", "BOOL", []), declare("sum", "FP32", [BATCH, 2])],
        [declare("goes_on", "BOOL", []), declare("next", "FP32", [BATCH, 2])], [constant("step", 1, np.float32)])
    save("endless", [helper.make_node("Loop", ["", "true", "x"], ["y"], body=body)], [("x", "FP32", [BATCH, 2])], [("y", "FP32", [BATCH, 2])],
         [constant("true", True, np.bool_)], "A loop without an end.")
    save("huge-input", [helper.make_node("ReduceSum", ["x"], ["y"], keepdims=0)], [("x", "FP32", [600_000_000])], [("y", "FP32", [])], doc="An input of 2.4 GB.")


def broken():
    target = HERE / "broken" / "model.onnx"
    target.parent.mkdir(exist_ok=True)
    target.write_text("This is not an ONNX model.\n")


if __name__ == "__main__":
    for make in (iris_mlp, tree_ensemble, tree_regressor, string_input, mixed, fixed_and_free, datatypes, scalar, slow,
                 image_mean, embedding, centred, gru, lstm_time_first, external, zipmap, optional_output, division, value_sizes, cut, empty_loop, overridable,
                 no_inputs, batch_of_one, rejecting, versioned, string_normalizer, hostile, broken):
        make()
