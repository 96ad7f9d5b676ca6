"""The program that sets pages: reads orders from standard input, writes the PDFs to output.

A process of its own, so that a page can be stopped after its time and never takes the memory of the
web server. It reads no file outside its folder and loads nothing from elsewhere. It ends when its
input ends, and with the first order that cannot be set.
"""

import json
import math
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
    while size := sys.stdin.buffer.readline():
        order = json.loads(sys.stdin.buffer.read(int(size)))
        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = math.ceil(used.ru_utime + used.ru_stime) + CPU_SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
        page = compiled(order["paper"], json.dumps(order["data"]))
        sys.stdout.buffer.write(b"%d\n%b" % (len(page), page))
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
