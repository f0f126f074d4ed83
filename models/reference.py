#!/usr/bin/env python3
"""Measure the ONNX nets against LiteRT, and write LiteRT's outputs as test data.

    python reference.py        print the table in MODELS.md, write tests/data/face/nets.json

Needs requirements-reference.txt. LiteRT runs the TFLite files as published, so the
test data does not depend on the conversion. Its last digits depend on the processor, which is
why a test compares with a tolerance and this file is not compared byte for byte.
"""

from __future__ import annotations

import argparse
import io
import json
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime
from ai_edge_litert.interpreter import Interpreter
from PIL import Image

from convert import NETS, Net
from sources import HERE, Source

TEST_DATA = HERE.parent / "tests/data/face/nets.json"
RANDOM_INPUTS = 20

# Both are primes, so that the sample meets every column of a row of 3 or 16 values.
FEW_VALUES_STEP, MANY_VALUES_STEP = 7, 61
MANY_VALUES = 10_000

# Public domain: NASA and US Navy. The squares are around the face, 1.5 times as large as
# the short-range detector's box: [left, top, right, bottom] in pixels.
PICTURES = {
    "astronaut": (
        Source(
            "scikit-image==0.26.0",
            ("skimage/data/astronaut.png",),
            "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
        ),
        (156, 58, 298, 200),
    ),
    "grace_hopper": (
        Source(
            "matplotlib==3.11.2",
            ("matplotlib/mpl-data/sample_data/grace_hopper.jpg",),
            "a8ca6d734765703b09728ab47fe59f473d93ae3967fc24c7c0288c3c7adb7130",
        ),
        (122, 100, 413, 391),
    ),
}

Outputs = dict[str, np.ndarray]


class Pair:
    """One net in LiteRT, from the TFLite file, and in ONNX Runtime, from ours."""

    def __init__(self, net: Net, downloads: Path) -> None:
        self.net = net
        self._lite = Interpreter(model_content=net.source.fetch(downloads), num_threads=1)
        self._lite.allocate_tensors()
        self._onnx = onnxruntime.InferenceSession(
            str(HERE / net.file), providers=["CPUExecutionProvider"]
        )
        self.shape = tuple(self._onnx.get_inputs()[0].shape)

    @property
    def low(self) -> float:
        """The smallest input value; the largest is 1."""
        return 0.0 if self.net.file == "face_mesh.onnx" else -1.0

    def scaled(self, unit: np.ndarray) -> np.ndarray:
        """Values from 0 to 1 on the net's input range."""
        return (unit * (1.0 - self.low) + self.low).astype(np.float32)

    def lite(self, image: np.ndarray) -> Outputs:
        """LiteRT's outputs for an NCHW input, by our names and in our shapes."""
        self._lite.set_tensor(
            self._lite.get_input_details()[0]["index"], image.transpose(0, 2, 3, 1).copy()
        )
        self._lite.invoke()
        values = {
            detail["name"]: self._lite.get_tensor(detail["index"])
            for detail in self._lite.get_output_details()
        }
        return {out.name: values[out.tensor].reshape(out.shape) for out in self.net.outputs}

    def onnx(self, image: np.ndarray) -> Outputs:
        """ONNX Runtime's outputs for an NCHW input."""
        names = [out.name for out in self.net.outputs]
        return dict(zip(names, self._onnx.run(names, {"input": image})))


def pattern(shape: tuple[int, ...]) -> np.ndarray:
    """Values in [0, 1) that any language makes exactly: 24 bits of a multiplicative hash."""
    hashed = np.arange(np.prod(shape), dtype=np.uint64) * 2_654_435_761 % 2**32
    return ((hashed >> 8) / 2.0**24).reshape(shape)


def letterbox(picture: Image.Image) -> Image.Image:
    """The picture in the middle of a black square."""
    side = max(picture.size)
    square = Image.new("RGB", (side, side))
    square.paste(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
    return square


def real_inputs(pair: Pair, downloads: Path) -> list[np.ndarray]:
    """The two pictures as the net would get them."""
    inputs = []
    for source, square in PICTURES.values():
        picture = Image.open(io.BytesIO(source.fetch(downloads))).convert("RGB")
        is_mesh = pair.net.file == "face_mesh.onnx"
        picture = picture.crop(square) if is_mesh else letterbox(picture)
        picture = picture.resize(pair.shape[2:], Image.Resampling.BILINEAR)
        inputs.append(pair.scaled(np.asarray(picture).transpose(2, 0, 1)[None] / 255.0))
    return inputs


def measure(pair: Pair, kind: str, inputs: list[np.ndarray]) -> None:
    """Print one table row for each output: worst difference and largest value."""
    runs = [(pair.lite(image), pair.onnx(image)) for image in inputs]
    for out in pair.net.outputs:
        worst = max(np.abs(lite[out.name] - onnx[out.name]).max() for lite, onnx in runs)
        largest = max(np.abs(lite[out.name]).max() for lite, _ in runs)
        print(f"| {pair.net.file} | {out.name} | {kind} | {worst:.1e} | {largest:.4g} |")


def number(value: np.float32) -> float:
    """The shortest decimal that reads back as the same float32."""
    return float(str(value))


def sample(values: np.ndarray) -> dict:
    """What the test data keeps of one output."""
    flat = values.reshape(-1)
    step = MANY_VALUES_STEP if flat.size > MANY_VALUES else FEW_VALUES_STEP
    return {
        "shape": list(values.shape),
        "sum": round(float(flat.sum(dtype=np.float64)), 3),
        "sum_of_absolute_values": round(float(np.abs(flat).sum(dtype=np.float64)), 3),
        "first": [number(value) for value in flat[:64]],
        "step": step,
        "every_step": [number(value) for value in flat[::step]],
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--downloads", type=Path, help="keep the packages here between runs")
    arguments = parser.parse_args()
    random = np.random.default_rng(1)
    nets = {}
    print("| file | output | inputs | worst difference | largest value |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        downloads = arguments.downloads or Path(scratch)
        for net in NETS:
            pair = Pair(net, downloads)
            noise = [pair.scaled(random.random(pair.shape)) for _ in range(RANDOM_INPUTS)]
            image = pair.scaled(pattern(pair.shape))
            measure(pair, "random", noise)
            measure(pair, "real", real_inputs(pair, downloads))
            measure(pair, "pattern", [image])
            nets[net.file] = {
                "input": {"shape": list(pair.shape), "low": pair.low, "high": 1.0},
                "outputs": {name: sample(values) for name, values in pair.lite(image).items()},
            }
    content = {
        "about": "LiteRT 2.3.0 outputs of the published TFLite files; see models/reference.py",
        "input": "low + (high - low) * (i * 2654435761 mod 2^32 >> 8) / 2^24, i the flat NCHW index",
        "nets": nets,
    }
    TEST_DATA.write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main()
