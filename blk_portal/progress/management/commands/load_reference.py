"""`manage.py load_reference`: regions, offices, fields, budget years, targets, and criteria."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext, ngettext

from blk_portal.progress.models import Target
from incubators.models import Criterion, SelectionRound
from institutions.models import ProgrammeYear
from institutions.reference.loading import load_register

TARGET_YEAR = 2022
INCUBATOR_PLACES = 100
SOURCE = "Siaran pers Kementerian Ketenagakerjaan, 13 September 2022"

# Indicator, value, and the counting rule as the ministry reads it: data, so in Indonesian.
TARGETS = (
    (
        "institutions_pkb",
        850,
        "Lembaga yang PKB-nya ditandatangani pada TA 2022, dikurangi yang dibatalkan atau "
        "mengundurkan diri. Lembaga pengganti dihitung satu kali.",
    ),
    (
        "completed",
        232_000,
        "Keikutsertaan dalam pelatihan TA 2022 dari semua sumber dana, dengan laporan penutupan "
        "yang sudah diverifikasi. Peserta yang mengundurkan diri tidak dihitung. Satu orang dalam "
        "dua angkatan dihitung dua keikutsertaan; jumlah orang ditampilkan di sampingnya.",
    ),
    (
        "incubators_selected",
        100,
        "BLK Komunitas yang terpilih sebagai inkubator wirausaha dalam seleksi TA 2022, dikurangi "
        "yang dicoret; pengganti dihitung. Yang lolos validasi, didampingi, dan berdiri "
        "ditampilkan di sampingnya.",
    ),
)

# Code, name, what proves it, legal basis, whether the evidence ends. Each is asked from the day the
# rule of 2013 began; PP 7/2021 and Permenkop UKM 3/2021 keep them.
BASIS = "Perpres 27/2013; PP 7/2021; Permenkop UKM 3/2021"
CRITERIA_FROM = date(2013, 4, 17)
CRITERIA = (
    (
        "tanda-daftar", "Tanda daftar inkubator",
        "Tanda daftar inkubator wirausaha yang masih berlaku.", True,
    ),
    (
        "pengelola", "Pengelola penuh waktu",
        "Surat pengangkatan paling sedikit satu pengelola penuh waktu.", True,
    ),
    (
        "sarana", "Sarana dan prasarana",
        "Ruang tenant, ruang rapat dan pelatihan, serta sarana TIK: berita acara dan foto.", False,
    ),
    (
        "kurikulum", "Kurikulum inkubasi",
        "Legalitas, pasar, SDM, pembukuan, temu bisnis, dan pendampingan.", False,
    ),
    (
        "pendanaan", "Pendanaan yang sah dan berkelanjutan",
        "Rencana dan bukti sumber dana yang sah untuk tahun berjalan.", True,
    ),
)  # fmt: skip


def load_criteria() -> int:
    """Add the criteria of incubators where they lack; what staff edited stays."""
    known = set(Criterion.objects.values_list("code", flat=True))
    missing = [
        Criterion(
            code=code, name=name, explanation=explanation, legal_basis=BASIS,
            valid_from=CRITERIA_FROM, may_expire=may_expire, position=position,
        )
        for position, (code, name, explanation, may_expire) in enumerate(CRITERIA, start=1)
        if code not in known
    ]  # fmt: skip
    Criterion.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def load_promises() -> int:
    """Add the selection round and the targets where they lack; a value that staff edited stays."""
    year = ProgrammeYear.objects.get(year=TARGET_YEAR)
    _round, is_new = SelectionRound.objects.get_or_create(
        programme_year=year, defaults={"places": INCUBATOR_PLACES}
    )
    national = Target.objects.of_year(year).filter(province=None)
    known = set(national.values_list("indicator", flat=True))
    missing = [
        Target(indicator=code, programme_year=year, value=value, rule=rule, source=SOURCE)
        for code, value, rule in TARGETS
        if code not in known
    ]
    Target.objects.bulk_create(missing, ignore_conflicts=True)
    return is_new + len(missing)


class Command(BaseCommand):
    help = "Load regions, offices, fields, budget years and targets; may be repeated."

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        changed = load_register() + load_promises() + load_criteria()
        if changed and options["verbosity"]:
            self.stdout.write(
                ngettext(
                    "Reference data: %(n)s row added or updated.",
                    "Reference data: %(n)s rows added or updated.",
                    changed,
                )
                % {"n": changed}
            )
        elif options["verbosity"] > 1:
            self.stdout.write(gettext("Reference data: nothing to change."))
