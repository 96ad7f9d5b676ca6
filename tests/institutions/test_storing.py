"""What becomes of a paper that is kept: its facts, its file, its room, and its end."""

import gc
import hashlib
import os
import re
from datetime import timedelta
from functools import partial

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from institutions import orphans, tasks
from institutions.models import Document
from institutions.models.document import DocumentRefused
from tests.factories import (
    DocumentFactory,
    DocumentKindFactory,
    InstitutionFactory,
    OperatorFactory,
)
from tests.institutions import papers
from tests.reporting.concurrency import at_once

pytestmark = pytest.mark.django_db


def store(content: bytes | None = None, name: str = "kertas.pdf", **facts) -> Document:
    facts = {
        "institution": facts.pop("institution", None) or InstitutionFactory(),
        "kind": DocumentKindFactory(),
        "by": OperatorFactory(),
        **facts,
    }
    return Document.objects.store(file=papers.upload(content, name), **facts)


def content_of(document: Document) -> bytes:
    with document.file.open() as file:
        return file.read()


def files_in(folder) -> list:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_operator_stores_a_paper_and_its_facts_are_noted(papers_folder):
    document = store(papers.jpg_from_phone(), "Foto gedung.jpg")
    document.refresh_from_db()
    kept = content_of(document)
    assert document.media_type == "image/jpeg"
    assert document.size == len(kept)
    assert document.digest == hashlib.sha256(kept).hexdigest()
    assert papers.opened(kept).size == (40, 60)
    assert re.fullmatch(r"\d{4}/\d{2}/[0-9a-f]{32}", document.file.name)
    [path] = files_in(papers_folder)
    assert path.stat().st_mode & 0o777 == 0o600
    assert not str(path).startswith(str(settings.STATIC_ROOT))


def test_browser_and_name_do_not_decide_what_a_file_is(papers_folder):
    assert store(papers.png(), "surat.pdf").media_type == "image/png"
    with pytest.raises(DocumentRefused):
        store(b"MZ" + bytes(200), "surat.pdf")
    assert len(files_in(papers_folder)) == 1


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("PKB 2022.PDF", "PKB 2022.pdf"),
        ("surat.exe", "surat.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Berkas\\akta.pdf", "akta.pdf"),
        ("berkas\u202efdp.exe", "berkasfdp.pdf"),
        ("surat\r\nSet-Cookie: a=b.pdf", "suratSet-Cookie: a=b.pdf"),
        ("Akta “Al-Ḥikmah” 證書.pdf", "Akta “Al-Ḥikmah” 證書.pdf"),
        (".pdf", "dokumen.pdf"),
        ("a" * 300 + ".pdf", "a" * 196 + ".pdf"),
    ],
)
def test_name_is_shown_without_what_could_do_harm(given, shown):
    upload = papers.upload()
    upload._name = given
    document = Document.objects.store(
        institution=InstitutionFactory(), kind=DocumentKindFactory(), by=OperatorFactory(),
        file=upload,
    )  # fmt: skip
    assert document.name == shown


def test_transaction_taken_back_takes_the_file_with_it(papers_folder):
    institution = InstitutionFactory()

    def store_and_fail():
        with transaction.atomic():
            store(institution=institution)
            assert len(files_in(papers_folder)) == 1
            raise IntegrityError

    with pytest.raises(IntegrityError):
        store_and_fail()
    assert files_in(papers_folder) == []
    with pytest.raises(IntegrityError), transaction.atomic():
        store(institution=institution, number=None)
    assert files_in(papers_folder) == []


@pytest.mark.django_db(transaction=True)
def test_transaction_that_ends_well_keeps_the_file(papers_folder):
    store()
    assert len(files_in(papers_folder)) == 1


@pytest.mark.django_db(transaction=True)
def test_file_stays_when_something_else_fails_after_the_commit(papers_folder):
    def fail():
        raise RuntimeError

    def store_before_the_failure():
        with transaction.atomic():
            transaction.on_commit(fail)
            store()

    with pytest.raises(RuntimeError):
        store_before_the_failure()
    gc.collect()
    assert content_of(Document.objects.get())


@pytest.mark.django_db(transaction=True)
def test_file_stays_when_the_database_goes_away(papers_folder):
    """Whether the row came to be cannot be asked: the sweep decides later."""

    def store_and_lose_the_database():
        with transaction.atomic(), connection.cursor() as cursor:
            store()
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(DatabaseError):
        store_and_lose_the_database()
    gc.collect()
    assert len(files_in(papers_folder)) == 1
    assert not Document.objects.exists()


def test_institution_without_room_is_refused_and_another_is_not(papers_folder, settings):
    institution, size = InstitutionFactory(), store().size
    settings.DOCUMENTS_QUOTA_BYTES = 2 * size
    first = store(institution=institution)
    store(institution=institution)
    with pytest.raises(DocumentRefused, match="tidak muat"):
        store(institution=institution)
    store()
    first.withdraw(by=first.uploaded_by, reason="Salah unggah.")
    store(institution=institution)


def test_operator_who_uploads_and_withdraws_does_not_fill_the_disk(papers_folder, settings):
    institution = InstitutionFactory()
    paper = store(institution=institution)
    settings.DOCUMENTS_QUOTA_BYTES = paper.size
    paper.withdraw(by=paper.uploaded_by, reason="Salah unggah.")
    paper = store(institution=institution)
    paper.withdraw(by=paper.uploaded_by, reason="Salah unggah.")
    with pytest.raises(DocumentRefused, match="kementerian"):
        store(institution=institution)
    assert len(files_in(papers_folder)) == 2


@pytest.mark.django_db(transaction=True)
def test_two_uploads_at_once_do_not_share_the_last_room(papers_folder, settings):
    institution, kind, by = InstitutionFactory(), DocumentKindFactory(), OperatorFactory()
    settings.DOCUMENTS_QUOTA_BYTES = store().size
    before = len(files_in(papers_folder))
    call = partial(store, institution=institution, kind=kind, by=by)
    results = at_once(call, call)
    assert {type(result) for result in results} == {Document, DocumentRefused}
    assert institution.documents.count() == 1
    assert len(files_in(papers_folder)) == before + 1


def test_sweep_takes_old_files_that_no_paper_names(papers_folder):
    kept = DocumentFactory()
    old, young = papers_folder / "2022/01/alt", papers_folder / "2022/01/neu"
    old.parent.mkdir(parents=True)
    for path in (old, young):
        path.write_bytes(b"x")
    long_ago = (timezone.now() - timedelta(hours=25)).timestamp()
    for path in (old, papers_folder / kept.file.name):
        os.utime(path, (long_ago, long_ago))
    tasks.sweep_papers()
    assert not old.exists()
    assert young.exists()
    assert content_of(kept)


def test_sweep_of_a_folder_that_is_not_there_removes_nothing(papers_folder):
    assert orphans.sweep() == 0
