#!/usr/bin/python3
"""Writes the network that batching is measured with: 256-1024-1024-10, ReLU, softmax, random weights, 5 MB.   mlp.py DIRECTORY    (Debian: python3-onnx)"""
import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

random = np.random.default_rng(1)
sizes, nodes, weights, last = [256, 1024, 1024, 10], [], [], "x"
for layer, (rows, columns) in enumerate(zip(sizes, sizes[1:])):
    weights += [numpy_helper.from_array((random.standard_normal((rows, columns)) / rows ** 0.5).astype(np.float32), f"w{layer}"),
                numpy_helper.from_array(np.zeros(columns, np.float32), f"b{layer}")]
    nodes += [helper.make_node("Gemm", [last, f"w{layer}", f"b{layer}"], [f"sums{layer}"]),
              helper.make_node("Relu" if columns != 10 else "Softmax", [f"sums{layer}"], [f"y{layer}"])]
    last = f"y{layer}"
graph = helper.make_graph(
    nodes, "mlp", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 256])], [helper.make_tensor_value_info(last, TensorProto.FLOAT, ["batch", 10])], weights)
target = pathlib.Path(sys.argv[1])
target.mkdir(parents=True, exist_ok=True)
onnx.save(helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 17)]), target / "model.onnx")
