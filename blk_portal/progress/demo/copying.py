"""The sample is written as the register writes many rows."""

from institutions.copying import copy_rows, reserve_ids, write

__all__ = ["copy_rows", "reserve_ids", "write"]
