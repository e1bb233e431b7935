"""Makes the demo county's payment rolls and bank result files, the same bytes on every run.

    python content/demo/make.py [DEST]

DEST is the folder for the rolls (default: files/ beside this script); the faulty files go to mistakes/ beside DEST.
README.md says which shape each file has. Prints a line a file: rows, rows meant to be held, yuan.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import banks
import boards
import mistakes
import rolls
from maker import Maker
from people import County

HERE = Path(__file__).resolve().parent


def main(arguments: Sequence[str]) -> None:
    destination = Path(arguments[0]) if arguments else HERE / "files"
    destination.mkdir(parents=True, exist_ok=True)
    county = County(HERE.parent / "areas.csv")
    make = Maker(destination, county)
    for roll in rolls.ROLLS:
        roll(make)
    banks.bank_files(make)
    boards.board_photo(destination)
    mistakes.make(destination.parent / "mistakes", county)


if __name__ == "__main__":
    main(sys.argv[1:])
