"""Papers of institutions, stored the way the portal stores them."""

import io

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfWriter

from institutions.lifecycle import InstitutionStatus
from institutions.models import Document, DocumentKind, DocumentRequirement
from tests.factories.accounts import OperatorFactory
from tests.factories.institutions import InstitutionFactory


def small_pdf(name: str = "kertas.pdf", *, pages: int = 1, width: int = 595) -> SimpleUploadedFile:
    """A PDF with blank pages, as a browser sends it; of another width it is another paper."""
    writer, kept = PdfWriter(), io.BytesIO()
    for _page in range(pages):
        writer.add_blank_page(width, 842)
    writer.write(kept)
    return SimpleUploadedFile(name, kept.getvalue(), "application/pdf")


class DocumentKindFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DocumentKind
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"jenis-{n}")
    name = factory.LazyAttribute(lambda kind: f"Jenis dokumen {kind.code}")


class DocumentRequirementFactory(factory.django.DjangoModelFactory):
    """A kind of paper that is asked of every institution, from its proposal on."""

    class Meta:
        model = DocumentRequirement

    kind = factory.SubFactory(DocumentKindFactory)
    status_from = InstitutionStatus.PROPOSED


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
            document.withdraw(by=document.uploaded_by, reason="Alasan contoh.")
        return document
