"""Print the part of requirements.lock that production needs, with its hashes: no development tools.

Usage: python3 docs/operations/production_lock.py requirements.lock [PACKAGE TO LEAVE OUT ...]

The lock says below each package who asked for it; a package is needed when the portal itself did,
or one that is needed. A package left out takes along what only it had asked for.
"""

import re
import sys
from pathlib import Path

PORTAL = "blk-portal (pyproject.toml)"
ENTRY = re.compile(r"^(?=[A-Za-z0-9])", re.MULTILINE)
ASKED_BY = re.compile(r"^    #(?: via|  ) +(\S.*)$", re.MULTILINE)


def needed_entries(lock: str, left_out: set[str]) -> list[str]:
    entries = {entry.split("==")[0]: entry for entry in ENTRY.split(lock) if "==" in entry}
    if unknown := left_out - set(entries):
        sys.exit(f"Not in the lock: {', '.join(sorted(unknown))}")
    needed, size = {PORTAL}, 0
    while len(needed) > size:
        size = len(needed)
        for name, entry in entries.items():
            if name not in left_out and needed.intersection(ASKED_BY.findall(entry)):
                needed.add(name)
    return [entry for name, entry in entries.items() if name in needed]


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    text = Path(sys.argv[1]).read_text(encoding="utf-8")
    sys.stdout.writelines(needed_entries(text, set(sys.argv[2:])))
