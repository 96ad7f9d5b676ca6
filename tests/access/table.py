"""Who gets what: one row an address. A new address needs its row here before it is done.

The roles are written out again and not taken from `accounts/roles.py`: the table is what the
ministry agreed, the code is what is tried.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from blk_portal.formats import today_in_jakarta
from tests.access.addresses import admin_address
from tests.access.groups import (
    ADMIN,
    AREA,
    AUDITORS,
    FREEZE_MONTHS,
    IMPORTERS,
    KEEP_PARTNERS,
    MOVE_INCUBATORS,
    NOBODY,
    ONLY_ADMIN,
    OPERATORS,
    READ_PAGES,
    REVIEWERS,
    SEE_COHORTS,
    SEE_INCUBATORS,
    SEE_OFFICES,
    SEE_PROVINCES,
    STAFF,
    TRAINING,
)
from tests.access.people_rows import PEOPLE
from tests.access.planning_rows import PLANNING
from tests.access.register_rows import REGISTER
from tests.access.rules import EVERYBODY, Row, Rule
from tests.factories.documents import small_pdf
from trainings.models import ReportKind

ROSTER = (
    "No;Nama;NIK;L/P;Tempat Lahir;Tanggal Lahir;No HP\n"
    "1;Orang Baru;3204051203019001;L;Bandung;12/03/2001;081200000000\n"
)
TYPED = {"name": "Orang Baru", "sex": "L", "birth_date": "12/03/2001", "disability": "none"}
REASON = {"comment": "Alasan contoh.", "version": 2}


API = {"strangers": (401, 405), "post": 405}


def _code(row) -> list:
    return [row.code]


PAGES: dict[str, Row] = {
    # Figures
    "progress:public": Row(200, strangers=(200, 405)),
    "progress:language": Row(302, 302, strangers=302, data=lambda world: {"language": "id"}),
    "progress:home": Row(Rule(200, EVERYBODY)),
    "progress:guide": Row(200, strangers=(200, 405)),
    "progress:outstanding": Row(Rule(200, READ_PAGES)),
    "progress:completeness": Row(Rule(200, READ_PAGES)),
    "progress:duty-detail": Row(Rule(200, READ_PAGES), others=404, of="period"),
    "progress:duty-zero": Row(405, Rule(302, OPERATORS), others=404, of="period"),
    "progress:duty-zero-undo": Row(
        Rule(200, OPERATORS),
        Rule(302, OPERATORS),
        others=404,
        of="zero",
        data=lambda side: {"reason": "Alasan contoh."},
    ),
    "progress:duty-extend": Row(
        Rule(200, REVIEWERS),
        Rule(302, REVIEWERS),
        others=404,
        of="period",
        data=lambda side: {
            "due_on": today_in_jakarta() + timedelta(days=30),
            "reason": "Alasan contoh.",
        },
    ),
    "progress:duty-excuse": Row(
        Rule(200, REVIEWERS),
        Rule(302, REVIEWERS),
        others=404,
        of="period",
        data=lambda side: {"reason": "Alasan contoh."},
    ),
    "progress:duty-expect": Row(
        Rule(200, REVIEWERS),
        Rule(409, REVIEWERS),
        others=404,
        of="period",
        data=lambda side: {"reason": "Alasan contoh."},
    ),
    "progress:news": Row(200, 302),
    "progress:news-read": Row(405, 302),
    "progress:dashboard": Row(Rule(200, EVERYBODY)),
    "progress:province-detail": Row(
        Rule(200, SEE_PROVINCES), others=404, lone="province", args=lambda row: [row.code]
    ),
    "progress:province-profile": Row(
        Rule(200, SEE_PROVINCES), others=404, lone="province", args=lambda row: [row.code]
    ),
    "progress:institution-profile": Row(Rule(200, READ_PAGES), others=404, of="institution"),
    "progress:office-detail": Row(
        Rule(200, SEE_OFFICES),
        others=404,
        of="institution",
        args=lambda institution: [institution.office.code],
    ),
    "progress:independence": Row(Rule(200, EVERYBODY)),
    "progress:independence-of-province": Row(
        Rule(200, SEE_PROVINCES),
        others=404,
        of="institution",
        args=lambda institution: [institution.regency.province.code],
    ),
    "progress:independence-of-office": Row(
        Rule(200, SEE_PROVINCES),
        others=404,
        of="institution",
        args=lambda institution: [institution.office.code],
    ),
    "progress:monthly-tables": Row(Rule(200, SEE_PROVINCES)),
    "progress:monthly-table": Row(
        Rule(200, SEE_PROVINCES), lone="freeze", args=lambda row: [f"{row.month:%Y-%m}"]
    ),
    "progress:monthly-freeze": Row(405, Rule(302, FREEZE_MONTHS)),
    **REGISTER,
    # Incubators
    "incubators:incubator-list": Row(Rule(200, READ_PAGES)),
    "incubators:incubator-detail": Row(Rule(200, READ_PAGES), others=404, of="incubator"),
    # Trainings, filed by operators
    "trainings:cohort-list": Row(Rule(200, SEE_COHORTS)),
    **PLANNING,
    "trainings:cohort-detail": Row(
        Rule(200, SEE_COHORTS), others=404, of="draft", logged_for=AUDITORS
    ),
    "trainings:roster-upload": Row(
        405,
        Rule(302, OPERATORS),
        of="draft",
        data=lambda side: {"file": SimpleUploadedFile("daftar.csv", ROSTER.encode())},
    ),
    "trainings:roster-mend": Row(
        405,
        Rule(302, OPERATORS),
        of="draft",
        data=lambda side: {f"{side.pending.pk}-birth_date": "17/05/2001"},
    ),
    "trainings:roster-template": Row(Rule(200, OPERATORS), of="draft"),
    "trainings:roster-mend-download": Row(Rule(200, OPERATORS), of="draft"),
    "trainings:roster-row-drop": Row(
        405, Rule(302, OPERATORS), of="pending", args=lambda row: [row.cohort_id, row.pk]
    ),
    "trainings:participant-remove": Row(
        405, Rule(302, OPERATORS), of="person", args=lambda row: [row.cohort_id, row.pk]
    ),
    "trainings:roster-paste": Row(
        Rule(200, OPERATORS),
        Rule(302, OPERATORS),
        of="draft",
        data=lambda side: {"text": ROSTER},
    ),
    "trainings:form-draft": Row(405, Rule(404, OPERATORS), of="draft"),
    "trainings:participant-create": Row(
        Rule(200, OPERATORS), Rule(302, OPERATORS), of="draft", data=lambda side: TYPED
    ),
    "trainings:participant-update": Row(
        Rule(200, OPERATORS),
        Rule(302, OPERATORS),
        of="person",
        args=lambda row: [row.cohort_id, row.pk],
        data=lambda side: TYPED,
    ),
    "trainings:cohort-results": Row(
        Rule(200, OPERATORS),
        Rule(302, OPERATORS),
        of="draft",
        data=lambda side: {f"result-{side.person.pk}": "failed"},
    ),
    "trainings:cohort-warnings": Row(
        Rule(200, OPERATORS),
        Rule(302, OPERATORS),
        of="draft",
        data=lambda side: {"alasan-nik_birth_date": "Sesuai KTP."},
    ),
    "trainings:cohort-consents": Row(
        Rule(200, SEE_COHORTS),
        (Rule(302, OPERATORS), Rule(403, SEE_COHORTS)),
        of="draft",
        data=lambda side: {f"relasi-{side.minor.pk}": "sheet", "file": small_pdf()},
        logged_for=AUDITORS,
    ),
    "trainings:consent-withdraw": Row(
        Rule(200, OPERATORS),
        Rule(302, OPERATORS),
        of="consent",
        args=lambda consent: [consent.participant.cohort_id, consent.pk],
        data=lambda side: {"reason": "Wali menarik kembali."},
    ),
    "trainings:flags-answer": Row(
        405,
        Rule(302, OPERATORS),
        of="flagged",
        args=lambda report: [report.cohort_id],
        data=lambda side: {f"tanda-{side.flag.pk}-answer": "Sesuai KTP."},
    ),
    "trainings:report-submit": Row(
        Rule(200, OPERATORS), Rule(302, OPERATORS), of="ready", data=lambda side: {"version": 0}
    ),
    "trainings:report-withdraw": Row(
        405,
        Rule(302, OPERATORS),
        of="submitted",
        args=lambda report: [report.cohort_id],
        data=lambda side: {"version": 1},
    ),
    "trainings:latecomers": Row(405, Rule((302, 400), OPERATORS), of="draft"),
    "trainings:part-detail": Row(
        Rule(200, SEE_COHORTS),
        (Rule(302, OPERATORS), Rule(403, SEE_COHORTS)),
        others=404,
        of="part",
        args=lambda report: [report.cohort_id, ReportKind.CERTIFICATION],
        data=lambda side: {
            f"competency-{person.pk}": "not_assessed"
            for person in side.verified.cohort.participants.all()
        },
        logged_for=AUDITORS,
    ),
    "trainings:part-submit": Row(
        Rule(302, OPERATORS),
        Rule(302, OPERATORS),
        of="part",
        args=lambda report: [report.cohort_id, ReportKind.CERTIFICATION],
        data=lambda side: {"version": 0},
    ),
    "trainings:part-withdraw": Row(
        405,
        Rule(302, OPERATORS),
        of="part",
        args=lambda report: [report.cohort_id, ReportKind.OPENING],
        data=lambda side: {"version": 1},
    ),
    "trainings:participant-nik": Row(
        (Rule(200, REVIEWERS), Rule(403, SEE_COHORTS)),
        (Rule(200, REVIEWERS), Rule(403, SEE_COHORTS)),
        others=404,
        of="person",
        data=lambda side: {"reason": "Pemeriksaan contoh."},
    ),
    "trainings:receipt-detail": Row(
        Rule(200, SEE_COHORTS),
        others=404,
        of="receipt",
        args=lambda receipt: [receipt.number],
    ),
    "trainings:receipt-pdf": Row(
        Rule(200, SEE_COHORTS),
        others=404,
        of="receipt",
        args=lambda receipt: [receipt.number],
    ),
    # Whoever holds the paper may check it; here nobody's.
    "trainings:receipt-check": Row(
        404, 405, strangers=(404, 405), path=f"/periksa-bukti/BT-2022-000000/{'0' * 64}/"
    ),
    **PEOPLE,
    # Review
    "trainings:review-list": Row(Rule(200, REVIEWERS)),
    "trainings:verify-several": Row(
        Rule(200, REVIEWERS), Rule(200, REVIEWERS), data=lambda world: {"laporan": ["987654321:1"]}
    ),
    "trainings:report-take": Row(405, Rule(302, REVIEWERS), of="submitted"),
    "trainings:report-hand-over": Row(405, Rule(302, REVIEWERS), of="submitted"),
    "trainings:standin-begin": Row(
        Rule(200, REVIEWERS),
        Rule(302, REVIEWERS),
        of="flagged",
        data=lambda side: {
            "on_behalf_of": side.membership.user_id,
            "channel": "letter",
            "reason": "Surat contoh.",
        },
    ),
    "trainings:standin-stop": Row(405, Rule(404, REVIEWERS), of="flagged"),
    "trainings:unlock-ask": Row(
        Rule(200, OPERATORS),
        Rule(302, OPERATORS),
        of="flagged",
        args=lambda report: [report.cohort_id],
        data=lambda side: {"place": "laporan", "reason": "Ada ralat."},
    ),
    "trainings:unlock-decide": Row(
        Rule(200, REVIEWERS),
        Rule(302, REVIEWERS),
        of="wish",
        data=lambda side: {"answer": "grant"},
    ),
    "trainings:overlap-list": Row(Rule(200, REVIEWERS)),
    "trainings:overlap-decide": Row(
        Rule(200, REVIEWERS),
        Rule(302, REVIEWERS),
        of="overlap",
        data=lambda side: {"verdict": "allowed", "reason": "Kelas malam.", "seen": 0},
    ),
    "trainings:report-review": Row(
        Rule(200, REVIEWERS),
        Rule(302, REVIEWERS),
        of="submitted",
        data=lambda side: {"verb": "verify", "version": 1},
    ),
    "trainings:report-reopen": Row(
        405, Rule(302, REVIEWERS), of="verified", data=lambda side: REASON
    ),
    # Login; sign-up is closed, and what is not used here answers nothing
    "account_login": Row(302, 302, strangers=200),
    "account_logout": Row(200, 302, strangers=302),
    "account_inactive": Row(200, strangers=(200, 405)),
    "account_signup": Row(302, 302, strangers=200),
    "account_reauthenticate": Row(200, 200),
    "akun/email/": Row(404, 404, path="/akun/email/"),
    "account_email": Row(404, 404),
    "account_email_verification_sent": Row(200, strangers=(200, 405)),
    "account_change_password": Row(200, 200),
    "account_set_password": Row(302, 302),
    "account_reset_password": Row(200, 200, strangers=200),
    "account_reset_password_done": Row(200, strangers=(200, 405)),
    "account_reset_password_from_key": Row(
        200, 200, strangers=200, path="/akun/password/reset/key/1-salah/"
    ),
    "account_reset_password_from_key_done": Row(200, strangers=(200, 405)),
    "account_confirm_login_code": Row(302, 302, strangers=302),
    "account_confirm_email": Row(200, 404, strangers=(200, 404), path="/akun/confirm-email/salah/"),
    # Invitation and second factor: one's own, each change confirmed by the password
    "accounts:invitation": Row(404, 404, strangers=404, path="/undangan/salah/"),
    "mfa_index": Row(200),
    "mfa_authenticate": Row(302, 302, strangers=302),
    "mfa_reauthenticate": Row(302, 302),
    "mfa_activate_totp": Row(302, 302),
    "mfa_deactivate_totp": Row(404, 404),
    "mfa_view_recovery_codes": Row(404),
    "mfa_download_recovery_codes": Row(404, 404),
    "mfa_generate_recovery_codes": Row(302, 302),
    # Probes
    "healthz": Row(200, strangers=(200, 405)),
    "readyz": Row(Rule((200, 503)), strangers=(200, 405, 503)),
    # The administration's own pages; those of each model follow from MODELS below
    "admin:index": Row(Rule(200, STAFF), Rule(200, STAFF)),
    "admin:login": Row(Rule(302, STAFF), Rule((200, 302), STAFF)),
    "admin:logout": Row(Rule(405, STAFF), Rule((200, 302), STAFF)),
    "admin:password_change": Row(Rule(200, STAFF), Rule(200, STAFF)),
    "admin:password_change_done": Row(Rule(200, STAFF), Rule(405, STAFF)),
    "admin:auth_user_password_change": Row(
        Rule(200, ONLY_ADMIN), Rule(200, ONLY_ADMIN), lone="user"
    ),
    "admin:accounts_user_invite": Row(Rule(200, ONLY_ADMIN), Rule(200, ONLY_ADMIN), lone="user"),
    "admin:accounts_user_factor": Row(
        Rule(200, ONLY_ADMIN),
        Rule(302, ONLY_ADMIN),
        lone="user",
        data=lambda world: {"reason": "Ponsel hilang."},
    ),
    "admin:institutions_regency_institutions": Row(
        Rule(200, ONLY_ADMIN), Rule(302, ONLY_ADMIN), lone="regency"
    ),
    "admin:autocomplete": Row(403, Rule(405, STAFF)),
    "admin:jsi18n": Row(Rule(200, STAFF), Rule(405, STAFF)),
    "admin:view_on_site": Row(Rule(404, STAFF), Rule(404, STAFF), path="/admin/r/987654321/1/"),
    "admin:app_list": Row(Rule(200, STAFF), Rule(200, STAFF), path="/admin/institutions/"),
    "admin/(?P<url>.*)$": Row(Rule(404, STAFF), Rule(404, STAFF), path="/admin/tidak-ada"),
    # The interface for other systems.
    "api:institution-list": Row(Rule(200, READ_PAGES), **API),
    "api:institution-detail": Row(Rule(200, READ_PAGES), of="institution", args=_code, **API),
    "api:cohort-list": Row(Rule(200, SEE_COHORTS), **API),
    "api:cohort-detail": Row(Rule(200, SEE_COHORTS), of="draft", **API),
    "api:cohort-report-list": Row(Rule(200, SEE_COHORTS), **API),
    "api:cohort-report-detail": Row(Rule(200, SEE_COHORTS), of="submitted", **API),
    "api:incubator-list": Row(Rule(200, READ_PAGES), **API),
    "api:incubator-detail": Row(Rule(200, READ_PAGES), of="incubator", **API),
    "api:partner-list": Row(Rule(200, SEE_PROVINCES), **API),
    "api:partner-detail": Row(Rule(200, SEE_PROVINCES), lone="partner", **API),
    "api:target-list": Row(200, **API),
    "api:target-detail": Row(200, lone="target", **API),
    "api:actual-list": Row(200, **API),
    "api:province-list": Row(200, **API),
    "api:province-detail": Row(200, lone="province", args=_code, **API),
    "api:regency-list": Row(200, **API),
    "api:regency-detail": Row(200, lone="regency", args=_code, **API),
    "api:office-list": Row(200, **API),
    "api:office-detail": Row(200, lone="office", args=_code, **API),
    "api:field-list": Row(200, **API),
    "api:field-detail": Row(200, lone="field", args=_code, **API),
    "api:programme-year-list": Row(200, **API),
    "api:programme-year-detail": Row(200, lone="year", args=lambda row: [row.year], **API),
    "api:schema": Row(200, **API),
    "api:docs": Row(200),
    "api:nothing": Row(404, 404, strangers=401, path="/api/v1/tidak-ada/"),
}


@dataclass(frozen=True)
class Model:
    """What the administration lets each role do with the rows of one model.

    of: the row of a side; where rows have no area, `lone` names one.
    change: who may change rows; nobody changes what verbs and machinery write.
    form_queries: the most its forms ask of the database: a list of choices is a query of its own.
    """

    view: frozenset[str]
    add: frozenset[str] = frozenset()
    change: frozenset[str] = frozenset()
    delete: frozenset[str] = frozenset()
    of: str = ""
    lone: str = ""
    form_queries: int = 12

    def row(self, kind: str) -> Row:
        """The row of one kind of page of this model."""
        if kind == "changelist":
            return Row(Rule(200, self.view), Rule(200, self.view))
        if kind == "add":
            return Row(Rule(200, self.add), Rule(200, self.add), queries=self.form_queries)
        whose = {"of": self.of, "lone": self.lone}
        if kind == "change":
            changing = Rule((200, 302), self.change)
            return Row(Rule(200, self.view), changing, queries=self.form_queries, **whose)
        if kind == "delete":
            confirmed = {"data": lambda row: {"post": "yes"}}
            return Row(Rule(200, self.delete), Rule(302, self.delete), **whose, **confirmed)
        if kind == "history":
            return Row(Rule(200, self.view), Rule(200, self.view), others=(403, 404), **whose)
        return Row(Rule(302, STAFF), Rule(302, STAFF), is_blind=True, **whose)


MODELS: dict[str, Model] = {
    "accounts.user": Model(ONLY_ADMIN, ONLY_ADMIN, ONLY_ADMIN, lone="user"),
    "institutions.province": Model(STAFF, lone="province"),
    "institutions.regency": Model(STAFF, NOBODY, ONLY_ADMIN, lone="regency"),
    "institutions.trainingoffice": Model(STAFF, ONLY_ADMIN, ONLY_ADMIN, lone="office"),
    "institutions.vocationalfield": Model(STAFF, ONLY_ADMIN, ONLY_ADMIN, lone="field"),
    "institutions.programmeyear": Model(STAFF, ONLY_ADMIN, ONLY_ADMIN, lone="year"),
    "institutions.holiday": Model(STAFF, ONLY_ADMIN, ONLY_ADMIN, lone="holiday"),
    "institutions.foundation": Model(STAFF, ONLY_ADMIN, ONLY_ADMIN, lone="foundation"),
    "institutions.institution": Model(
        STAFF, ONLY_ADMIN, REVIEWERS, of="institution", form_queries=12
    ),
    "institutions.membership": Model(STAFF, ONLY_ADMIN, ONLY_ADMIN, ONLY_ADMIN, of="membership"),
    "institutions.areaassignment": Model(
        STAFF, ONLY_ADMIN, ONLY_ADMIN, ONLY_ADMIN, of="assignment"
    ),
    "institutions.areadelegation": Model(STAFF, frozenset({ADMIN, AREA}), of="delegation"),
    "institutions.document": Model(STAFF, of="paper"),
    "institutions.documentkind": Model(STAFF, ONLY_ADMIN, ONLY_ADMIN, lone="paper_kind"),
    "institutions.documentrequirement": Model(STAFF, ONLY_ADMIN, ONLY_ADMIN, lone="requirement"),
    "institutions.case": Model(STAFF, of="case"),
    "institutions.registerimport": Model(IMPORTERS, of="taken_in"),
    "institutions.listexport": Model(ONLY_ADMIN, lone="taken_away"),
    "institutions.disbursement": Model(STAFF, of="due"),
    "institutions.assessmentcriterion": Model(STAFF, ONLY_ADMIN, ONLY_ADMIN, lone="criterion"),
    "institutions.assessment": Model(STAFF, of="assessment"),
    "institutions.visit": Model(STAFF, of="visit"),
    "institutions.partnership": Model(STAFF, KEEP_PARTNERS, KEEP_PARTNERS, of="partnership"),
    "institutions.contribution": Model(STAFF, STAFF, STAFF, of="contribution"),
    "accounts.partner": Model(STAFF, KEEP_PARTNERS, KEEP_PARTNERS, lone="partner"),
    "trainings.programme": Model(
        REVIEWERS, frozenset({ADMIN, TRAINING}), frozenset({ADMIN, TRAINING}), lone="programme"
    ),
    "trainings.cohort": Model(REVIEWERS, of="draft"),
    "trainings.cohortreport": Model(REVIEWERS, of="submitted"),
    "trainings.participant": Model(REVIEWERS, of="person"),
    "trainings.certificate": Model(REVIEWERS, of="certificate"),
    "incubators.selectionround": Model(
        SEE_INCUBATORS, MOVE_INCUBATORS, MOVE_INCUBATORS, lone="round"
    ),
    "incubators.incubator": Model(SEE_INCUBATORS, MOVE_INCUBATORS, MOVE_INCUBATORS, of="incubator"),
    "reporting.obligation": Model(REVIEWERS, of="obligation"),
    "reporting.notice": Model(ONLY_ADMIN, lone="notice"),
    "reporting.receipt": Model(REVIEWERS, of="receipt"),
    "privacy.accesslog": Model(ONLY_ADMIN, lone="accesslog"),
    "progress.target": Model(ONLY_ADMIN, ONLY_ADMIN, ONLY_ADMIN, lone="target"),
    "progress.actual": Model(ONLY_ADMIN, lone="actual"),
    "progress.pendingrollup": Model(ONLY_ADMIN, lone="owed"),
    "progress.rolluprun": Model(ONLY_ADMIN, lone="run"),
}


def row_of(key: str) -> Row | None:
    """The row of an address; pages that the administration makes of a model follow from MODELS."""
    if made := admin_address(key):
        label, kind = made
        return MODELS[label].row(kind) if label in MODELS else None
    return PAGES.get(key)
