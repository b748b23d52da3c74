"""Approve printed pages anew: `python update/pages.py [NAME...]` keeps what the samples print now; look at it first.

Without names all samples are drawn; a picture that looks the same stays as it is, so that history stays small.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests" / "unit" / "page")]

from page_pictures import KEPT, SAMPLES, difference, pictures, small  # noqa: E402  its folder is known only now


def main(names: list[str]) -> None:
    """Keep the pictures of these samples, or of all; a picture that no sample draws any more goes."""
    KEPT.mkdir(exist_ok=True)
    drawn: dict[str, bytes] = {}
    for sample in SAMPLES:
        if not names or sample.name in names:
            for paper in sample.papers:
                drawn |= pictures(sample, paper)
    for name, picture in drawn.items():
        kept = KEPT / name
        if not kept.exists() or difference(kept.read_bytes(), picture):
            kept.write_bytes(small(picture))
            print(name)
    for kept in () if names else KEPT.glob("*.png"):
        if kept.name not in drawn:
            kept.unlink()
            print(f"{kept.name} (removed)")
    print(f"{sum(kept.stat().st_size for kept in KEPT.glob('*.png')) // 1024} KiB in all")


if __name__ == "__main__":
    main(sys.argv[1:])
