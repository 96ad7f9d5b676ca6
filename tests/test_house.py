"""The house keeps its shape: imports go down, rows are scoped, files stay short and well named."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.permissions import IsAuthenticated

from tests.house.sources import (
    LAYERS,
    ROOT,
    name_of,
    python_files,
    tracked_files,
    tree_of,
)

TOP_LEVEL = {
    "manage.py", "blk_portal", "institutions", "trainings", "incubators", "templates", "tests",
    "pyproject.toml", "README.md", "Makefile", "requirements.lock", "docs",
}  # fmt: skip
FORBIDDEN_NAMES = {"utils", "core", "common", "helpers", "services", "selectors"}
LONGEST_FILE = 450
# Modules that answer people: each query in them is limited to the rows the person may see.
ANSWERING = ("views", "admin", "forms", "filters", "api", "review", "receipts", "home_pages")
MANAGERS = {"objects", "_default_manager", "_base_manager"}
SCOPES = {"visible_to", "editable_by"}
# Rows without an area, shown to everybody who is logged in.
REFERENCE = {
    "Province", "Regency", "TrainingOffice", "ProgrammeYear", "VocationalField", "FieldAlias",
    "DocumentRequirement",
    "AssessmentCriterion", "Criterion", "SelectionRound",
}  # fmt: skip
# Why a query of a module that answers people needs no scope of its own.
UNSCOPED = {
    ("trainings/admin.py", "Participant.objects.filter(pk__in=list(found))"):
        "the keys were found in scope a line before",
    ("blk_portal/accounts/admin_search.py",
     "related._default_manager.filter(condition | _named(related, word))"):
        "keys only: the rows of the list itself are scoped",
    ("blk_portal/accounts/admin_search.py", "model._default_manager.all()"):
        "keys only: the rows of the list itself are scoped",
    ("institutions/api.py", "Milestone.objects.standing().select_related('programme_year')"):
        "prefetched for institutions that were found in scope",
    ("institutions/import_views.py",
     "RegisterImport.objects.accept(form.data_of_file, name=name, by=request.user)"):
        "adds a list of the person's own",
    ("incubators/evidence_views.py", "Evidence.objects.submit(incubator=incubator, "
     "by=request.user, **form.cleaned_data)"):
        "adds evidence to an incubator that was found in scope",
    ("trainings/roster_views.py", "Participant.objects.filter(cohort=cohort)"):
        "the cohort was found in scope",
    ("trainings/check_views.py",
     "ConsentSheet.objects.store(cohort=cohort, file=file, by=request.user)"):
        "adds a sheet to a cohort that was found in scope",
    ("trainings/check_views.py",
     "GuardianConsent.objects.record(sheets[-1], covered, by=request.user)"):
        "adds consents for participants of a cohort that was found in scope",
    ("blk_portal/accounts/forms.py", "User._default_manager.exclude(pk=self.instance.pk)"):
        "an e-mail address is unique over all accounts",
    ("trainings/receipts.py", "Receipt.objects.issued_as(number, digest)"):
        "number and digest together are the right: the paper shows no more than that it is ours",
    ("blk_portal/accounts/oauth_views.py", "AccessToken.objects.filter(token_checksum="
     "checksum_of(request.POST.get('token', '')), application=asked.client).first()"):
        "a system asks about its own tokens only",
    ("blk_portal/accounts/views.py", "Invitation.objects.of_token(token)"):
        "the link itself is the right: nobody is logged in yet",
    ("trainings/certificate_check_views.py", "Certificate.objects.of_code(code)"):
        "the code itself is the right: anybody who is shown a certificate may check it",
    ("trainings/person_views.py",
     "ParticipantChange.objects.correct(person, form.values(), by=request.user, because=because)"):
        "the person was found in scope",
    ("trainings/person_views.py", "ParticipantChange.objects.restrict(person, "
     "is_restricted=is_restricted, by=request.user, because=because)"):
        "the person was found in scope",
    ("institutions/admin/clients.py",
     "PartnerClient.objects.issue(obj, by=person_of(request))"):
        "issues a new client, which only those may who see them all",
    ("incubators/tenant_entry_views.py", "Tenant.objects.enter(row, by=request.user)"):
        "adds a tenant to an incubator that was found in scope",
    ("trainings/certificate_views.py", "CertificateFile.objects.ask(cohort, by=request.user)"):
        "the cohort was found in scope",
    ("blk_portal/accounts/admin_scope.py", "db_field.remote_field.model._default_manager.all()"):
        "is limited by visible() in the next line",
    ("blk_portal/accounts/admin_scope.py", "related._default_manager.all()"):
        "is limited by visible() around it",
}  # fmt: skip
OPEN_TO_STRANGERS = {
    "public", "publication-detail", "publication-pack",
    "language", "guide", "healthz", "readyz", "login", "account_login", "account_logout",
    "account_signup",
    "account_inactive", "account_email_verification_sent", "account_confirm_email",
    "account_reset_password", "account_reset_password_done", "account_reset_password_from_key",
    "account_reset_password_from_key_done", "account_confirm_login_code",
    # Between password and code nobody is known yet; an invitation is opened before the first login.
    "mfa_authenticate", "invitation",
    # A system brings its own id and secret.
    "token", "revoke", "introspect",
    # Who builds a partner's system has no login; no row is told there.
    "docs", "start", "schema",
    # Whoever holds the paper may check it.
    "receipt-check",
    # Whoever is shown a certificate may check it.
    "certificate-check", "certificate-verify",
}  # fmt: skip


def test_imports_go_down():
    # A process of its own: the linter turns off every logger it finds.
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout


def test_import_contract_names_the_layers_of_the_design():
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    [contract] = config["tool"]["importlinter"]["contracts"]
    written = [tuple(names.split(" | ")) for names in contract["layers"]]
    assert written == list(LAYERS)


def test_top_level_holds_what_the_design_allows():
    names = {path.relative_to(ROOT).parts[0] for path in tracked_files()}
    assert {name for name in names if not name.startswith(".")} <= TOP_LEVEL


def test_every_module_is_short_and_named_after_its_subject():
    """One test for all modules, as below: a test costs more than a look at a file."""
    files = python_files(with_tests=True)
    long = [name_of(path) for path in files if len(path.read_text().splitlines()) >= LONGEST_FILE]
    assert not long
    vague = [path for path in files if {path.stem, *path.relative_to(ROOT).parts} & FORBIDDEN_NAMES]
    assert not [name_of(path) for path in vague]


def test_imports_stand_at_the_top_and_name_their_module():
    trees = {path: tree_of(path) for path in python_files(with_tests=True)}
    relative = [
        (name_of(path), node.lineno)
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if getattr(node, "level", 0)
    ]
    assert not relative
    inner = [
        (name_of(path), node.lineno)
        for path, tree in trees.items()
        for node in _inner_imports(tree, path)
    ]
    assert not inner


def _inner_imports(tree: ast.Module, path: Path) -> Iterator[ast.stmt]:
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if path.name == "apps.py" and function.name == "ready":
            continue
        yield from (
            node for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)
        )


def _answers_people(path: Path) -> bool:
    if path.parent.name in ANSWERING:
        return True
    return path.stem in ANSWERING or path.stem.endswith("_views") or path.stem.startswith("admin_")


def test_queries_that_answer_people_are_scoped_and_every_exception_still_exists():
    found = {
        (name_of(path), query)
        for path in python_files()
        if _answers_people(path)
        for query in _unscoped_queries(tree_of(path))
    }
    unscoped = sorted(found - UNSCOPED.keys())
    assert not unscoped, f"say visible_to(user) or editable_by(user): {unscoped}"
    assert not UNSCOPED.keys() - found


def _unscoped_queries(tree: ast.Module) -> Iterator[str]:
    """Each query on a manager whose expression nowhere says whose rows it means."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute) or node.attr not in MANAGERS:
            continue
        if isinstance(node.value, ast.Name) and node.value.id in REFERENCE:
            continue
        query = _whole_chain(node, parents)
        if not _says_whose(query) and not _hangs_on_another(query, parents):
            yield ast.unparse(query)


def _whole_chain(node: ast.expr, parents: dict) -> ast.expr:
    while True:
        parent = parents[node]
        is_called = isinstance(parent, ast.Call) and parent.func is node
        if not (is_called or isinstance(parent, ast.Attribute | ast.Subscript)):
            return node
        node = parent


def _names_in(tree: ast.AST) -> set[str]:
    return {
        getattr(node, "attr", getattr(node, "id", ""))
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute | ast.Name)
    }


def _says_whose(query: ast.expr) -> bool:
    """Limited by a scope, to the person's own rows, to rows of an outer query, or to none."""
    names = _names_in(query)
    own_rows = any(
        isinstance(node, ast.keyword) and ast.unparse(node) in ("user=user", "user=request.user")
        for node in ast.walk(query)
    )
    scoped = any(name.endswith(tuple(SCOPES)) for name in names)
    return scoped or own_rows or "OuterRef" in names or ast.unparse(query).endswith(".none()")


def _hangs_on_another(query: ast.expr, parents: dict) -> bool:
    """An argument of a scoped query, or prefetched for rows that were found already."""
    node = query
    while isinstance(parent := parents[node], ast.expr | ast.keyword):
        if isinstance(parent, ast.Call):
            names = _names_in(parent.func)
            if "Prefetch" in names or names & SCOPES:
                return True
        node = parent
    return False


def test_login_is_the_default():
    middleware = settings.MIDDLEWARE
    assert "django.contrib.auth.middleware.LoginRequiredMiddleware" in middleware
    open_ones = {
        str(pattern.name)
        for pattern in _patterns(get_resolver())
        if not getattr(pattern.callback, "login_required", True)
        and IsAuthenticated not in _permissions(pattern.callback)
    }
    assert open_ones <= OPEN_TO_STRANGERS


def _permissions(callback) -> list:
    """DRF turns the middleware's rule off for its views and asks its own permissions instead."""
    return getattr(getattr(callback, "cls", None), "permission_classes", [])


def _patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _patterns(entry)
        else:
            yield entry


def test_a_new_page_of_ours_is_not_open_by_accident():
    """login_not_required is written only for pages of everybody and before a first login."""
    marked = {
        name_of(path)
        for path in python_files()
        if any(
            isinstance(node, ast.Name) and node.id == "login_not_required"
            for node in ast.walk(tree_of(path))
        )
    }
    assert marked == {
        "blk_portal/accounts/oauth_views.py",
        "blk_portal/accounts/views.py",
        "blk_portal/api.py",
        "blk_portal/progress/publication_views.py",
        "blk_portal/progress/views.py",
        "blk_portal/runtime/health.py",
        "trainings/receipts.py",
        "trainings/certificate_check_views.py",
    }
