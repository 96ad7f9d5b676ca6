"""Who gets what of the register: institutions, what is kept about them, partners."""

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.access.groups import (
    ADD_PAPERS,
    AUDITORS,
    IMPORTERS,
    OPERATORS,
    READ_PAGES,
    REVIEWERS,
    SEE_MONEY,
    SEE_PAPERS,
    SEE_PROVINCES,
    UNDO_STEPS,
)
from tests.access.rules import Row, Rule
from tests.factories.documents import small_pdf

LIST = (
    "Nama Lembaga;Yayasan;Jenis;Kab/Kota;Kejuruan;TA\n"
    "BLKK Baru (contoh);Yayasan Baru (contoh);pesantren;Kab. Contoh;Las;2022\n"
)


def _paper(side) -> dict:
    return {"kind": side.paper.kind_id, "file": small_pdf(pages=2)}


def _import_row(row) -> list:
    return [row.register_import_id, row.pk]


def _member(membership) -> list:
    return [membership.institution_id, membership.pk]


def _of_institution(row) -> list:
    return [row.institution_id, row.pk]


def _tranche(who: frozenset[str], of: str, data: dict) -> Row:
    """A step of a tranche: for `who`; the others who see the institution are refused."""
    return Row(
        (Rule(200, who), Rule(403, READ_PAGES)),
        (Rule(302, who), Rule(403, READ_PAGES)),
        others=404,
        of=of,
        args=_of_institution,
        data=lambda side: data,
    )


REGISTER: dict[str, Row] = {
    # Register
    "institutions:institution-list": Row(Rule(200, READ_PAGES)),
    "institutions:import-list": Row(
        Rule(200, IMPORTERS),
        Rule(302, IMPORTERS),
        data=lambda world: {"file": SimpleUploadedFile("daftar.csv", LIST.encode())},
    ),
    "institutions:import-template": Row(Rule(200, IMPORTERS)),
    "institutions:import-detail": Row(Rule(200, IMPORTERS), of="taken_in"),
    "institutions:import-progress": Row(Rule(200, IMPORTERS), of="taken_in"),
    "institutions:import-mending": Row(Rule(200, IMPORTERS), of="taken_in"),
    "institutions:import-apply": Row(405, Rule(302, IMPORTERS), of="taken_in"),
    "institutions:import-decide": Row(
        405,
        Rule(302, IMPORTERS),
        of="unclear",
        args=_import_row,
        data=lambda side: {f"baris-{side.unclear.pk}-decision": str(side.institution.pk)},
    ),
    "institutions:list-export": Row(
        Rule(200, READ_PAGES), Rule(302, READ_PAGES), path="/lembaga/unduh/lembaga/csv/"
    ),
    # Of nobody but the one who asked for it.
    "institutions:export-detail": Row(404, path="/lembaga/unduh/987654321/"),
    "institutions:export-progress": Row(404, path="/lembaga/unduh/987654321/kemajuan/"),
    "institutions:export-file": Row(404, path="/lembaga/unduh/987654321/berkas/"),
    "institutions:institution-detail": Row(Rule(200, READ_PAGES), others=404, of="institution"),
    "institutions:institution-move": Row(
        405,
        (Rule(302, REVIEWERS), Rule(403, READ_PAGES)),
        others=404,
        of="proposed",
        data=lambda side: {"verb": "verify", "on": "2022-03-01", "seen": "proposed"},
    ),
    "institutions:step-undo": Row(
        (Rule(200, UNDO_STEPS), Rule(403, READ_PAGES)),
        (Rule(302, UNDO_STEPS), Rule(403, READ_PAGES)),
        others=404,
        of="step",
        args=_of_institution,
        data=lambda side: {"reason": "Alasan contoh."},
    ),
    "institutions:milestone-list": Row(Rule(200, READ_PAGES), others=404, of="institution"),
    "institutions:milestone-record": Row(
        (Rule(200, REVIEWERS), Rule(403, READ_PAGES)),
        (Rule(302, REVIEWERS), Rule(403, READ_PAGES)),
        others=404,
        of="institution",
        args=lambda institution: [institution.pk, "equipment"],
        data=lambda side: {"on": "2022-06-01"},
    ),
    "institutions:milestone-withdraw": Row(
        (Rule(200, REVIEWERS), Rule(403, READ_PAGES)),
        (Rule(302, REVIEWERS), Rule(403, READ_PAGES)),
        others=404,
        of="milestone",
        args=_of_institution,
        data=lambda side: {"reason": "Alasan contoh."},
    ),
    "institutions:case-list": Row(Rule(200, READ_PAGES), others=404, of="institution"),
    "institutions:case-open": Row(
        (Rule(200, REVIEWERS), Rule(403, READ_PAGES)),
        (Rule(302, REVIEWERS), Rule(403, READ_PAGES)),
        others=404,
        of="institution",
        data=lambda side: {"kind": "legal", "on": "2022-06-01", "reason": "Alasan contoh."},
    ),
    "institutions:case-close": Row(
        (Rule(200, REVIEWERS), Rule(403, READ_PAGES)),
        (Rule(302, REVIEWERS), Rule(403, READ_PAGES)),
        others=404,
        of="case",
        args=_of_institution,
        data=lambda side: {"on": "2022-06-02", "outcome": "Alasan contoh."},
    ),
    "institutions:money-list": Row(
        (Rule(200, SEE_MONEY), Rule(403, READ_PAGES)), others=404, of="institution"
    ),
    "institutions:tranche-record": Row(
        (Rule(200, REVIEWERS), Rule(403, READ_PAGES)),
        (Rule(302, REVIEWERS), Rule(403, READ_PAGES)),
        others=404,
        of="institution",
        data=lambda side: {
            "programme_year": side.institution.programme_year.year,
            "purpose": "equipment",
            "tranche": "1",
            "amount": "300.000.000",
            "sp2d_number": "SP2D/9",
            "on": "2022-06-01",
        },
    ),
    "institutions:tranche-detail": Row(
        (Rule(200, SEE_MONEY), Rule(403, READ_PAGES)), others=404, of="due", args=_of_institution
    ),
    "institutions:tranche-file": _tranche(
        REVIEWERS | OPERATORS, "due", {"on": "2022-06-01", "amount": "1.000.000"}
    ),
    "institutions:tranche-give-back": _tranche(
        REVIEWERS,
        "due",
        {"on": "2022-06-01", "amount": "1.000.000", "document_number": "NTPN-1"},
    ),
    "institutions:tranche-accept": _tranche(REVIEWERS, "filed", {"on": "2022-06-01"}),
    "institutions:tranche-send-back": _tranche(
        REVIEWERS, "filed", {"on": "2022-06-01", "reason": "Alasan contoh."}
    ),
    "institutions:tranche-withdraw": _tranche(REVIEWERS, "due", {"reason": "Alasan contoh."}),
    "money:owed-list": Row((Rule(200, SEE_MONEY), Rule(403, READ_PAGES))),
    "institutions:operator-invite": Row(
        (Rule(200, REVIEWERS), Rule(403, READ_PAGES)),
        (Rule(200, REVIEWERS), Rule(403, READ_PAGES)),
        others=404,
        of="institution",
        data=lambda side: {"name": "Operator Baru", "email": ""},
    ),
    "institutions:operator-reissue": Row(
        405,
        (Rule(200, REVIEWERS), Rule(403, READ_PAGES)),
        others=404,
        of="membership",
        args=_member,
    ),
    "institutions:operator-remove": Row(
        (Rule(200, REVIEWERS), Rule(403, READ_PAGES)),
        (Rule(302, REVIEWERS), Rule(403, READ_PAGES)),
        others=404,
        of="membership",
        args=_member,
    ),
    "institutions:proposal-queue": Row(Rule(200, REVIEWERS)),
    "institutions:proposal-list": Row(
        (Rule(200, REVIEWERS | OPERATORS), Rule(403, READ_PAGES)),
        (Rule(302, OPERATORS), Rule(403, READ_PAGES)),
        others=404,
        of="institution",
        data=lambda side: {
            "address": side.institution.foundation.name,
            "seen-address": "",
            "reason": "Alasan contoh.",
        },
    ),
    "institutions:proposal-withdraw": Row(
        405,
        (Rule(302, OPERATORS), Rule(403, READ_PAGES)),
        others=404,
        of="proposal",
        args=_of_institution,
    ),
    "institutions:proposal-decide": Row(
        405,
        (Rule(302, REVIEWERS), Rule(403, READ_PAGES)),
        others=404,
        of="proposal",
        args=_of_institution,
        data=lambda side: {"verb": "accept", "seen": side.proposal.present_value, "note": ""},
    ),
    "institutions:paper-list": Row(
        (Rule(200, SEE_PAPERS), Rule(403, READ_PAGES)),
        (Rule(302, ADD_PAPERS), Rule(403, READ_PAGES)),
        others=404,
        of="institution",
        data=_paper,
    ),
    "papers:paper-open": Row(Rule(200, SEE_PAPERS), others=404, of="paper", logged_for=AUDITORS),
    "papers:paper-withdraw": Row(
        (Rule(200, REVIEWERS), Rule(403, SEE_PAPERS)),
        (Rule(302, REVIEWERS), Rule(403, SEE_PAPERS)),
        others=404,
        of="paper",
        data=lambda side: {"reason": "Salah berkas."},
    ),
    "institutions:assessment-list": Row(
        Rule(200, READ_PAGES),
        (Rule(302, REVIEWERS), Rule(403, READ_PAGES)),
        others=404,
        of="institution",
        data=lambda side: {"verb": "save", "version": 0, "assessed_on": "2022-11-01"},
    ),
    "institutions:assessment-withdraw": Row(
        405,
        (Rule(302, REVIEWERS), Rule(403, READ_PAGES)),
        others=404,
        of="assessment",
        args=_of_institution,
        data=lambda side: {"reason": "Salah lembaga."},
    ),
    "institutions:visit-list": Row(
        (Rule(200, SEE_PAPERS), Rule(403, READ_PAGES)),
        (Rule(302, REVIEWERS), Rule(403, READ_PAGES)),
        others=404,
        of="institution",
        data=lambda side: {"visited_on": "2022-09-05", "kind": "monitoring", "findings": "Baik."},
    ),
    "institutions:visit-follow-up": Row(
        405,
        (Rule(302, REVIEWERS | OPERATORS), Rule(403, READ_PAGES)),
        others=404,
        of="visit",
        args=_of_institution,
        data=lambda side: {"note": "Sudah dilengkapi."},
    ),
    "institutions:visit-withdraw": Row(
        405,
        (Rule(302, REVIEWERS), Rule(403, READ_PAGES)),
        others=404,
        of="visit",
        args=_of_institution,
        data=lambda side: {"reason": "Salah lembaga."},
    ),
    "institutions:institution-partners": Row(Rule(200, READ_PAGES), others=404, of="institution"),
    # Partners
    "partners:partner-list": Row(Rule(200, SEE_PROVINCES)),
    "partners:partner-detail": Row(Rule(200, SEE_PROVINCES), lone="partner"),
    "institutions:duplicate-list": Row(Rule(200, REVIEWERS)),
    "institutions:duplicate-decide": Row(
        (Rule(200, REVIEWERS), Rule(403, READ_PAGES)),
        (Rule(302, REVIEWERS), Rule(403, READ_PAGES)),
        others=404,
        of="pair",
        args=list,
        data=lambda side: {"decision": "merge", "reason": "Terdaftar dua kali."},
    ),
}
