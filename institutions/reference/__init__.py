"""Reference data of the register: tables of our own, and the official region codes.

Tables hold what no package offers, with its source; `loading` puts them into the database without
touching what staff have edited.
"""
