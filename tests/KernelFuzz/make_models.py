#!/usr/bin/python3
"""Writes models of one operator, with inputs, in the layout of ONNX's node tests: make_models.py FOLDER.

Debian's libonnx-testdata has no tests of ai.onnx.ml, and none of com.microsoft, whose kernels ONNX Runtime's optimizer
puts into a graph. Needs python3-onnx. Seeded.
"""
import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

ML, MS = "ai.onnx.ml", "com.microsoft"
random = np.random.RandomState(1)


def floats(*shape):
    return random.rand(*shape).astype(np.float32)


def ints(most, *shape, dtype=np.int64):
    return random.randint(0, most, shape).astype(dtype)


def words(*values):
    return np.array(values, dtype=object)


def write(folder, name, op, inputs, outputs, domain="", opset=17, constants=None, **attributes):
    """inputs: name → array; outputs: name → element type. constants: values of inputs that a kernel accepts as initializers only."""
    constants = constants or {}
    node = helper.make_node(op, list(inputs) + list(constants), list(outputs), domain=domain, **attributes)
    def declare(key, array):
        return helper.make_tensor_value_info(key, onnx.mapping.NP_TYPE_TO_TENSOR_TYPE[array.dtype] if array.dtype != object else TensorProto.STRING, array.shape)
    graph = helper.make_graph(
        [node], name, [declare(*item) for item in inputs.items()],
        [helper.make_tensor_value_info(key, kind, None) for key, kind in outputs.items()],
        [numpy_helper.from_array(array, key) for key, array in constants.items()])
    imports = [helper.make_opsetid("", opset), helper.make_opsetid(ML, 3), helper.make_opsetid(MS, 1)]
    target = pathlib.Path(folder) / name
    (target / "test_data_set_0").mkdir(parents=True, exist_ok=True)
    (target / "model.onnx").write_bytes(helper.make_model(graph, ir_version=8, opset_imports=imports).SerializeToString())
    for index, (key, array) in enumerate(inputs.items()):
        (target / "test_data_set_0" / f"input_{index}.pb").write_bytes(numpy_helper.from_array(array, key).SerializeToString())


def trees(prefix, classes):
    nodes = dict(nodes_treeids=[0, 0, 0], nodes_nodeids=[0, 1, 2], nodes_featureids=[0, 0, 0], nodes_values=[0.5, 0.0, 0.0],
                 nodes_modes=["BRANCH_LEQ", "LEAF", "LEAF"], nodes_truenodeids=[1, 0, 0], nodes_falsenodeids=[2, 0, 0])
    leaves = {f"{prefix}_treeids": [0, 0], f"{prefix}_nodeids": [1, 2], f"{prefix}_ids": [0, classes - 1], f"{prefix}_weights": [1.0, 2.0]}
    return {**nodes, **leaves}


def ml(folder):
    F, I, S = TensorProto.FLOAT, TensorProto.INT64, TensorProto.STRING
    x = {"x": floats(4, 3)}
    write(folder, "ml_array_feature_extractor", "ArrayFeatureExtractor", {"x": floats(4, 3), "y": ints(3, 1, 2)}, {"z": F}, ML)
    write(folder, "ml_binarizer", "Binarizer", x, {"z": F}, ML, threshold=0.5)
    write(folder, "ml_feature_vectorizer", "FeatureVectorizer", {"x": floats(4, 3), "y": floats(4, 2)}, {"z": F}, ML, inputdimensions=[3, 2])
    write(folder, "ml_imputer", "Imputer", x, {"z": F}, ML, imputed_value_floats=[0.0, 1.0, 2.0], replaced_value_float=0.5)
    write(folder, "ml_scaler", "Scaler", x, {"z": F}, ML, offset=[0.1, 0.2, 0.3], scale=[1.0, 2.0, 3.0])
    for norm in ("MAX", "L1", "L2"):
        write(folder, f"ml_normalizer_{norm.lower()}", "Normalizer", x, {"z": F}, ML, norm=norm)
    write(folder, "ml_one_hot_encoder", "OneHotEncoder", {"x": ints(3, 4)}, {"z": F}, ML, cats_int64s=[0, 1, 2], zeros=1)
    write(folder, "ml_one_hot_encoder_strings", "OneHotEncoder", {"x": words("a", "b")}, {"z": F}, ML, cats_strings=["a", "b"], zeros=1)
    write(folder, "ml_category_mapper", "CategoryMapper", {"x": words("a", "b")}, {"z": I}, ML, cats_strings=["a", "b"], cats_int64s=[1, 2], default_int64=0)
    write(folder, "ml_label_encoder_strings", "LabelEncoder", {"x": words("a", "b")}, {"z": I}, ML, keys_strings=["a", "b"], values_int64s=[1, 2], default_int64=0)
    write(folder, "ml_label_encoder_int64s", "LabelEncoder", {"x": ints(3, 4)}, {"z": S}, ML, keys_int64s=[0, 1], values_strings=["a", "b"], default_string="c")
    write(folder, "ml_label_encoder_floats", "LabelEncoder", {"x": floats(4)}, {"z": F}, ML, keys_floats=[0.5], values_floats=[1.0], default_float=0.0)
    for post in ("NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"):
        write(folder, f"ml_linear_regressor_{post.lower()}", "LinearRegressor", x, {"z": F}, ML, coefficients=[0.1] * 6, intercepts=[0.0, 1.0], targets=2, post_transform=post)
        write(folder, f"ml_linear_classifier_{post.lower()}", "LinearClassifier", x, {"l": I, "z": F}, ML, coefficients=[0.1] * 9, intercepts=[0.0, 1.0, 2.0], classlabels_ints=[0, 1, 2], post_transform=post)
        write(folder, f"ml_tree_ensemble_classifier_{post.lower()}", "TreeEnsembleClassifier", x, {"l": I, "z": F}, ML, classlabels_int64s=[0, 1, 2], post_transform=post, **trees("class", 3))
        write(folder, f"ml_tree_ensemble_regressor_{post.lower()}", "TreeEnsembleRegressor", x, {"z": F}, ML, n_targets=2, post_transform=post, **trees("target", 2))
    write(folder, "ml_linear_classifier_binary", "LinearClassifier", x, {"l": S, "z": F}, ML, coefficients=[0.1] * 3, intercepts=[0.5], classlabels_strings=["a", "b"], post_transform="LOGISTIC")
    write(folder, "ml_tree_ensemble_classifier_binary", "TreeEnsembleClassifier", x, {"l": S, "z": F}, ML, classlabels_strings=["a", "b"], **trees("class", 1))
    write(folder, "ml_tree_ensemble_regressor_single", "TreeEnsembleRegressor", x, {"z": F}, ML, n_targets=1, **trees("target", 1))
    for kernel in ("LINEAR", "RBF", "POLY", "SIGMOID"):
        svm = dict(kernel_type=kernel, kernel_params=[0.5, 0.1, 2.0], coefficients=[0.5, -0.5, 0.25, -0.25], rho=[0.1])
        write(folder, f"ml_svm_regressor_{kernel.lower()}", "SVMRegressor", x, {"z": F}, ML, n_supports=4, support_vectors=floats(12).tolist(), **svm)
        write(folder, f"ml_svm_classifier_{kernel.lower()}", "SVMClassifier", x, {"l": I, "z": F}, ML, classlabels_ints=[0, 1], support_vectors=floats(12).tolist(), vectors_per_class=[2, 2], **svm)


def ms(folder):
    F, U = TensorProto.FLOAT, TensorProto.UINT8
    x = {"x": floats(2, 3, 4)}
    for op in ("Gelu", "QuickGelu"):
        write(folder, f"ms_{op.lower()}", op, x, {"z": F}, MS)
    write(folder, "ms_fast_gelu", "FastGelu", {"x": floats(2, 3, 4), "b": floats(4)}, {"z": F}, MS)
    write(folder, "ms_bias_gelu", "BiasGelu", {"x": floats(2, 3, 4), "b": floats(4)}, {"z": F}, MS)
    write(folder, "ms_skip_layer_normalization", "SkipLayerNormalization", {"x": floats(2, 3, 4), "s": floats(2, 3, 4), "g": floats(4), "b": floats(4)}, {"z": F}, MS)
    write(folder, "ms_skip_simplified_layer_normalization", "SkipSimplifiedLayerNormalization", {"x": floats(2, 3, 4), "s": floats(2, 3, 4), "g": floats(4)}, {"z": F}, MS)
    write(folder, "ms_simplified_layer_normalization", "SimplifiedLayerNormalization", {"x": floats(2, 3, 4), "g": floats(4)}, {"z": F})
    for a in (0, 1):
        write(folder, f"ms_fused_matmul_{a}", "FusedMatMul", {"x": floats(2, 3, 3), "y": floats(2, 3, 3)}, {"z": F}, MS, transA=a, transB=1 - a, alpha=0.5)
    write(folder, "ms_fused_gemm", "FusedGemm", {"x": floats(3, 4), "y": floats(4, 5), "c": floats(5)}, {"z": F}, MS, activation="Relu")
    write(folder, "ms_fused_conv", "FusedConv", {"x": floats(1, 2, 5, 5), "w": floats(3, 2, 3, 3), "b": floats(3)}, {"z": F}, MS, activation="Relu")
    write(folder, "ms_bias_softmax", "BiasSoftmax", {"x": floats(2, 3, 4), "b": floats(1, 3, 4)}, {"z": F}, MS, axis=2, is_inner_broadcast=0)
    write(folder, "ms_attention", "Attention", {"x": floats(2, 3, 8), "w": floats(8, 24), "b": floats(24)}, {"z": F}, MS, num_heads=2)
    write(folder, "ms_multi_head_attention", "MultiHeadAttention", {"q": floats(2, 3, 8), "k": floats(2, 3, 8), "v": floats(2, 3, 8)}, {"z": F}, MS, num_heads=2)
    write(folder, "ms_embed_layer_normalization", "EmbedLayerNormalization", {
        "i": ints(5, 2, 3, dtype=np.int32), "s": ints(2, 2, 3, dtype=np.int32), "w": floats(5, 4), "p": floats(6, 4), "t": floats(2, 4), "g": floats(4), "b": floats(4)}, {"z": F, "m": TensorProto.INT32}, MS)
    write(folder, "ms_dynamic_quantize_matmul", "DynamicQuantizeMatMul", {"x": floats(3, 4)}, {"z": F}, MS,
          constants={"w": ints(255, 4, 5, dtype=np.uint8), "s": floats(1), "o": ints(255, 1, dtype=np.uint8)})
    write(folder, "ms_matmul_integer_to_float", "MatMulIntegerToFloat", {"x": ints(255, 3, 4, dtype=np.uint8), "y": ints(255, 4, 5, dtype=np.uint8), "a": floats(1), "b": floats(1)}, {"z": F}, MS)
    scale, zero = np.float32([0.1]).reshape(()), np.uint8(3).reshape(())
    write(folder, "ms_qlinear_add", "QLinearAdd", {"x": ints(255, 3, 4, dtype=np.uint8), "xs": scale, "xz": zero, "y": ints(255, 3, 4, dtype=np.uint8), "ys": scale, "yz": zero, "zs": scale, "zz": zero}, {"z": U}, MS)
    write(folder, "ms_inverse", "Inverse", {"x": floats(2, 3, 3)}, {"z": F}, MS)
    write(folder, "ms_rotary_embedding", "RotaryEmbedding", {"x": floats(2, 3, 8), "p": ints(3, 2, 3), "c": floats(4, 2), "s": floats(4, 2)}, {"z": F}, MS, num_heads=2)


def onnx_operators(folder):
    """Operators and modes without a test in libonnx-testdata 1.12, integer kernels for the run over values."""
    F = TensorProto.FLOAT
    write(folder, "gru_linear_before_reset", "GRU", {"x": floats(3, 2, 4), "w": floats(1, 9, 4), "r": floats(1, 9, 3)}, {"y": F, "h": F}, hidden_size=3, linear_before_reset=1)
    write(folder, "gru_bidirectional", "GRU", {"x": floats(3, 2, 4), "w": floats(2, 9, 4), "r": floats(2, 9, 3)}, {"y": F, "h": F}, hidden_size=3, direction="bidirectional")
    write(folder, "lstm_bidirectional", "LSTM", {"x": floats(3, 2, 4), "w": floats(2, 12, 4), "r": floats(2, 12, 3)}, {"y": F, "h": F, "c": F}, hidden_size=3, direction="bidirectional")
    write(folder, "rnn_both_outputs", "RNN", {"x": floats(3, 2, 4), "w": floats(1, 3, 4), "r": floats(1, 3, 3)}, {"y": F, "h": F}, hidden_size=3)
    for name in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"):
        dtype = np.dtype(name)
        kind = onnx.mapping.NP_TYPE_TO_TENSOR_TYPE[dtype]
        two = {"x": ints(5, 3, 4, dtype=dtype) + dtype.type(1), "y": ints(5, 3, 4, dtype=dtype) + dtype.type(1)}
        for op in ("Add", "Sub", "Mul", "Div", "Pow", "Max", "Min"):
            write(folder, f"integer_{op.lower()}_{name}", op, two, {"z": kind})
        for fmod in (0, 1):
            write(folder, f"integer_mod_{fmod}_{name}", "Mod", two, {"z": kind}, fmod=fmod)
        for op in ("Abs", "Neg", "Sign"):
            write(folder, f"integer_{op.lower()}_{name}", op, {"x": two["x"]}, {"z": kind})
        if name.startswith("u"):
            for direction in ("LEFT", "RIGHT"):
                write(folder, f"integer_bit_shift_{direction.lower()}_{name}", "BitShift", two, {"z": kind}, direction=direction)
        for op in ("ReduceSum", "ReduceProd", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare", "ArgMax", "ArgMin", "CumSum", "TopK", "Cast"):
            if op == "CumSum":
                write(folder, f"integer_cum_sum_{name}", op, {"x": two["x"], "a": np.int64(0).reshape(())}, {"z": kind})
            elif op == "TopK":
                write(folder, f"integer_top_k_{name}", op, {"x": two["x"], "k": np.int64([2])}, {"z": kind, "i": TensorProto.INT64})
            elif op == "Cast":
                write(folder, f"integer_cast_{name}", op, {"x": two["x"]}, {"z": F}, to=F)
            else:
                write(folder, f"integer_{op.lower()}_{name}", op, {"x": two["x"]}, {"z": TensorProto.INT64 if op.startswith("Arg") else kind})
    for name in ("int16", "int32", "int64"):
        dtype = np.dtype(name)
        write(folder, f"integer_range_{name}", "Range", {key: dtype.type(value).reshape(()) for key, value in (("a", 0), ("b", 5), ("c", 1))},
              {"z": onnx.mapping.NP_TYPE_TO_TENSOR_TYPE[dtype]})


if __name__ == "__main__":
    for make in (ml, ms, onnx_operators):
        make(sys.argv[1])
