"""Spreadsheets in and out: find the header, read a cell, name every fault."""
