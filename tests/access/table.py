"""Who gets what: one row an address. A new address needs its row here before it is done.

The roles are written out again and not taken from `accounts/roles.py`: the table is what the
ministry agreed, the code is what is tried.
"""

from dataclasses import dataclass
from datetime import timedelta

from blk_portal.formats import today_in_jakarta
from tests.access.addresses import admin_address
from tests.access.groups import (
    ADMIN,
    AREA,
    EVERYBODY,
    FREEZE_MONTHS,
    IMPORTERS,
    KEEP_BALANCES,
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
    SEE_PAPERS,
    SEE_PROVINCES,
    STAFF,
    TAKE_PACKS,
    TRAINING,
)
from tests.access.register_rows import REGISTER
from tests.access.round_rows import ROUNDS
from tests.access.rules import Row, Rule
from tests.access.tenant_rows import TENANTS
from tests.access.training_rows import TRAININGS

API = {"strangers": (401, 405), "post": 405}


def _code(row) -> list:
    return [row.code]


OUTCOME_DRAFT = Row(
    Rule(200, OPERATORS),
    of="verified",
    args=lambda report: [report.cohort_id],
    scope="reports:draft",
    write_scope="reports:draft",
    **API,
)


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
    "progress:explain": Row(Rule(200, EVERYBODY)),
    "progress:province-detail": Row(
        Rule(200, SEE_PROVINCES), others=404, lone="province", args=lambda row: [row.code]
    ),
    "progress:regency-list": Row(
        Rule(200, SEE_PROVINCES), others=404, lone="province", args=lambda row: [row.code]
    ),
    "progress:regency-detail": Row(
        Rule(200, SEE_PROVINCES), others=404, lone="regency", args=lambda row: [row.code]
    ),
    "progress:pace": Row(Rule(200, EVERYBODY)),
    "progress:pace-of-province": Row(
        Rule(200, SEE_PROVINCES), others=404, lone="province", args=lambda row: [row.code]
    ),
    "progress:targets": Row(Rule(200, EVERYBODY)),
    "progress:target-split": Row(
        Rule(200, ONLY_ADMIN), Rule(400, ONLY_ADMIN), lone="target", args=lambda row: [row.pk]
    ),
    "progress:target-copy": Row(
        Rule(200, ONLY_ADMIN), Rule(400, ONLY_ADMIN), lone="year", args=lambda row: [row.year]
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
    "progress:incubators": Row(Rule(200, READ_PAGES)),
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
    "progress:opening": Row(Rule(200, SEE_PROVINCES)),
    "progress:opening-import": Row(Rule(200, KEEP_BALANCES), Rule(400, KEEP_BALANCES)),
    "progress:opening-empty": Row(Rule(200, KEEP_BALANCES)),
    "progress:opening-upload": Row(
        Rule(200, KEEP_BALANCES),
        Rule(302, KEEP_BALANCES),
        lone="balance_list",
        data=lambda world: {"setujui": "1"},
    ),
    "progress:opening-withdraw": Row(
        Rule(200, KEEP_BALANCES),
        Rule(302, KEEP_BALANCES),
        lone="balance",
        data=lambda world: {"reason": "Alasan contoh."},
    ),
    "progress:monthly-tables": Row(Rule(200, SEE_PROVINCES)),
    "progress:monthly-table": Row(
        Rule(200, SEE_PROVINCES), lone="freeze", args=lambda row: [f"{row.month:%Y-%m}"]
    ),
    "progress:monthly-freeze": Row(405, Rule(302, FREEZE_MONTHS)),
    "progress:integrity": Row(Rule(200, ONLY_ADMIN)),
    "progress:integrity-progress": Row(Rule(200, ONLY_ADMIN)),
    "progress:integrity-start": Row(405, Rule(302, ONLY_ADMIN)),
    "progress:bridge": Row(Rule(200, SEE_PROVINCES)),
    "progress:publication-create": Row(
        Rule(200, ONLY_ADMIN),
        Rule(400, ONLY_ADMIN),
        lone="year",
        args=lambda year: [year.year],
        data=lambda side: {"jenis": "baru", "per": "2017-01-01", "judul": "Januari 2017"},
    ),
    "progress:publication-detail": Row(
        200,
        strangers=(200, 404, 405),
        others=404,
        lone="publication",
        args=lambda row: [row.programme_year.year, row.slug],
    ),
    "progress:publication-pack": Row(
        200,
        strangers=(200, 404, 405),
        others=404,
        lone="pack",
        args=lambda row: [row.programme_year.year, row.publication.slug, "pdf"],
    ),
    "progress:pack-list": Row(
        Rule(200, TAKE_PACKS), Rule(302, TAKE_PACKS), data=lambda world: {"angka": "kini"}
    ),
    "progress:pack-detail": Row(Rule(200, TAKE_PACKS), Rule(302, TAKE_PACKS), lone="pack"),
    "progress:pack-progress": Row(Rule(200, TAKE_PACKS), lone="pack"),
    "progress:pack-file": Row(
        Rule(200, TAKE_PACKS), lone="pack", args=lambda row: [row.pk, "xlsx"]
    ),
    **REGISTER,
    # Incubators
    "incubators:incubator-list": Row(Rule(200, READ_PAGES)),
    "incubators:incubator-detail": Row(Rule(200, READ_PAGES), others=404, of="incubator"),
    **ROUNDS,
    **TENANTS,
    # Trainings
    **TRAININGS,
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
    "admin:accounts_partnerclient_secret": Row(
        Rule(200, ONLY_ADMIN), Rule(200, ONLY_ADMIN), lone="client"
    ),
    "admin:accounts_partnerclient_revoke": Row(
        Rule(200, ONLY_ADMIN),
        Rule(302, ONLY_ADMIN),
        lone="client",
        data=lambda world: {"reason": "Alasan contoh."},
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
    "api:institution-list": Row(Rule(200, READ_PAGES), scope="institutions:read", **API),
    "api:institution-detail": Row(
        Rule(200, READ_PAGES), of="institution", args=_code, scope="institutions:read", **API
    ),
    "api:cohort-list": Row(Rule(200, SEE_COHORTS), scope="cohorts:read", **API),
    "api:cohort-detail": Row(Rule(200, SEE_COHORTS), of="draft", scope="cohorts:read", **API),
    # Who may write drafts is asked what the draft is: these bodies hold none.
    "api:cohort-draft-list": Row(
        Rule(200, OPERATORS),
        Rule(400, OPERATORS),
        strangers=401,
        scope="reports:draft",
        write_scope="reports:draft",
    ),
    # It tells what every check of the report says.
    "api:cohort-draft-detail": Row(
        Rule(200, OPERATORS),
        of="draft",
        scope="reports:draft",
        write_scope="reports:draft",
        queries=17,
        **API,
    ),
    "api:certification-draft": OUTCOME_DRAFT,
    "api:placement-3-draft": OUTCOME_DRAFT,
    "api:placement-6-draft": OUTCOME_DRAFT,
    "api:cohort-report-list": Row(Rule(200, SEE_COHORTS), scope="reports:read", **API),
    "api:cohort-report-detail": Row(
        Rule(200, SEE_COHORTS), of="submitted", scope="reports:read", **API
    ),
    "api:participant-list": Row(Rule(200, SEE_COHORTS), scope="participants:read", **API),
    "api:participant-detail": Row(
        Rule(200, SEE_COHORTS), of="person", scope="participants:read", **API
    ),
    "api:certificate-detail": Row(
        404, path="/api/v1/certificates/AAAABBBBCCCCDDDD/", scope="certificates:read", **API
    ),
    "api:code-list-list": Row(200, scope="*", **API),
    "api:incubator-list": Row(Rule(200, READ_PAGES), scope="incubators:read", **API),
    "api:incubator-detail": Row(
        Rule(200, READ_PAGES), of="incubator", scope="incubators:read", **API
    ),
    "api:candidate-list": Row(Rule(200, SEE_INCUBATORS), **API),
    "api:candidate-detail": Row(Rule(200, SEE_INCUBATORS), of="institution", args=_code, **API),
    "api:evidence-list": Row(Rule(200, SEE_PAPERS), **API),
    "api:evidence-detail": Row(Rule(200, SEE_PAPERS), of="evidence", **API),
    "api:tenant-list": Row(Rule(200, READ_PAGES), scope="tenants:read", **API),
    "api:tenant-detail": Row(Rule(200, READ_PAGES), of="tenant", scope="tenants:read", **API),
    "api:assessment-list": Row(Rule(200, READ_PAGES), scope="assessments:read", **API),
    "api:assessment-detail": Row(
        Rule(200, READ_PAGES), of="assessment", scope="assessments:read", **API
    ),
    "api:partner-list": Row(Rule(200, SEE_PROVINCES), scope="partners:read", **API),
    "api:partner-detail": Row(
        Rule(200, SEE_PROVINCES), lone="partner", scope="partners:read", **API
    ),
    "api:target-list": Row(200, scope="progress:read", **API),
    "api:target-detail": Row(200, lone="target", scope="progress:read", **API),
    "api:actual-list": Row(200, scope="progress:read", **API),
    "api:explain-list": Row(200, scope="progress:read", **API),
    "api:province-list": Row(200, scope="*", **API),
    "api:province-detail": Row(200, lone="province", args=_code, scope="*", **API),
    "api:regency-list": Row(200, scope="*", **API),
    "api:regency-detail": Row(200, lone="regency", args=_code, scope="*", **API),
    "api:office-list": Row(200, scope="*", **API),
    "api:office-detail": Row(200, lone="office", args=_code, scope="*", **API),
    "api:field-list": Row(200, scope="*", **API),
    "api:field-detail": Row(200, lone="field", args=_code, scope="*", **API),
    "api:programme-list": Row(Rule(200, SEE_COHORTS), scope="cohorts:read", **API),
    "api:programme-detail": Row(
        Rule(200, SEE_COHORTS), lone="programme", scope="cohorts:read", **API
    ),
    "api:programme-year-list": Row(200, scope="*", **API),
    "api:programme-year-detail": Row(
        200, lone="year", args=lambda row: [row.year], scope="*", **API
    ),
    "api:schema": Row(200, scope="*", strangers=(200, 405)),
    "api:docs": Row(200, strangers=(200, 405)),
    "api:start": Row(200, strangers=(200, 405)),
    # Credentials in the body decide here; a session is worth nothing.
    "oauth:token": Row(405, 400, strangers=(400, 405)),
    "oauth:revoke": Row(405, 400, strangers=(400, 405)),
    "oauth:introspect": Row(405, 401, strangers=(401, 405)),
    "api:nothing": Row(
        404, 404, scope="*", write_scope="*", strangers=401, path="/api/v1/tidak-ada/"
    ),
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
    "accounts.partnerclient": Model(
        ONLY_ADMIN, ONLY_ADMIN, ONLY_ADMIN, lone="client", form_queries=16
    ),
    "accounts.clientrequest": Model(ONLY_ADMIN, lone="client_request"),
    "accounts.partner": Model(STAFF, KEEP_PARTNERS, KEEP_PARTNERS, lone="partner"),
    "trainings.programme": Model(
        REVIEWERS, frozenset({ADMIN, TRAINING}), frozenset({ADMIN, TRAINING}), lone="programme"
    ),
    "trainings.cohort": Model(REVIEWERS, of="draft"),
    "trainings.cohortreport": Model(REVIEWERS, of="submitted"),
    "trainings.participant": Model(REVIEWERS, of="person"),
    "trainings.certificate": Model(REVIEWERS, of="certificate"),
    "trainings.participantchange": Model(REVIEWERS, of="correction"),
    "trainings.guardianconsent": Model(REVIEWERS, of="consent"),
    "trainings.overlap": Model(REVIEWERS, of="overlap"),
    "trainings.unlockrequest": Model(REVIEWERS, of="wish"),
    "trainings.standin": Model(REVIEWERS, of="standin"),
    "trainings.trainingaid": Model(REVIEWERS, of="aid"),
    "trainings.erasure": Model(ONLY_ADMIN, lone="erasure"),
    "incubators.selectionround": Model(
        SEE_INCUBATORS, MOVE_INCUBATORS, MOVE_INCUBATORS, lone="round"
    ),
    "incubators.incubator": Model(SEE_INCUBATORS, MOVE_INCUBATORS, MOVE_INCUBATORS, of="incubator"),
    "incubators.criterion": Model(
        SEE_INCUBATORS, ONLY_ADMIN, ONLY_ADMIN, lone="incubator_criterion"
    ),
    "incubators.evidence": Model(SEE_INCUBATORS, of="evidence"),
    "incubators.tenant": Model(SEE_INCUBATORS, NOBODY, MOVE_INCUBATORS, of="tenant"),
    "incubators.incubationreport": Model(SEE_INCUBATORS, of="quarter_sent"),
    "incubators.mentor": Model(SEE_INCUBATORS, MOVE_INCUBATORS, MOVE_INCUBATORS, lone="mentor"),
    "incubators.mentoringsession": Model(SEE_INCUBATORS, of="session"),
    "reporting.obligation": Model(REVIEWERS, of="obligation"),
    "reporting.notice": Model(ONLY_ADMIN, lone="notice"),
    "reporting.receipt": Model(REVIEWERS, of="receipt"),
    "privacy.accesslog": Model(ONLY_ADMIN, lone="accesslog"),
    "progress.target": Model(ONLY_ADMIN, ONLY_ADMIN, ONLY_ADMIN, lone="target"),
    "progress.packrecipient": Model(ONLY_ADMIN, ONLY_ADMIN, ONLY_ADMIN, lone="pack_recipient"),
    "progress.actual": Model(ONLY_ADMIN, lone="actual"),
    "progress.openingbalance": Model(KEEP_BALANCES, lone="balance"),
    "progress.pendingrollup": Model(ONLY_ADMIN, lone="owed"),
    "progress.checkrun": Model(ONLY_ADMIN, lone="checked"),
    "progress.rolluprun": Model(ONLY_ADMIN, lone="run"),
}


def row_of(key: str) -> Row | None:
    """The row of an address; pages that the administration makes of a model follow from MODELS."""
    if made := admin_address(key):
        label, kind = made
        return MODELS[label].row(kind) if label in MODELS else None
    return PAGES.get(key)
