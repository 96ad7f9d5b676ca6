"""What is asked: which figure, of which area, how far down, and where the page begins."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q

from blk_portal.accounts.requests import Visitor
from blk_portal.progress.boundaries import PARAMETER as MAP
from blk_portal.progress.boundaries import Boundaries, counts_elsewhere
from blk_portal.progress.indicators import Indicator
from incubators.models import Tenant
from institutions.models import Institution, ProgrammeYear, Province, Regency, TrainingOffice
from trainings.models import Cohort

PAGE_SIZE = 25


@dataclass(frozen=True)
class Question:
    """One figure as a reader asks about it; every link of the page is a question that differs.

    cohort, tenant: whose rows are asked for. reason: only what does not count for this reason.
    after: the last part of the page before.
    """

    user: Visitor
    indicator: Indicator
    year: ProgrammeYear
    province: Province | None = None
    office: TrainingOffice | None = None
    regency: Regency | None = None
    reading: str = Boundaries.NOW
    breakdown: str = ""
    bucket: str = ""
    institution: Institution | None = None
    cohort: Cohort | None = None
    tenant: Tenant | None = None
    reason: str = ""
    after: tuple[int, int, int] | None = None
    size: int = PAGE_SIZE

    @property
    def area_name(self) -> str:
        """The area in words; empty for the nation."""
        return str(self.province or self.office or self.regency or "")

    @property
    def scope_name(self) -> str:
        """What the figure is of, in words; empty for the nation."""
        tenant = self.tenant and self.tenant.business
        return str(tenant or self.cohort or self.institution or self.area_name)

    @property
    def names_around(self) -> list[str]:
        """What the scope lies in, from the inside out."""
        inner = self.cohort or self.tenant
        around = [self.institution if inner else None, self.area_name if self.institution else ""]
        return [str(one) for one in around if one]

    @property
    def is_of_nation(self) -> bool:
        return self.province is None and self.office is None and self.regency is None

    def area(self) -> Q:
        """The condition on institutions of the area, on the map of the reading."""
        if self.province is not None:
            inside = Q(regency__province=self.province)
            if self.reading == Boundaries.THEN:
                if counts_elsewhere(self.province, self.year):
                    return Q(pk=0)
                inside |= Q(
                    regency__province__split_from=self.province,
                    regency__province__valid_from__year__gte=self.year.year,
                )
            return inside
        if self.regency is not None:
            return Q(regency=self.regency)
        return Q(office=self.office) if self.office is not None else Q()

    def but(self, **changes: Any) -> "Question":
        """The question that differs in these."""
        return replace(self, after=None, **changes)

    def parameters(self) -> dict[str, str]:
        """How an address asks it; `after` and `size` belong to the page."""
        asked: dict[str, Any] = {
            "indikator": self.indicator.code,
            "tahun": self.year.year,
            "provinsi": self.province and self.province.code,
            "uptp": self.office and self.office.code,
            "kabupaten": self.regency and self.regency.code,
            MAP: self.reading if self.reading != Boundaries.NOW else "",
            "rincian": self.breakdown,
            "bagian": self.bucket,
            "lembaga": self.institution and self.institution.code,
            "angkatan": self.cohort and self.cohort.pk,
            "tenant": self.tenant and self.tenant.pk,
            "alasan": self.reason,
        }
        return {name: str(value) for name, value in asked.items() if value}

    @property
    def query(self) -> str:
        return urlencode(self.parameters())
