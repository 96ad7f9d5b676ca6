"""The legal owners that a list names: found by NPWP, else by name within the regency, else made."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import connection

from institutions.copying import unsaved, write
from institutions.models import Foundation

SAME_NAME = """
SELECT a.key, min(f.id)
FROM unnest(%(keys)s::text[], %(names)s::text[], %(regencies)s::bigint[], %(numbers)s::text[])
     AS a (key, name, regency, number)
JOIN institutions_foundation f ON lower(regexp_replace(f.name, '[^0-9A-Za-z]', '', 'g')) = a.name
WHERE (f.tax_number = '' OR a.number = '') AND EXISTS (
    SELECT 1 FROM institutions_institution i
    WHERE i.foundation_id = f.id AND i.regency_id = a.regency)
GROUP BY 1
"""


def name_key(name: str) -> str:
    """The form by which names of owners are compared: letters and digits only."""
    return re.sub(r"[^0-9A-Za-z]", "", name).lower()


@dataclass(frozen=True)
class Owner:
    """An owner as a row names it; many bear the same name, so the regency belongs to it."""

    name: str
    tax_number: str
    regency: int

    @property
    def key(self) -> str:
        return self.tax_number or f"{name_key(self.name)}@{self.regency}"


@dataclass
class Owners:
    """The owners of a piece of a list, each found once and made once."""

    asked: Iterable[Owner]
    found: dict[str, int] = field(default_factory=dict)

    def settle(self) -> Mapping[str, int]:
        """The id of every owner by its key; in at most four statements."""
        owners = {owner.key: owner for owner in self.asked}
        self._find_by_tax_number([owner for owner in owners.values() if owner.tax_number])
        self._find_by_name([owner for key, owner in owners.items() if key not in self.found])
        lacking = {key: owner for key, owner in owners.items() if key not in self.found}
        made = [
            unsaved(Foundation, {"name": owner.name, "tax_number": owner.tax_number})
            for owner in lacking.values()
        ]
        write(Foundation, made)
        self.found |= dict(zip(lacking, (row.pk for row in made), strict=True))
        return self.found

    def _find_by_tax_number(self, owners: list[Owner]) -> None:
        numbers = [owner.tax_number for owner in owners]
        rows = Foundation.objects.filter(tax_number__in=numbers).order_by("-pk")
        self.found |= dict(rows.values_list("tax_number", "pk"))

    def _find_by_name(self, owners: list[Owner]) -> None:
        """An owner with another NPWP is another one, whatever its name."""
        with connection.cursor() as cursor:
            cursor.execute(
                SAME_NAME,
                {
                    "keys": [owner.key for owner in owners],
                    "names": [name_key(owner.name) for owner in owners],
                    "regencies": [owner.regency for owner in owners],
                    "numbers": [owner.tax_number for owner in owners],
                },
            )
            self.found |= dict(cursor.fetchall())
