"""The legal owners that a list names: found by NPWP, else by name within the regency, else made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from institutions.copying import write
from institutions.models import Foundation, Institution
from institutions.register_sheet.values import letters


@dataclass(frozen=True)
class Owner:
    """An owner as a row names it; many bear the same name, so the regency belongs to it."""

    name: str
    tax_number: str
    regency: int

    @property
    def key(self) -> str:
        return self.tax_number or f"{letters(self.name)}@{self.regency}"


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
            Foundation(name=owner.name, tax_number=owner.tax_number) for owner in lacking.values()
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
        rows = (
            Institution.objects.filter(regency__in={owner.regency for owner in owners})
            .order_by("-foundation_id")
            .values_list(
                "regency", "foundation", "foundation__name", "foundation__tax_number"
            )
        )  # fmt: skip
        there = {(letters(name), regency): (pk, number) for regency, pk, name, number in rows}
        for owner in owners:
            pk, number = there.get((letters(owner.name), owner.regency), (0, ""))
            if pk and not (number and owner.tax_number):
                self.found[owner.key] = pk
