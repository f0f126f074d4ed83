"""Writes smooth.json: band-split guided smoothing of a crop of the astronaut by NumPy and OpenCV.

    pip install numpy==2.2.6 opencv-python-headless==4.11.0.86
    python reference.py

Means are weighted by the mask; windows and Gaussians are cut at the crop's border.
"""

import json
from pathlib import Path

import cv2
import numpy as np

HERE = Path(__file__).parent
LEFT, TOP, WIDTH, HEIGHT = 150, 40, 150, 180
RADIUS, SPLIT, EPSILON, FLOOR = 0.07, 0.011, 0.05, 1500
STRENGTH = 0.8
STEP = 67  # one sample every so many pixels, by rows


def share(total, weight):
    return np.where(weight > 1e-4, total / np.maximum(weight, 1e-4), 0)


def box(plane, radius):
    size = (2 * radius + 1, 2 * radius + 1)
    return cv2.boxFilter(plane, -1, size, normalize=False, borderType=cv2.BORDER_CONSTANT)


def gaussian(plane, sigma):
    return cv2.GaussianBlur(plane, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT)


def smooth(y, skin, face_width, strength):
    """Luma smoothed: the coarse band of the guided filter's, the fine band of the picture's."""
    radius, sigma = max(2, int(RADIUS * face_width)), SPLIT * face_width
    window = box(np.ones_like(y), radius)
    mean_of = lambda z: share(box(z * skin, radius) / window, box(skin, radius) / window)
    within = gaussian(np.ones_like(y), sigma)
    coarse_of = lambda z: share(gaussian(z * skin, sigma) / within, gaussian(skin, sigma) / within)
    mean = mean_of(y)
    variance = np.maximum(mean_of(y * y) - mean * mean, 0)
    slope = variance / (variance + EPSILON * (mean * mean + FLOOR))
    guided = mean_of(slope) * y + mean_of(mean * (1 - slope))
    coarse, coarse_guided = coarse_of(y), coarse_of(guided)
    return coarse_guided + (1 - strength) * (coarse - coarse_guided) + (y - coarse)


def main():
    picture = cv2.imread(str(HERE.parent / "astronaut.png"))[..., ::-1]
    crop = picture[TOP : TOP + HEIGHT, LEFT : LEFT + WIDTH].astype(np.float64)
    y = crop @ np.array([0.299, 0.587, 0.114])
    v, u = np.mgrid[:HEIGHT, :WIDTH]
    mask = np.clip(1.5 - ((u - 75) / 55) ** 2 - ((v - 90) / 70) ** 2, 0, 1)

    cases = []
    for face_width in (90, 200):
        change = smooth(y, mask, face_width, STRENGTH) - y
        out = np.clip(crop + (change * mask)[..., None] + 0.5, 0, 255).astype(np.uint8)
        cases.append(
            {
                "face_width": face_width,
                "change": [round(c, 3) for c in change.ravel()[::STEP].tolist()],
                "pixels": out.reshape(-1, 3)[::STEP].tolist(),
            }
        )
    head = {"crop": [LEFT, TOP, WIDTH, HEIGHT], "strength": STRENGTH, "step": STEP}
    text = json.dumps(head | {"cases": cases}, separators=(",", ":"))
    (HERE / "smooth.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
