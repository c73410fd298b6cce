"""Writes multilingual-e5-small as an ONNX graph in whole numbers of eight bits.

Each word keeps its own scale, each column of a matrix its own, and each *row of activations its own*, computed as
it passes: one loud word no longer blurs its neighbours, and a text gets the same vector alone as in a batch. (The
usual dynamic quantisation takes one scale for a whole batch: measured cosine to the full model 0.986 against 0.999
here.) The tables lie in a second file that the system maps, so that processes share it and pages come when needed.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, external_data_helper, helper, numpy_helper, save

from .weights import Weights

ROWS_AT_ONCE = 8192
GELU_FLOOR = 0.17  # GELU never goes below -0.17: its rows need no sign, and keep one bit more
ALIGNED = 4096  # mapped tables begin on a page


class Graph:
    """An ONNX graph being written: nodes and small numbers in memory, tables straight to the data file."""

    def __init__(self, data: BinaryIO, name: str) -> None:
        self._data, self._data_name = data, name
        self._nodes: list[Any] = []
        self._values: list[TensorProto] = []

    def number(self, name: str, value: NDArray[Any]) -> str:
        """Keep a small constant inside the graph."""
        self._values.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def table(self, name: str, value: NDArray[Any]) -> str:
        """Write a large constant to the data file."""
        offset = self._begin_table()
        self._data.write(np.ascontiguousarray(value).tobytes())
        return self._end_table(name, offset, value.dtype, list(value.shape))

    def _begin_table(self) -> int:
        self._data.write(b"\0" * (-self._data.tell() % ALIGNED))
        return self._data.tell()

    def _end_table(self, name: str, offset: int, dtype: Any, shape: list[int]) -> str:
        tensor = TensorProto(name=name, dims=shape, data_type=helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))
        tensor.raw_data = b"."  # the helper insists that there is something to move outside
        length = self._data.tell() - offset
        external_data_helper.set_external_data(tensor, self._data_name, offset=offset, length=length)
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        self._values.append(tensor)
        return name

    def node(self, kind: str, takes: list[str], gives: str | list[str], **options: Any) -> str:
        """Add one operation and give the name of its (first) result."""
        results = [gives] if isinstance(gives, str) else gives
        domain = "com.microsoft" if kind in {"Gelu", "MatMulIntegerToFloat", "MultiHeadAttention"} else None
        self._nodes.append(helper.make_node(kind, takes, results, domain=domain, **options))
        return results[0]

    def words(self, weights: Weights, told: Callable[[int, int], None]) -> None:
        """Write the word table, a piece at a time so that memory stays small: int8 rows and their scales."""
        count, width = weights.shape.words, weights.shape.width
        offset, scales = self._begin_table(), []
        for start in range(0, count, ROWS_AT_ONCE):
            stop = min(start + ROWS_AT_ONCE, count)
            values, scale = whole_numbers(weights.rows("emb.word", start, stop, width))
            self._data.write(values.tobytes())
            scales.append(scale)
            told(stop, count)
        self._end_table("word", offset, np.int8, [count, width])
        self.table("word_scale", np.concatenate(scales)[:, None])

    def model(self, width: int) -> ModelProto:
        """Close the graph: two inputs of any batch and length, one unit vector per row."""
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
            for name in ("input_ids", "attention_mask")
        ]
        output = helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, ["batch", width])
        graph = helper.make_graph(self._nodes, "multilingual-e5-small", inputs, [output], self._values)
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
        model = helper.make_model(graph, opset_imports=opsets)
        model.ir_version = 8
        return model


def whole_numbers(rows: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Round each row to -127..127 by its largest value; gives the rows and one scale per row."""
    scale = (np.abs(rows).max(axis=1) / 127).astype(np.float32)
    scale[scale == 0] = 1
    return np.round(rows / scale[:, None]).astype(np.int8), scale


def write_model(weights: Weights, folder: Path, told: Callable[[int, int], None]) -> None:
    """Write model.onnx and model.onnx.data into `folder`; `told(done, all)` counts words, then layers."""
    with (folder / "model.onnx.data").open("wb") as data:
        graph = Graph(data, "model.onnx.data")
        _constants(graph)
        flow = _embed(graph, weights, told)
        for layer in range(weights.shape.layers):
            flow = _layer(graph, weights, layer, flow)
            told(layer + 1, weights.shape.layers)
        _pool(graph, flow)
    save(graph.model(weights.shape.width), str(folder / "model.onnx"))


def _constants(graph: Graph) -> None:
    for name, value in {"one": 1, "per_127": 1 / 127, "per_255": 1 / 255, "tiny": 1e-9, "floor": GELU_FLOOR}.items():
        graph.number(name, np.array(value, np.float32))
    graph.number("zero", np.array(0, np.uint8))
    graph.number("middle", np.array(128, np.uint8))
    graph.number("first_axis", np.array([1]))
    graph.number("last_axis", np.array([2]))
    graph.number("from_start", np.array([0]))


def _embed(graph: Graph, weights: Weights, told: Callable[[int, int], None]) -> str:
    width = weights.shape.width
    graph.words(weights, told)
    kinds = weights.plain("emb.type").reshape(-1, width)
    graph.table("position", weights.plain("emb.pos").reshape(-1, width) + kinds[0])
    graph.node("Cast", ["attention_mask"], "mask", to=TensorProto.FLOAT)
    graph.node("Cast", ["attention_mask"], "mask_whole", to=TensorProto.INT32)
    graph.node("Gather", ["word", "input_ids"], "word_whole")
    graph.node("Cast", ["word_whole"], "word_plain", to=TensorProto.FLOAT)
    graph.node("Gather", ["word_scale", "input_ids"], "word_scales")
    graph.node("Mul", ["word_plain", "word_scales"], "words")
    graph.node("Shape", ["input_ids"], "length", start=1, end=2)
    graph.node("Slice", ["position", "from_start", "length", "from_start"], "positions")
    return _norm(graph, weights, "emb.ln", graph.node("Add", ["words", "positions"], "placed"))


def _layer(graph: Graph, weights: Weights, layer: int, flow: str) -> str:
    at, width, inner = f"l{layer}", weights.shape.width, weights.shape.inner
    row = _quantise(graph, flow)
    for part in "qkv":
        _linear(graph, weights, row, f"{at}.{part}", width, width)
    parts = [f"{at}.{part}_out" for part in "qkv"]
    seen = graph.node("MultiHeadAttention", [*parts, "", "mask_whole"], f"{at}.seen", num_heads=weights.shape.heads)
    said = _linear(graph, weights, _quantise(graph, seen), f"{at}.ao", width, width)
    flow = _norm(graph, weights, f"{at}.aln", graph.node("Add", [said, flow], f"{at}.heard"))
    wide = _linear(graph, weights, _quantise(graph, flow), f"{at}.fi", width, inner)
    bent = graph.node("Gelu", [wide], f"{at}.bent")
    back = _linear(graph, weights, _quantise(graph, bent, floor=True), f"{at}.fo", inner, width, floor=True)
    return _norm(graph, weights, f"{at}.oln", graph.node("Add", [back, flow], f"{at}.whole"))


def _quantise(graph: Graph, flow: str, *, floor: bool = False) -> tuple[str, str]:
    """Turn each row into whole numbers by its own largest value; gives the names of the row and its scale."""
    lifted = graph.node("Add", [flow, "floor"], f"{flow}_up") if floor else flow
    size = lifted if floor else graph.node("Abs", [flow], f"{flow}_size")
    graph.node("ReduceMax", [size], f"{flow}_max", axes=[-1])
    graph.node("Mul", [f"{flow}_max", "per_255" if floor else "per_127"], f"{flow}_step0")
    step = graph.node("Max", [f"{flow}_step0", "tiny"], f"{flow}_step")
    graph.node("Reciprocal", [step], f"{flow}_per")
    graph.node("Mul", [lifted, f"{flow}_per"], f"{flow}_steps")
    middle = "zero" if floor else "middle"
    return graph.node("QuantizeLinear", [f"{flow}_steps", "one", middle], f"{flow}_row"), step


def _linear(
    graph: Graph, weights: Weights, row: tuple[str, str], name: str, takes: int, gives: int, *, floor: bool = False
) -> str:
    """Multiply whole numbers, then give both scales back; the lift of a floored row is taken out of the bias."""
    matrix, scale = whole_numbers(weights.rows(f"{name}.w", 0, gives, takes))
    bias = weights.plain(f"{name}.b")
    if floor:
        bias = bias - GELU_FLOOR * (matrix.astype(np.float32) * scale[:, None]).sum(axis=1)
    graph.table(f"{name}_matrix", matrix.T)
    graph.number(f"{name}_scale", scale)
    graph.number(f"{name}_bias", bias.astype(np.float32))
    product = [row[0], f"{name}_matrix", "one", f"{name}_scale", "zero" if floor else "middle"]
    graph.node("MatMulIntegerToFloat", product, f"{name}_product")
    graph.node("Mul", [f"{name}_product", row[1]], f"{name}_scaled")
    return graph.node("Add", [f"{name}_scaled", f"{name}_bias"], f"{name}_out")


def _norm(graph: Graph, weights: Weights, name: str, flow: str) -> str:
    graph.number(f"{name}_weight", weights.plain(f"{name}.w"))
    graph.number(f"{name}_bias", weights.plain(f"{name}.b"))
    takes = [flow, f"{name}_weight", f"{name}_bias"]
    return graph.node("LayerNormalization", takes, f"{name}_out", epsilon=weights.shape.epsilon, axis=-1)


def _pool(graph: Graph, flow: str) -> None:
    """Average the words that are there (not the padding) and bring the result to length one."""
    graph.node("Unsqueeze", ["mask", "last_axis"], "mask_wide")
    graph.node("Mul", [flow, "mask_wide"], "kept")
    graph.node("ReduceSum", ["kept", "first_axis"], "sum", keepdims=0)
    graph.node("ReduceSum", ["mask", "first_axis"], "count", keepdims=1)
    graph.node("Div", ["sum", "count"], "mean")
    graph.node("LpNormalization", ["mean"], "sentence_embedding", axis=-1, p=2)
