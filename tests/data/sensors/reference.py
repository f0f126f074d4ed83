#!/usr/bin/env python3
"""Write features.json: what src/sensors/features.rs computes, by NumPy in double precision.

    python reference.py            write features.json
    python reference.py --check    compute again and compare

The stream is put on the 50 Hz grid by numpy.interp, cut into windows, and each window's four
features are computed from their formulas, without a look at the Rust code's order of sums.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2] / "models"))

from sources import rebuild  # noqa: E402

GRAVITY = 9.80665
FILES = {
    "standing-3.csv": 1.0,
    "walking-1.csv": 1.0,
    "running-1.csv": 1.0,
    "badminton-1.csv": 1.0,
    "watch-row.csv": GRAVITY,
}
POINTS, HOP, GRID_HZ, SMOOTH_HZ = 128, 64, 50, 25
SHORTEST_LAG, LONGEST_LAG, OVERLAP, DIP = 8, 40, 20, 0.25


def windows(time: np.ndarray, axes: np.ndarray) -> list[np.ndarray]:
    """Full windows of the grid, each `[128, 3]`, half overlapping."""
    count = int(np.floor((time[-1] - time[0]) * GRID_HZ + 1e-6)) + 1
    at = time[0] + np.arange(count) / GRID_HZ
    grid = np.stack([np.interp(at, time, axis) for axis in axes.T], axis=1)
    return [grid[i : i + POINTS] for i in range(0, count - POINTS + 1, HOP)]


def features(window: np.ndarray) -> dict[str, float]:
    """The four numbers of features.rs."""
    starts = range(0, POINTS - 3, 2)
    smooth = np.stack([window[i : i + 4].mean(axis=0) for i in starts])
    centred = smooth - smooth.mean(axis=0)

    def correlation(lag: int) -> float:
        early, late = centred[: len(centred) - lag], centred[lag:]
        return float(np.sum(early * late) / np.sqrt(np.sum(early**2) * np.sum(late**2)))

    lags = np.arange(1, min(LONGEST_LAG, len(centred) - OVERLAP) + 1)
    r = np.array([correlation(lag) for lag in lags])
    risen = r - np.minimum.accumulate(np.minimum(r, 1.0)) >= DIP
    open_to = np.where(risen & (lags >= SHORTEST_LAG) & (r > 0), r, 0.0)
    best = int(open_to.argmax())
    return {
        "movement": float(np.sqrt(smooth.var(axis=0).sum())),
        "jerk": float(np.linalg.norm(np.diff(smooth, axis=0), axis=1).mean() * SMOOTH_HZ),
        "regularity": float(open_to[best]),
        "period": float(lags[best] / SMOOTH_HZ) if open_to[best] > 0 else 0.0,
    }


def build(_downloads: Path) -> bytes:
    """The file: per recording, one object a window."""
    answer = {}
    for name, unit in FILES.items():
        rows = np.genfromtxt(HERE / name, delimiter=",", skip_header=1)
        answer[name] = [
            {key: round(value, 6) for key, value in features(window).items()}
            for window in windows(rows[:, 0], rows[:, 1:4] * unit)
        ]
    return (json.dumps(answer, indent=1) + "\n").encode()


if __name__ == "__main__":
    sys.exit(rebuild(__doc__, {"features.json": build}, HERE))
