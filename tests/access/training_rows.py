"""Who gets what of the trainings: cohorts, rosters, reports, and their review."""

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.access.groups import (
    AUDITORS,
    OPERATORS,
    REVIEWERS,
    SEE_COHORTS,
)
from tests.access.people_rows import PEOPLE
from tests.access.planning_rows import PLANNING
from tests.access.rules import Row, Rule
from tests.factories.documents import small_pdf
from trainings.models import ReportKind

ROSTER = (
    "No;Nama;NIK;L/P;Tempat Lahir;Tanggal Lahir;No HP\n"
    "1;Orang Baru;3204051203019001;L;Bandung;12/03/2001;081200000000\n"
)
TYPED = {"name": "Orang Baru", "sex": "L", "birth_date": "12/03/2001", "disability": "none"}
REASON = {"comment": "Alasan contoh.", "version": 2}

TRAININGS: dict[str, Row] = {
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
    "trainings:form-draft": Row(405, Rule(404, OPERATORS | REVIEWERS), of="draft"),
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
    "trainings:part-flags-answer": Row(
        405,
        Rule(302, OPERATORS),
        of="part",
        args=lambda report: [report.cohort_id, ReportKind.CERTIFICATION],
    ),
    "trainings:part-unlock-ask": Row(
        Rule(302, OPERATORS),
        Rule(400, OPERATORS),
        of="part",
        args=lambda report: [report.cohort_id, ReportKind.CERTIFICATION],
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
}
