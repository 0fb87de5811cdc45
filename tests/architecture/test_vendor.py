"""Third-party files are those VENDOR.md says, to the byte."""

import hashlib
import re

from tests.architecture.tree import ROOT, source

VENDOR = ROOT / "static" / "vendor"
LINE = re.compile(r"^([0-9a-f]{64})\s+\*?(\S+)$", re.MULTILINE)


def recorded() -> dict[str, str]:
    return {path: digest for digest, path in LINE.findall(source(VENDOR / "VENDOR.md"))}


def test_each_file_is_the_one_recorded():
    wrong = [
        path
        for path, digest in recorded().items()
        if not (VENDOR / path).is_file() or hashlib.sha256((VENDOR / path).read_bytes()).hexdigest() != digest
    ]
    assert recorded(), "VENDOR.md records no checksum"
    assert not wrong, f"absent or changed: {wrong}"


def test_no_file_comes_without_a_record():
    files = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()} - {"VENDOR.md"}
    unrecorded = sorted(files - set(recorded()))
    assert not unrecorded, f"not in VENDOR.md: {unrecorded}"


def test_each_package_comes_with_its_licence():
    folders = [folder for folder in VENDOR.iterdir() if folder.is_dir()]
    bare = sorted(folder.name for folder in folders if not list(folder.glob("LICENSE*")))
    assert not bare, f"without a licence: {bare}"
