"""One page as PDF: the same figures as the pages, nothing read as markup, nobody else's rows."""

import io
from datetime import date

import pytest
from django.urls import reverse
from pypdf import PdfReader

from blk_portal.formats import number
from blk_portal.printing import typesetting
from blk_portal.progress import breakdowns, profile_views, rollup
from blk_portal.progress.profiles import MOST_MILESTONES
from tests.factories import (
    AreaReviewerFactory,
    AssessmentFactory,
    CohortFactory,
    CohortReportFactory,
    InstitutionFactory,
    MilestoneFactory,
    NationalAdminFactory,
    ObserverFactory,
    OperatorFactory,
    ParticipantFactory,
    ProvinceFactory,
    RegencyFactory,
    TargetFactory,
)

pytestmark = pytest.mark.django_db
HOSTILE = 'BLKK #read("/etc/passwd") ] $x$ *a* _b_ \\ <c> @d // e `f` (contoh)'


def profile(institution) -> str:
    return reverse("progress:institution-profile", args=[institution.pk])


def of_province(province, year: int | str = "") -> str:
    address = reverse("progress:province-profile", args=[province.code])
    return f"{address}?tahun={year}" if year else address


def read(response) -> PdfReader:
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    return PdfReader(io.BytesIO(response.content))


def text_of(response) -> str:
    return text_in(response.content)


def text_in(content: bytes) -> str:
    reader = PdfReader(io.BytesIO(content))
    assert len(reader.pages) == 1
    return " ".join(reader.pages[0].extract_text().split())


@pytest.fixture
def institution():
    row = InstitutionFactory(
        operational=True, contact_name="Ibu Contoh", contact_phone="0812 0000 0001"
    )
    CohortReportFactory(cohort__institution=row, people=3, verified=True)
    rollup.rebuild()
    return row


def test_reader_gets_the_figures_of_the_pages_in_their_language(client, institution):
    client.force_login(OperatorFactory(institution=institution))
    text = text_of(client.get(profile(institution)))
    pkb = institution.milestones.get(kind="pkb")
    for words in (institution.name, institution.code, "Ibu Contoh", pkb.document_number,
                  "Beroperasi, sejak 5 Maret 2022", "TA 2022 3 3 3 3"):  # fmt: skip
        assert words in text
    client.cookies["django_language"] = "en"
    response = client.get(profile(institution))
    assert "Operational, since 5 March 2022" in text_of(response)
    assert read(response).trailer["/Root"]["/Lang"] == "en"


def test_page_is_tagged_titled_and_says_that_data_are_samples(client, institution, settings):
    client.force_login(OperatorFactory(institution=institution))
    for demo_mode in (True, False):
        settings.DEMO_MODE = demo_mode
        response = client.get(profile(institution))
        reader = read(response)
        root = reader.trailer["/Root"]
        assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("id", True)
        assert "/StructTreeRoot" in root
        assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
        assert reader.metadata.title == institution.name
        assert ("DATA CONTOH" in text_of(response)) == demo_mode
    assert response["Content-Disposition"] == f'inline; filename="profil-{institution.code}.pdf"'


def test_values_are_printed_as_they_stand_and_never_read_as_markup(client, institution):
    institution.name, institution.address = HOSTILE, "]] #panic() <script>\n= Jalan"
    institution.save()
    client.force_login(OperatorFactory(institution=institution))
    text = text_of(client.get(profile(institution)))
    assert HOSTILE in text
    assert "]] #panic() <script>" in text


def test_name_in_a_script_without_a_font_still_prints(client, institution):
    institution.name = "BLKK \U0001f600 العربية 中 (contoh)"
    institution.save()
    client.force_login(OperatorFactory(institution=institution))
    assert institution.code in text_of(client.get(profile(institution)))


def test_long_story_stays_on_one_page(client, institution):
    institution.name, institution.address = "Lembaga " * 24, "Jalan Panjang " * 20
    institution.foundation.name = "Yayasan " * 24
    institution.foundation.save()
    institution.save()
    for n in range(MOST_MILESTONES):
        MilestoneFactory(
            institution=institution, kind=f"lain{n}", document_number="NOMOR/PANJANG/" * 7
        )
    for year in range(2017, 2027):
        cohort = CohortFactory(institution=institution, programme_year__year=year)
        ParticipantFactory(cohort=cohort, birth_date=date(1990, 5, 17))
        CohortReportFactory(cohort=cohort, people=0, verified=True)
    client.force_login(OperatorFactory(institution=institution))
    assert "TA 2017" in text_of(client.get(profile(institution)))


def test_province_page_has_the_cells_of_the_dashboard(client, institution):
    province, year = institution.regency.province, institution.programme_year
    elsewhere = InstitutionFactory(regency__province=province)
    CohortReportFactory(cohort__institution=elsewhere, people=2, verified=True)
    TargetFactory(indicator="completed", value=40, province=province, programme_year=year)
    AssessmentFactory(institution=institution)
    MilestoneFactory(institution=institution, kind="licence")
    rollup.rebuild()
    client.force_login(NationalAdminFactory())
    text = text_of(client.get(of_province(province, year.year)))
    cells = breakdowns.figures_of(year, province=province).values
    assert f"Peserta pelatihan {number(cells['completed'])} 40 12,5" in text
    assert f"{institution.regency.name} 1 1 3" in text
    assert f"{elsewhere.regency.name} 1 0 2" in text
    assert "Beroperasi 1 " in text
    assert "Jumlah 2" in text
    assert "Tumbuh 1 " in text
    assert "Belum dinilai 0 " in text
    assert "Izin LPK 1 " in text


def test_large_province_fits_on_one_page(client):
    province = ProvinceFactory(code="35", name="Jawa Timur")
    for n in range(38):
        regency = RegencyFactory(province=province, name=f"Kabupaten Nama Panjang Sekali {n}")
        InstitutionFactory(regency=regency, signed=True)
    rollup.rebuild()
    client.force_login(NationalAdminFactory())
    assert "Sekali 37" in text_of(client.get(of_province(province)))


def test_reader_of_a_part_counts_only_its_institutions_and_is_told_so(client, institution):
    province = institution.regency.province
    other = InstitutionFactory(regency__province=province, operational=True)
    rollup.rebuild()
    client.force_login(ObserverFactory(regency=institution.regency))
    text = text_of(client.get(of_province(province)))
    assert "Dihitung dari lembaga di wilayah Anda." in text
    assert other.regency.name not in text
    client.force_login(AreaReviewerFactory(office=other.office))
    assert institution.regency.name not in text_of(client.get(of_province(province)))


def test_foreign_institution_and_province_are_not_printed(client, institution):
    client.force_login(ObserverFactory(province=ProvinceFactory()))
    assert client.get(profile(institution)).status_code == 404
    assert client.get(of_province(institution.regency.province)).status_code == 404


@pytest.mark.parametrize("problem", [typesetting.Busy, typesetting.Unprintable])
def test_page_that_cannot_be_made_is_said_in_one_sentence(
    client, institution, monkeypatch, problem
):
    def refuse(paper, data):
        raise problem

    monkeypatch.setattr(profile_views, "typeset", refuse)
    client.force_login(OperatorFactory(institution=institution))
    answer = client.get(profile(institution))
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "Halaman belum dapat dibuat" in answer.content.decode()


@pytest.fixture
def no_compiler():
    typesetting._end_all()
    yield
    typesetting._end_all()


def _page(title: str) -> dict:
    words = dict.fromkeys(("description", "author", "kicker", "subtitle", "sample"), "")
    return words | {"title": title, "language": "id", "parts": [], "footer": ["", ""]}


def test_page_that_takes_too_long_is_stopped_and_the_next_is_made(no_compiler, monkeypatch):
    with monkeypatch.context() as hurried:
        hurried.setattr(typesetting, "SECONDS_FOR_A_PAGE", 0.01)
        with pytest.raises(typesetting.Unprintable):
            typesetting.typeset("profile", _page("Terlalu lama"))
    assert typesetting._idle == []
    assert typesetting.typeset("profile", _page("Sesudahnya")).startswith(b"%PDF")


def test_pages_one_after_the_other_come_from_one_process_until_it_is_replaced(
    no_compiler, monkeypatch
):
    monkeypatch.setattr(typesetting, "PAGES_OF_A_PROCESS", 2)
    first = typesetting.typeset("profile", _page("Satu"))
    (process,) = typesetting._idle
    second = typesetting.typeset("profile", _page("Dua"))
    assert typesetting._idle == []
    assert process.pages_left == 0
    assert [text_in(page) for page in (first, second)] == ["Satu", "Dua"]
    assert text_in(typesetting.typeset("profile", _page("Tiga"))) == "Tiga"


def test_compiler_that_has_ended_is_replaced(no_compiler):
    typesetting.typeset("profile", _page("Satu"))
    (process,) = typesetting._idle
    process._process.kill()
    process._process.wait()
    assert text_in(typesetting.typeset("profile", _page("Tiga"))) == "Tiga"


def test_paper_that_is_not_there_is_refused_and_frees_its_place(no_compiler):
    for _try in range(typesetting.AT_ONCE + 1):
        with pytest.raises(typesetting.Unprintable):
            typesetting.typeset("../../../etc/passwd", {})


def test_no_more_pages_at_once_than_places(monkeypatch):
    monkeypatch.setattr(typesetting, "SECONDS_TO_WAIT", 0.01)
    for _place in range(typesetting.AT_ONCE):
        typesetting._places.acquire()
    try:
        with pytest.raises(typesetting.Busy):
            typesetting.typeset("profile", {})
    finally:
        for _place in range(typesetting.AT_ONCE):
            typesetting._places.release()
