"""The program that sets one page: reads its order from standard input, writes the PDF to output.

A process of its own, so that a page can be stopped after its time and never takes the memory of the
web server. It reads no file outside its folder and loads nothing from elsewhere.
"""

import json
import resource
import sys
from pathlib import Path
from typing import Literal

import typst

PAPERS = Path(__file__).with_name("papers")
FONTS = Path(__file__).with_name("fonts")
MEMORY_BYTES = 2 * 1024**3
CPU_SECONDS = 20


def compiled(paper: str, data: str) -> bytes:
    """The page of a paper (the name of a file in `papers`) with its data, as accessible PDF.

    Where a name holds a script that none of our fonts has, the page shows boxes for it and does not
    claim the standard PDF/UA, whose rule that is.
    """
    try:
        return _set(paper, data, "ua-1")
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        return _set(paper, data, None)


def _set(paper: str, data: str, standard: Literal["ua-1"] | None) -> bytes:
    return typst.compile(
        PAPERS / f"{paper}.typ", root=PAPERS, font_paths=[FONTS], ignore_system_fonts=True,
        format="pdf", sys_inputs={"data": data}, pdf_standards=standard,
    )  # fmt: skip


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    order = json.load(sys.stdin.buffer)
    sys.stdout.buffer.write(compiled(order["paper"], json.dumps(order["data"])))


if __name__ == "__main__":
    main()
