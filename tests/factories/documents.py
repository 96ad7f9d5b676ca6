"""Papers of institutions, stored the way the portal stores them."""

import io

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pypdf import PdfWriter

from institutions.models import Document, DocumentKind
from tests.factories.accounts import OperatorFactory
from tests.factories.institutions import InstitutionFactory


def small_pdf(name: str = "kertas.pdf", *, pages: int = 1) -> SimpleUploadedFile:
    """A PDF with blank pages, as a browser sends it."""
    writer, kept = PdfWriter(), io.BytesIO()
    for _page in range(pages):
        writer.add_blank_page(595, 842)
    writer.write(kept)
    return SimpleUploadedFile(name, kept.getvalue(), "application/pdf")


class DocumentKindFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DocumentKind
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"jenis-{n}")
    name = factory.LazyAttribute(lambda kind: f"Jenis dokumen {kind.code}")


class DocumentFactory(factory.django.DjangoModelFactory):
    """A paper; with `withdrawn=True` one that was taken back by who uploaded it."""

    class Meta:
        model = Document

    institution = factory.SubFactory(InstitutionFactory)
    kind = factory.SubFactory(DocumentKindFactory)
    file = factory.LazyFunction(small_pdf)
    by = factory.SubFactory(OperatorFactory)
    number = factory.Sequence(lambda n: f"NOMOR/{n}")
    withdrawn = False

    @classmethod
    def _create(cls, model_class, *args, withdrawn: bool, **kwargs) -> Document:
        document = model_class.objects.store(**kwargs)
        if withdrawn:
            document.withdrawn_at, document.withdrawn_because = timezone.now(), "Alasan contoh."
            document.save()
        return document
