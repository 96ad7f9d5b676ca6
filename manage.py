#!/usr/bin/env python3
"""Django's command line for the BLK Komunitas portal."""

import os
import sys
from pathlib import Path

VENV_PYTHON = Path(__file__).resolve().parent / ".venv" / "bin" / "python"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "blk_portal.settings")
    try:
        from django.core.management import execute_from_command_line
    except ModuleNotFoundError:
        # Called with the system's Python: go on with the project's own, where Django lives.
        if not VENV_PYTHON.exists() or sys.prefix == str(VENV_PYTHON.parents[1]):
            sys.exit(
                "Django belum terpasang. Jalankan `make run` sekali, lalu ulangi perintah ini."
            )
        os.execv(VENV_PYTHON, [str(VENV_PYTHON), *sys.argv])
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
