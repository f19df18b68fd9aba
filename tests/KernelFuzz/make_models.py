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
    write_nodes(folder, name, [node], inputs, outputs, opset, constants)


def write_inputs(folder, name, op, inputs, outputs, domain="", opset=17, initializers=(), **attributes):
    """As write, for a node without some inputs (value None), or with initializers between its inputs."""
    node = helper.make_node(op, ["" if array is None else key for key, array in inputs.items()], list(outputs), domain=domain, **attributes)
    present = {key: array for key, array in inputs.items() if array is not None}
    write_nodes(folder, name, [node], {key: array for key, array in present.items() if key not in initializers}, outputs, opset, {key: present[key] for key in initializers})


def write_nodes(folder, name, nodes, inputs, outputs, opset=17, constants=None):
    def declare(key, array):
        return helper.make_tensor_value_info(key, onnx.mapping.NP_TYPE_TO_TENSOR_TYPE[array.dtype] if array.dtype != object else TensorProto.STRING, array.shape)
    graph = helper.make_graph(
        nodes, name, [declare(*item) for item in inputs.items()],
        [helper.make_tensor_value_info(key, kind, None) for key, kind in outputs.items()],
        [numpy_helper.from_array(array, key) for key, array in (constants or {}).items()])
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


def values(folder):
    """Operators whose inputs are sizes, indices or lengths, and that libonnx-testdata 1.12 does not test with every mode or type."""
    F, I, U8, B = TensorProto.FLOAT, TensorProto.INT64, TensorProto.UINT8, TensorProto.BOOL
    image = floats(1, 2, 4, 4)
    def vector(*numbers):
        return np.array(numbers, dtype=np.int64)
    def scalar(number, dtype=np.int64):
        return np.array(number, dtype=dtype)
    no_roi = {"roi": np.zeros(0, np.float32)}
    for mode in ("nearest", "linear", "cubic"):
        for transform in ("half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel"):
            write(folder, f"resize_scales_{mode}_{transform}", "Resize", {"x": image, "roi": np.zeros(0, np.float32), "scales": np.float32([1, 1, 2, 2])}, {"y": F},
                  mode=mode, coordinate_transformation_mode=transform)
        write_inputs(folder, f"resize_sizes_{mode}", "Resize", {"x": image, "": None, " ": None, "sizes": vector(1, 2, 8, 8)}, {"y": F}, mode=mode)
        write_inputs(folder, f"resize_crop_{mode}", "Resize", {"x": image, "roi": np.float32([0, 0, 0, 0, 1, 1, 1, 1]), " ": None, "sizes": vector(1, 2, 8, 8)}, {"y": F},
                     mode=mode, coordinate_transformation_mode="tf_crop_and_resize")
        write_inputs(folder, f"resize_antialias_{mode}", "Resize", {"x": image, "": None, "scales": np.float32([1, 1, 0.5, 0.5])}, {"y": F}, opset=18, mode=mode, antialias=1)
        write_inputs(folder, f"resize_axes_{mode}", "Resize", {"x": image, "": None, " ": None, "sizes": vector(8, 8)}, {"y": F}, opset=18, mode=mode, axes=[2, 3], keep_aspect_ratio_policy="not_larger")
    write(folder, "resize_uint8", "Resize", {"x": ints(255, 1, 2, 4, 4, dtype=np.uint8), "roi": np.zeros(0, np.float32), "scales": np.float32([1, 1, 2, 2])}, {"y": U8}, mode="linear")
    write(folder, "upsample", "Upsample", {"x": image, "scales": np.float32([1, 1, 2, 2])}, {"y": F}, opset=9, mode="nearest")
    write(folder, "upsample_linear", "Upsample", {"x": image, "scales": np.float32([1, 1, 2, 2])}, {"y": F}, opset=9, mode="linear")
    for mode in ("constant", "reflect", "edge"):
        write(folder, f"pad_{mode}", "Pad", {"x": image, "pads": vector(0, 0, 1, 1, 0, 0, 1, 1)}, {"y": F}, mode=mode)
        write(folder, f"pad_one_{mode}", "Pad", {"x": floats(4), "pads": vector(1, 1)}, {"y": F}, mode=mode)
    write(folder, "pad_wrap", "Pad", {"x": floats(4), "pads": vector(1, 1)}, {"y": F}, opset=19, mode="wrap")
    write(folder, "pad_axes", "Pad", {"x": floats(4, 4), "pads": vector(1, 1), "v": np.float32(0).reshape(()), "axes": vector(1)}, {"y": F}, opset=18)
    write(folder, "one_hot", "OneHot", {"x": ints(3, 4), "depth": scalar(3), "v": np.float32([0, 1])}, {"y": F})
    write(folder, "one_hot_float", "OneHot", {"x": floats(4), "depth": np.float32(3).reshape(()), "v": np.float32([0, 1])}, {"y": F})
    write(folder, "constant_of_shape", "ConstantOfShape", {"x": vector(2, 3)}, {"y": F})
    write(folder, "expand", "Expand", {"x": floats(3, 1), "shape": vector(2, 1, 6)}, {"y": F})
    write(folder, "tile", "Tile", {"x": floats(3, 2), "r": vector(2, 2)}, {"y": F})
    write(folder, "top_k", "TopK", {"x": floats(3, 40), "k": vector(2)}, {"y": F, "i": I})
    write(folder, "top_k_smallest_unsorted", "TopK", {"x": floats(3, 40), "k": vector(5)}, {"y": F, "i": I}, largest=0, sorted=0)
    write(folder, "max_unpool", "MaxUnpool", {"x": floats(1, 1, 2, 2), "i": vector(0, 3, 8, 10).reshape(1, 1, 2, 2)}, {"y": F}, kernel_shape=[2, 2], strides=[2, 2])
    write(folder, "max_unpool_shape", "MaxUnpool", {"x": floats(1, 1, 2, 2), "i": vector(0, 3, 8, 10).reshape(1, 1, 2, 2), "s": vector(1, 1, 5, 5)}, {"y": F}, kernel_shape=[2, 2], strides=[2, 2])
    write(folder, "max_roi_pool", "MaxRoiPool", {"x": floats(1, 2, 6, 6), "rois": np.float32([[0, 0, 0, 3, 3], [0, 1, 1, 4, 4]])}, {"y": F}, pooled_shape=[2, 2], spatial_scale=1.0)
    for mode in ("avg", "max"):
        for ratio in (0, 2):
            write(folder, f"roi_align_{mode}_{ratio}", "RoiAlign", {"x": floats(2, 2, 6, 6), "rois": np.float32([[0, 0, 3, 3], [1, 1, 4, 4]]), "b": vector(0, 1)}, {"y": F},
                  mode=mode, output_height=2, output_width=2, sampling_ratio=ratio)
    for mode in ("bilinear", "nearest", "bicubic"):
        for padding in ("zeros", "border", "reflection"):
            write(folder, f"grid_sample_{mode}_{padding}", "GridSample", {"x": image, "g": floats(1, 3, 3, 2)}, {"y": F}, mode=mode, padding_mode=padding)
            write(folder, f"grid_sample_20_{mode}_{padding}", "GridSample", {"x": floats(1, 1, 3, 3, 3), "g": floats(1, 2, 2, 2, 3)}, {"y": F}, opset=20,
                  mode={"bilinear": "linear", "bicubic": "linear"}.get(mode, mode), padding_mode=padding)
    write(folder, "affine_grid", "AffineGrid", {"t": floats(1, 2, 3), "size": vector(1, 1, 4, 4)}, {"y": F}, opset=20)
    for name in ("ScatterND", "GatherND"):
        extra = {"u": floats(2, 4)} if name == "ScatterND" else {}
        write(folder, name.lower(), name, {"x": floats(3, 4), "i": vector(0, 2).reshape(2, 1), **extra}, {"y": F})
    for reduction in ("none", "add", "mul", "max", "min"):
        write(folder, f"scatter_elements_{reduction}", "ScatterElements", {"x": floats(3, 4), "i": vector(0, 2, 1, 1).reshape(2, 2), "u": floats(2, 2)}, {"y": F}, opset=18, reduction=reduction)
        write(folder, f"scatter_nd_{reduction}", "ScatterND", {"x": floats(3, 4), "i": vector(0, 2).reshape(2, 1), "u": floats(2, 4)}, {"y": F}, opset=18, reduction=reduction)
    write(folder, "scatter_9", "Scatter", {"x": floats(3, 4), "i": vector(0, 2, 1, 1).reshape(2, 2), "u": floats(2, 2)}, {"y": F}, opset=9)
    for kind in (np.int32, np.int64):
        name = np.dtype(kind).name
        write(folder, f"gather_{name}", "Gather", {"x": floats(3, 4), "i": vector(0, 2).astype(kind)}, {"y": F})
        write(folder, f"gather_elements_{name}", "GatherElements", {"x": floats(3, 4), "i": vector(0, 2, 1, 1).astype(kind).reshape(2, 2)}, {"y": F})
        write(folder, f"cum_sum_{name}", "CumSum", {"x": floats(3, 4), "a": scalar(0, kind)}, {"y": F})
        write(folder, f"slice_{name}", "Slice", {"x": floats(3, 4), "s": vector(0, 1).astype(kind), "e": vector(3, 3).astype(kind), "a": vector(0, 1).astype(kind), "t": vector(1, 1).astype(kind)}, {"y": F})
    write(folder, "gather_negative_axis", "Gather", {"x": floats(3, 4), "i": vector(0, 2)}, {"y": F}, axis=-1)
    write(folder, "gather_batch_nd", "GatherND", {"x": floats(2, 3, 4), "i": vector(0, 2).reshape(2, 1)}, {"y": F}, batch_dims=1)
    write(folder, "reverse_sequence", "ReverseSequence", {"x": floats(4, 3), "l": vector(4, 2, 1)}, {"y": F}, time_axis=0, batch_axis=1)
    write(folder, "col2im", "Col2Im", {"x": floats(1, 4, 9), "image": vector(4, 4), "block": vector(2, 2)}, {"y": F}, opset=18)
    write(folder, "center_crop_pad", "CenterCropPad", {"x": floats(4, 4), "s": vector(2, 6)}, {"y": F}, opset=18)
    write(folder, "split_sizes", "Split", {"x": floats(4, 3), "s": vector(1, 3)}, {"a": F, "b": F})
    write(folder, "reshape", "Reshape", {"x": floats(4, 3), "s": vector(2, -1)}, {"y": F})
    write(folder, "reshape_allowzero", "Reshape", {"x": floats(4, 3), "s": vector(2, 6)}, {"y": F}, allowzero=1)
    write(folder, "unsqueeze", "Unsqueeze", {"x": floats(4, 3), "a": vector(0, 3)}, {"y": F})
    write(folder, "squeeze", "Squeeze", {"x": floats(1, 4, 3, 1), "a": vector(0, 3)}, {"y": F})
    write(folder, "reduce_sum_axes", "ReduceSum", {"x": floats(4, 3), "a": vector(1)}, {"y": F})
    write(folder, "reduce_max_axes", "ReduceMax", {"x": floats(4, 3), "a": vector(1)}, {"y": F}, opset=18)
    write(folder, "trilu", "Trilu", {"x": floats(4, 3), "k": scalar(0)}, {"y": F})
    write(folder, "range_float", "Range", {"a": np.float32(0).reshape(()), "b": np.float32(5).reshape(()), "c": np.float32(1).reshape(())}, {"z": F})
    write(folder, "bernoulli", "Bernoulli", {"x": floats(4, 3)}, {"y": F}, seed=1.0)
    write(folder, "multinomial", "Multinomial", {"x": floats(4, 3)}, {"y": TensorProto.INT32}, seed=1.0, sample_size=5)
    write(folder, "compress", "Compress", {"x": floats(4, 3), "c": np.array([True, False, True])}, {"y": F}, axis=0)
    write(folder, "non_zero", "NonZero", {"x": floats(4, 3)}, {"y": I})
    write(folder, "unique_axis", "Unique", {"x": floats(4, 3)}, {"y": F, "i": I, "v": I, "c": I}, axis=0)
    write(folder, "dft", "DFT", {"x": floats(1, 8, 1), "n": scalar(8)}, {"y": F}, axis=1)
    write(folder, "dft_20", "DFT", {"x": floats(1, 8, 1), "n": scalar(8), "a": scalar(1)}, {"y": F}, opset=20)
    write(folder, "stft", "STFT", {"x": floats(1, 64, 1), "step": scalar(8), "w": floats(16), "length": scalar(16)}, {"y": F})
    write(folder, "bit_shift_uint64", "BitShift", {"x": ints(5, 3, dtype=np.uint64), "y": ints(5, 3, dtype=np.uint64)}, {"z": TensorProto.UINT64}, direction="LEFT")
    write(folder, "dropout", "Dropout", {"x": floats(3, 4), "r": np.float32(0.5).reshape(()), "t": np.array(True)}, {"y": F})
    write(folder, "non_max_suppression", "NonMaxSuppression", {
        "b": floats(1, 4, 4), "s": floats(1, 1, 4), "m": vector(3), "iou": np.float32([0.5]), "score": np.float32([0])}, {"y": I})
    for op, gates in (("LSTM", 4), ("GRU", 3), ("RNN", 1)):
        for direction, count in (("forward", 1), ("reverse", 1), ("bidirectional", 2)):
            write(folder, f"{op.lower()}_lengths_{direction}", op, {
                "x": floats(3, 2, 4), "w": floats(count, 3 * gates, 4), "r": floats(count, 3 * gates, 3), "b": floats(count, 6 * gates), "l": np.int32([3, 2])}, {"y": F, "h": F}, hidden_size=3, direction=direction)
    write(folder, "negative_log_likelihood", "NegativeLogLikelihoodLoss", {"x": floats(3, 5), "t": ints(5, 3), "w": floats(5)}, {"y": F}, reduction="mean", ignore_index=-1)
    write(folder, "softmax_cross_entropy", "SoftmaxCrossEntropyLoss", {"x": floats(3, 5), "t": ints(5, 3), "w": floats(5)}, {"y": F}, reduction="mean")
    write(folder, "tf_idf", "TfIdfVectorizer", {"x": ints(9, 12, dtype=np.int32)}, {"y": F}, mode="TF", min_gram_length=2, max_gram_length=2, max_skip_count=5,
          ngram_counts=[0, 4], ngram_indexes=[0, 1, 2], pool_int64s=[2, 3, 5, 4, 5, 6])
    write(folder, "quantize_axis", "QuantizeLinear", {"x": floats(2, 3), "s": floats(3), "z": ints(9, 3, dtype=np.uint8)}, {"y": U8}, axis=1)
    write(folder, "dequantize_axis", "DequantizeLinear", {"x": ints(9, 2, 3, dtype=np.uint8), "s": floats(3), "z": ints(9, 3, dtype=np.uint8)}, {"y": F}, axis=1)
    write(folder, "image_decoder", "ImageDecoder", {"x": ints(255, 40, dtype=np.uint8)}, {"y": U8}, opset=20)
    write(folder, "regex_full_match", "RegexFullMatch", {"x": words("a", "bb")}, {"y": B}, opset=20, pattern="(a|b)*")
    write(folder, "string_split", "StringSplit", {"x": words("a b", "")}, {"y": TensorProto.STRING, "n": I}, opset=20, delimiter="")
    write(folder, "cast_string", "Cast", {"x": words("1", "2")}, {"y": F}, to=F)
    write(folder, "conv_transpose_dynamic", "ConvTranspose", {"x": floats(1, 1, 3, 3), "w": floats(1, 2, 3, 3)}, {"y": F})
    write(folder, "deform_conv", "DeformConv", {"x": floats(1, 1, 3, 3), "w": floats(1, 1, 2, 2), "o": floats(1, 8, 2, 2)}, {"y": F}, opset=19, kernel_shape=[2, 2])
    write(folder, "attention_23", "Attention", {"q": floats(1, 2, 3, 4), "k": floats(1, 2, 3, 4), "v": floats(1, 2, 3, 4)}, {"y": F}, opset=23)
    write(folder, "rotary_23", "RotaryEmbedding", {"x": floats(1, 2, 3, 4), "c": floats(5, 2), "s": floats(5, 2), "p": ints(3, 1, 3)}, {"y": F}, opset=23)
    write(folder, "tensor_scatter_24", "TensorScatter", {"p": floats(2, 1, 5, 2), "u": floats(2, 1, 2, 2), "i": vector(0, 1)}, {"y": F}, opset=24)


def sequences(folder):
    F, I = TensorProto.FLOAT, TensorProto.INT64
    parts = helper.make_node("SplitToSequence", ["x"], ["s"], axis=0)
    index = {"x": floats(3, 2), "i": np.array(1)}
    write_nodes(folder, "sequence_at", [parts, helper.make_node("SequenceAt", ["s", "i"], ["y"])], index, {"y": F})
    write_nodes(folder, "sequence_erase", [parts, helper.make_node("SequenceErase", ["s", "i"], ["t"]), helper.make_node("ConcatFromSequence", ["t"], ["y"], axis=0)], index, {"y": F})
    write_nodes(folder, "sequence_insert", [parts, helper.make_node("SequenceInsert", ["s", "p", "i"], ["t"]), helper.make_node("ConcatFromSequence", ["t"], ["y"], axis=0)],
                {"x": floats(3, 2), "p": floats(1, 2), "i": np.array(1)}, {"y": F})
    write_nodes(folder, "split_to_sequence", [helper.make_node("SplitToSequence", ["x", "n"], ["s"], axis=0), helper.make_node("ConcatFromSequence", ["s"], ["y"], axis=0)],
                {"x": floats(4, 2), "n": np.array(2)}, {"y": F})
    write_nodes(folder, "split_to_sequence_sizes", [helper.make_node("SplitToSequence", ["x", "n"], ["s"], axis=0), helper.make_node("ConcatFromSequence", ["s"], ["y"], axis=0)],
                {"x": floats(4, 2), "n": np.array([1, 3])}, {"y": F})


def chains(folder):
    """Networks in which a tensor becomes empty: the optimizer fuses the nodes behind, and changes the layout of convolutions."""
    F, U8 = TensorProto.FLOAT, TensorProto.UINT8
    def node(op, inputs, output, **attributes):
        return helper.make_node(op, inputs.split(), [output], **attributes)
    def conv(source, output, **attributes):
        return node("Conv", f"{source} w", output, **attributes)
    cut = [node("Slice", "x zero end axis", "cut")]
    weights = {"w": floats(16, 16, 3, 3), "zero": np.int64([0]), "scale": floats(16), "half": np.float32(0.1).reshape(()), "none": np.uint8(3).reshape(()), "big": np.float32([1, 1, 2, 2])}
    same = dict(pads=[1, 1, 1, 1])
    networks = {
        "pools": [conv("cut", "a"), node("Relu", "a", "b"), conv("b", "c", **same), node("MaxPool", "c", "d", kernel_shape=[2, 2], strides=[2, 2]), node("GlobalAveragePool", "d", "y")],
        "max": [conv("cut", "a", **same), node("GlobalMaxPool", "a", "y")],
        "average": [conv("cut", "a", **same), node("AveragePool", "a", "y", kernel_shape=[2, 2])],
        "residual": [conv("cut", "a", **same), conv("a", "b", **same), node("Add", "a b", "c"), node("Relu", "c", "y")],
        "strides": [conv("cut", "a", strides=[2, 2]), conv("a", "b", strides=[2, 2]), conv("b", "y", strides=[2, 2])],
        "normalized": [conv("cut", "a", **same), node("BatchNormalization", "a scale scale scale scale", "b"), node("Sigmoid", "b", "c"), node("Mul", "b c", "y")],
        "upsampled": [conv("cut", "a", **same), node("Resize", "a  big".replace("  ", " _ "), "y")],
        "concatenated": [conv("cut", "a", **same), node("MaxPool", "a", "b", kernel_shape=[3, 3], **same), node("Concat", "a b", "c", axis=1), node("ReduceMean", "c", "y", axes=[2, 3])],
        "quantized": [node("QuantizeLinear", "cut half none", "q"), node("DequantizeLinear", "q half none", "d"), node("QuantizeLinear", "w half none", "qw"), node("DequantizeLinear", "qw half none", "dw"),
                      node("Conv", "d dw", "c", **same), node("QuantizeLinear", "c half none", "qc"), node("DequantizeLinear", "qc half none", "dc"), node("GlobalAveragePool", "dc", "g"),
                      node("QuantizeLinear", "g half none", "qg"), node("DequantizeLinear", "qg half none", "y")],
    }
    for name, nodes in networks.items():
        for item in nodes:
            if "_" in item.input: item.input[list(item.input).index("_")] = ""
        write_nodes(folder, f"chain_{name}", cut + nodes, {"x": floats(1, 16, 8, 8), "end": np.int64([8]), "axis": np.int64([2])}, {"y": F}, constants=weights)
    # Images with one row: windows that are larger than the padded input.
    for op in ("MaxPool", "AveragePool", "LpPool"):
        for stride in (1, 2):
            for ceil in (0, 1)[:1 if op == "LpPool" else 2]:
                pool = dict(kernel_shape=[3, 3], strides=[stride, stride], **({} if op == "LpPool" else {"ceil_mode": ceil}))
                name = f"small_{op.lower()}_{stride}_{ceil}"
                write_nodes(folder, f"{name}_after_conv", [conv("x", "a", **same), node(op, "a", "y", **pool)], {"x": floats(1, 16, 1, 8)}, {"y": F}, constants={"w": weights["w"]})
                write_nodes(folder, name, [node(op, "x", "y", **pool)], {"x": floats(1, 3, 1, 8)}, {"y": F})
                quantized = [node("QuantizeLinear", "x half none", "q"), node("DequantizeLinear", "q half none", "d"), node(op, "d", "p", **pool), node("QuantizeLinear", "p half none", "r"), node("DequantizeLinear", "r half none", "y")]
                write_nodes(folder, f"{name}_quantized", quantized, {"x": floats(1, 16, 1, 8)}, {"y": F}, constants={"half": weights["half"], "none": weights["none"]})
        write_nodes(folder, f"small_{op.lower()}_valid", [conv("x", "a", **same), node(op, "a", "y", kernel_shape=[2, 2], strides=[2, 2], auto_pad="VALID")], {"x": floats(1, 16, 1, 8)}, {"y": F}, constants={"w": weights["w"]})
    write_nodes(folder, "small_dilated", [conv("x", "a", **same), node("MaxPool", "a", "y", kernel_shape=[2, 2], dilations=[2, 2])], {"x": floats(1, 16, 2, 8)}, {"y": F}, constants={"w": weights["w"]})
    for op in ("GlobalMaxPool", "GlobalAveragePool"):
        write_nodes(folder, f"small_{op.lower()}", [conv("x", "a", **same), node("MaxPool", "a", "b", kernel_shape=[2, 2]), node(op, "b", "y")], {"x": floats(1, 16, 1, 8)}, {"y": F}, constants={"w": weights["w"]})
    for rows in (1, 2):
        write_nodes(folder, f"small_conv_{rows}", [conv("x", "a"), node("Relu", "a", "y")], {"x": floats(1, 16, rows, 8)}, {"y": F}, constants={"w": weights["w"]})
        write_nodes(folder, f"small_conv_3_channels_{rows}", [conv("x", "y", strides=[2, 2])], {"x": floats(1, 3, rows, 8)}, {"y": F}, constants={"w": floats(5, 3, 3, 3)})
        write_nodes(folder, f"small_conv_1d_{rows}", [conv("x", "y", strides=[2])], {"x": floats(1, 3, rows)}, {"y": F}, constants={"w": floats(5, 3, 3)})
        write_nodes(folder, f"small_conv_transpose_{rows}", [node("ConvTranspose", "x w", "y", pads=[1, 1, 1, 1])], {"x": floats(1, 3, rows, rows)}, {"y": F}, constants={"w": floats(3, 5, rows, rows)})
    text = {"w": floats(8, 8), "b": floats(8), "gamma": floats(8), "zero": np.int64([0]), "half": np.float32(0.5).reshape(()), "two": np.float32(2).reshape(()), "root": np.float32(1.4142).reshape(()), "one": np.float32(1).reshape(())}
    layers = {
        "layer_norm": [node("Add", "cut cut", "a"), node("LayerNormalization", "a gamma b", "n", axis=-1), node("MatMul", "n w", "m"), node("Add", "m b", "y")],
        "skip": [node("MatMul", "cut w", "m"), node("Add", "m b", "a"), node("Add", "a cut", "s"), node("LayerNormalization", "s gamma b", "y", axis=-1)],
        "gelu": [node("MatMul", "cut w", "m"), node("Div", "m root", "d"), node("Erf", "d", "e"), node("Add", "e one", "p"), node("Mul", "m p", "q"), node("Mul", "q half", "y")],
        "softmax": [node("Transpose", "cut", "t", perm=[0, 2, 1]), node("MatMul", "cut t", "s"), node("Div", "s two", "d"), node("Softmax", "d", "p", axis=-1), node("MatMul", "p cut", "y")],
        "lstm_batch": [node("Transpose", "cut", "t", perm=[1, 0, 2]), node("ReduceMax", "t", "r", axes=[0], keepdims=0), node("TopK", "r k", "y")],
    }
    layers["lstm_batch"][-1].output.append("i")
    text["k"] = np.int64([1])
    for name, nodes in layers.items():
        write_nodes(folder, f"chain_{name}", cut + nodes, {"x": floats(2, 4, 8), "end": np.int64([4]), "axis": np.int64([1])}, {"y": F}, constants=text)


def ms_values(folder):
    """Kernels of com.microsoft whose inputs are indices, lengths or sizes."""
    F, I, U8 = TensorProto.FLOAT, TensorProto.INT64, TensorProto.UINT8
    write(folder, "ms_attention_mask", "Attention", {"x": floats(2, 3, 8), "w": floats(8, 24), "b": floats(24), "m": np.int32([3, 2])}, {"z": F}, MS, num_heads=2)
    write(folder, "ms_attention_mask_start", "Attention", {"x": floats(2, 3, 8), "w": floats(8, 24), "b": floats(24), "m": np.int32([3, 2, 0, 1])}, {"z": F}, MS, num_heads=2)
    write(folder, "ms_attention_mask_2d", "Attention", {"x": floats(2, 3, 8), "w": floats(8, 24), "b": floats(24), "m": np.int32([[1, 1, 1], [1, 1, 0]])}, {"z": F}, MS, num_heads=2)
    write(folder, "ms_mha_mask", "MultiHeadAttention", {"q": floats(2, 3, 8), "k": floats(2, 3, 8), "v": floats(2, 3, 8), "b": floats(24), "m": np.int32([3, 2])}, {"z": F}, MS, num_heads=2)
    write(folder, "ms_embed_layer_normalization_mask", "EmbedLayerNormalization", {
        "i": ints(5, 2, 3, dtype=np.int32), "s": ints(2, 2, 3, dtype=np.int32), "w": floats(5, 4), "p": floats(6, 4), "t": floats(2, 4), "g": floats(4), "b": floats(4),
        "m": ints(2, 2, 3, dtype=np.int32), "d": ints(6, 2, 3, dtype=np.int32)}, {"z": F, "k": TensorProto.INT32}, MS)
    write_inputs(folder, "ms_group_query_attention", "GroupQueryAttention", {
        "q": floats(1, 3, 16), "k": floats(1, 3, 8), "v": floats(1, 3, 8), "pk": floats(1, 1, 4, 8), "pv": floats(1, 1, 4, 8), "l": np.int32([2]), "t": np.array(3, np.int32)},
        {"z": F, "k2": F, "v2": F}, MS, num_heads=2, kv_num_heads=1)
    write_inputs(folder, "ms_group_query_attention_rotary", "GroupQueryAttention", {
        "q": floats(1, 3, 16), "k": floats(1, 3, 8), "v": floats(1, 3, 8), "pk": floats(1, 1, 4, 8), "pv": floats(1, 1, 4, 8), "l": np.int32([2]), "t": np.array(3, np.int32),
        "c": floats(8, 4), "s": floats(8, 4)}, {"z": F, "k2": F, "v2": F}, MS, num_heads=2, kv_num_heads=1, do_rotary=1)
    write(folder, "ms_rotary_offset", "RotaryEmbedding", {"x": floats(2, 3, 8), "p": np.int64([1]), "c": floats(8, 2), "s": floats(8, 2)}, {"z": F}, MS, num_heads=2)
    write(folder, "ms_gather_nd", "GatherND", {"x": floats(3, 4), "i": np.int64([[0], [2]])}, {"z": F}, MS)
    write(folder, "ms_crop_and_resize", "CropAndResize", {"x": floats(1, 2, 6, 6), "r": np.float32([[0, 0, 0.5, 0.5]]), "b": np.int32([0]), "s": np.int32([3, 3])}, {"z": F}, MS)
    write(folder, "ms_expand_dims", "ExpandDims", {"x": floats(3, 4), "a": np.array(1, np.int32)}, {"z": F}, MS)
    write(folder, "ms_pad", "Pad", {"x": floats(3, 4), "p": np.int64([0, 0, 1, 1]), "v": np.float32([0])}, {"z": F}, MS)
    write(folder, "ms_range", "Range", {"a": np.array(0), "b": np.array(5), "c": np.array(1)}, {"z": I}, MS)
    write(folder, "ms_unique", "Unique", {"x": floats(5)}, {"z": F, "i": I, "c": I}, MS)
    write(folder, "ms_trilu", "Trilu", {"x": floats(3, 4), "k": np.array(0)}, {"z": F}, MS)
    write(folder, "ms_murmur_hash", "MurmurHash3", {"x": ints(9, 4, dtype=np.int32)}, {"z": TensorProto.UINT32}, MS)
    write(folder, "ms_cdist", "CDist", {"x": floats(3, 4), "y": floats(2, 4)}, {"z": F}, MS, metric="sqeuclidean")
    write(folder, "ms_word_conv_embedding", "WordConvEmbedding", {"i": ints(5, 2, 6, dtype=np.int32), "w": floats(4, 1, 2, 3), "b": floats(4), "c": floats(6, 3)}, {"z": F}, MS, embedding_size=4, conv_window_size=2, char_embedding_size=3)
    write(folder, "ms_ngram_repeat_block", "NGramRepeatBlock", {"i": ints(5, 2, 6), "s": floats(2, 8)}, {"z": F}, MS, ngram_size=2)
    write(folder, "ms_bifurcation_detector", "BifurcationDetector", {"s": ints(5, 6), "c": ints(5, 4), "p": np.array(1), "q": ints(5, 5)}, {"t": I, "u": I}, MS)
    write(folder, "ms_grid_sample", "GridSample", {"x": floats(1, 2, 4, 4), "g": floats(1, 3, 3, 2)}, {"z": F}, MS)
    write(folder, "ms_conv_transpose_pads", "ConvTransposeWithDynamicPads", {"x": floats(1, 1, 3, 3), "w": floats(1, 1, 3, 3), "p": np.int64([0, 0, 0, 0])}, {"z": F}, MS)
    write(folder, "ms_maxpool_mask", "MaxpoolWithMask", {"x": floats(1, 1, 4, 4), "m": ints(2, 1, 1, 4, 4, dtype=np.int32)}, {"z": F}, MS, kernel_shape=[2, 2])
    write(folder, "ms_tokenizer", "Tokenizer", {"x": words("a b", "c")}, {"z": TensorProto.STRING}, MS, mark=0, mincharnum=1, pad_value="#", separators=[" "])
    write(folder, "ms_sample_op", "SampleOp", {"x": floats(3)}, {"z": F}, MS)
    write(folder, "ms_dequantize_linear", "DequantizeLinear", {"x": ints(9, 2, 3, dtype=np.uint8), "s": floats(3), "z0": ints(9, 3, dtype=np.uint8)}, {"z": F}, MS, axis=1)
    write(folder, "ms_gather_block_quantized", "GatherBlockQuantized", {"i": ints(3, 4)}, {"z": F}, MS, gather_axis=0, quantize_axis=1, block_size=16, bits=8,
          constants={"x": ints(255, 3, 32, dtype=np.uint8), "s": floats(3, 2)})
    write_inputs(folder, "ms_gather_block_quantized_order", "GatherBlockQuantized", {"x": ints(255, 3, 32, dtype=np.uint8), "i": ints(3, 4), "s": floats(3, 2)}, {"z": F}, MS,
                 gather_axis=0, quantize_axis=1, block_size=16, bits=8, initializers=("x", "s"))
    write_inputs(folder, "ms_matmul_nbits", "MatMulNBits", {"x": floats(2, 32), "w": ints(255, 4, 1, 16, dtype=np.uint8), "s": floats(4)}, {"z": F}, MS, K=32, N=4, bits=4, block_size=32, initializers=("w", "s"))
    write(folder, "ms_qattention", "QAttention", {"x": ints(255, 2, 3, 8, dtype=np.uint8), "w": ints(255, 8, 24, dtype=np.uint8), "b": floats(24), "xs": np.float32(0.1).reshape(()),
          "ws": np.float32(0.1).reshape(()), "m": np.int32([3, 2]), "xz": np.uint8(3).reshape(()), "wz": np.uint8(3).reshape(())}, {"z": F}, MS, num_heads=2)
    write(folder, "ms_sparse_to_dense", "DecoderMaskedMultiHeadAttention", {
        "q": floats(1, 1, 8), "k": floats(1, 1, 8), "v": floats(1, 1, 8)}, {"z": F}, MS, num_heads=2)
    write(folder, "ms_dynamic_time_warping", "DynamicTimeWarping", {"x": floats(3, 4)}, {"z": TensorProto.INT32}, MS)
    write(folder, "ms_unfold", "UnfoldTensor", {"x": floats(3, 8)}, {"z": F}, MS, dim=1, size=3, step=2)
    write(folder, "ms_nhwc_max_pool", "NhwcMaxPool", {"x": ints(255, 1, 4, 4, 2, dtype=np.uint8)}, {"z": U8}, MS, kernel_shape=[2, 2])
    write(folder, "ms_bias_split_gelu", "BiasAdd", {"x": floats(2, 3, 4), "b": floats(4), "s": floats(2, 3, 4)}, {"z": F}, MS)


if __name__ == "__main__":
    for make in (ml, ms, onnx_operators, values, sequences, chains, ms_values):
        make(sys.argv[1])
