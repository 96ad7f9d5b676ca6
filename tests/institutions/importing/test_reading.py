"""Reading lists: headers anywhere, dirty cells, regions, and every fault named with its cure."""

import datetime
import io
import json

import pytest
import xlsxwriter
from django.core.management import call_command

from blk_portal.sheets.errors import SheetRefused
from institutions.lifecycle import InstitutionStatus
from institutions.models import Institution, Regency, RegisterImport
from institutions.register_faults import REFUSALS, TEXTS, WARNINGS, Code, RegisterRefusal
from institutions.register_sheet import Reference, read_register
from tests.factories import FoundationFactory, InstitutionFactory

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 1, 15)
SOUND = {
    "Nama Lembaga": "BLKK Contoh (contoh)", "Yayasan": "Yayasan Contoh (contoh)",
    "Jenis Lembaga": "Pondok Pesantren", "Provinsi": "Jawa Barat", "Kab/Kota": "Kab. Bandung",
    "Kejuruan": "Teknik Las", "TA": "2022",
}  # fmt: skip


def text_list(*rows: dict[str, str]) -> bytes:
    heads = list(dict.fromkeys(head for row in rows for head in row))
    lines = [";".join(heads), *(";".join(row.get(head, "") for head in heads) for row in rows)]
    return "\n".join(lines).encode()


def read(data: bytes, name: str = "daftar.csv"):
    return list(read_register(data, name, today=TODAY).rows(Reference.load()))


def codes_of(**cells: str) -> list[str]:
    [row] = read(text_list(SOUND | {name.replace("_", " "): cells[name] for name in cells}))
    return [fault.code.value for fault in (*row.faults, *row.warnings)]


def workbook(*rows: list[object]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        page = book.add_worksheet("Data")
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return stream.getvalue()


def test_sound_row_is_read_whole(reference):
    [row] = read(text_list(SOUND | {"No PKB": "PKB/1", "Tgl PKB": "12 Maret 2022"}))
    assert not row.faults
    assert row.values["regency"] == Regency.objects.get(code="3204").pk
    assert row.values["pkb_on"] == "2022-03-12"
    assert row.values["host_type"] == "pesantren"


def test_header_is_found_below_a_letterhead_and_over_two_rows(reference):
    data = workbook(
        ["KEMENTERIAN KETENAGAKERJAAN"], ["Daftar BLKK"], [],
        ["NO", "NAMA LEMBAGA", "KAB/KOTA", "KEJURUAN", "PKB", "", "T.A."],
        ["", "", "", "", "NOMOR", "TANGGAL", ""],
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"],
        [1, "BLKK Satu (contoh)", "Kota Bandung", "TIK", "PKB/9", "01/02/2022", 2022],
        ["JUMLAH", 1],
    )  # fmt: skip
    [row] = read(data, "daftar.xlsx")
    assert row.number == 7
    assert (row.values["pkb_number"], row.values["pkb_on"]) == ("PKB/9", "2022-02-01")


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        ({"Kode_Wilayah": "32.04"}, []),
        ({"Kode_Wilayah": "3204"}, []),
        ({"Kode_Wilayah": "3171"}, ["region_differs"]),
        ({"Kode_Wilayah": "3299"}, ["region_code_old"]),
        ({"Kab/Kota": "Bandung"}, ["region_ambiguous"]),
        ({"Kab/Kota": "Kab. Antah"}, ["region_unknown"]),
        ({"Provinsi": "Jatim"}, ["province_differs"]),
        ({"Provinsi": "Atlantis"}, ["province_unknown"]),
        ({"Kab/Kota": "Kab. Merauke", "Provinsi": "Papua"}, ["province_former"]),
        ({"VIN": "1,2E+15"}, ["digits_lost"]),
        ({"VIN": "x"}, ["vin_characters"]),
        ({"NSPP": "12"}, ["nspp_length"]),
        ({"NPSN": "'20223344"}, []),
        ({"NPWP": "01.234.567.8-901.000"}, []),
        ({"NPWP": "12"}, ["tax_number_length"]),
        ({"Kejuruan": "Sulap"}, ["field_unknown"]),
        ({"TA": "1999"}, ["year_unknown"]),
        ({"Tgl_PKB": "31/02/2022"}, ["date_unreadable"]),
        ({"Tgl_PKB": "12/03/2030"}, ["date_in_future"]),
        ({"Tgl_PKB": "12/03/2022", "Tgl_BAST": "12/03/2021"}, ["dates_out_of_order"]),
        ({"Alamat": "NIK 3204112203999001"}, ["nik_in_text"]),
        ({"Alamat": "a" * 400}, ["text_too_long"]),
        ({"Telepon": "tanya kantor"}, ["phone_unreadable"]),
        ({"Status": "entah"}, ["status_unknown"]),
        ({"UPTP": "BPVP Antah"}, ["office_unknown"]),
        ({"UPTP": "BBPVP Bandung"}, []),
        ({"Jenis_Lembaga": "kedai"}, ["host_type_unknown"]),
    ],
)
def test_cell_is_read_or_named(reference, cells, codes):
    assert codes_of(**cells) == codes


def test_all_faults_of_a_row_are_named_at_once(reference):
    found = codes_of(**{"TA": "1999", "Kejuruan": "Sulap", "Kab/Kota": "Antah", "VIN": "x"})
    assert set(found) == {"year_unknown", "field_unknown", "region_unknown", "vin_characters"}


def test_the_same_heading_twice_with_two_values_is_named(reference):
    [row] = read(b"Nama Lembaga;Kejuruan;TA;Kejuruan\nBLKK A;Las;2022;TIK")
    assert [fault.code for fault in row.faults] == ["two_values"]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-8-sig"])
def test_text_in_any_usual_encoding_is_read(reference, encoding):
    data = text_list(SOUND | {"Alamat": "Jl. Café"}).decode().encode(encoding)
    [row] = read(data)
    assert row.values["address"] == "Jl. Café"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"a;b;c\n1;2;3", "not_a_register"),
        (b"Nama Lembaga;Kejuruan;TA\n;;", "register_empty"),
        (b"<html><table>", "format_html"),
        (b"PK\x03\x04", "file_damaged"),
        (b"", "file_empty"),
    ],
)
def test_file_that_is_no_list_is_refused_with_a_cure(data, code):
    with pytest.raises(SheetRefused) as refusal:
        read_register(data, "daftar.csv", today=TODAY)
    assert refusal.value.code == code
    assert refusal.value.cure


def test_list_longer_than_the_limit_is_refused():
    data = b"Nama Lembaga;Kejuruan;TA\n" + b"BLKK;Las;2022\n" * 50_000
    with pytest.raises(SheetRefused) as refusal:
        read_register(data, "daftar.csv", today=TODAY)
    assert refusal.value.code == RegisterRefusal.TOO_MANY_ROWS


def outcome(checked, admin, **cells: str) -> tuple[str, list[str]]:
    row = SOUND | {name.replace("_", " "): cells[name] for name in cells}
    [staged] = checked(text_list(row), admin, "daftar.csv").rows.all()
    faults = (*staged.found_faults, *staged.found_warnings)
    return staged.outcome, [fault.code.value for fault in faults]


def test_clash_of_code_and_name_is_said_once(reference, admin, checked):
    assert outcome(checked, admin, Kode_Wilayah="3171") == ("refused", ["region_differs"])


def test_institution_is_found_by_what_identifies_it(reference, admin, checked):
    regency = Regency.objects.get(code="3204")
    one = InstitutionFactory(regency=regency, vin="VIN-0001", nspp="510000000001", signed=True)
    other = InstitutionFactory(regency=regency, vin="VIN-0002")
    pkb = one.milestones.get().document_number
    found = {"Nama_Lembaga": one.name}
    for cells in (
        {"Kode_Portal": one.code}, {"VIN": "vin-0001"}, {"NSPP": "510000000001"},
        {"No_PKB": pkb.lower().replace("/", " ")},
    ):  # fmt: skip
        assert outcome(checked, admin, **found, **cells)[0] == "changed", cells
    clash = {"Kode_Portal": other.code, "NSPP": "510000000001"}
    assert outcome(checked, admin, **clash) == ("refused", ["identifiers_differ"])
    assert outcome(checked, admin, Kode_Portal="BLKK-9") == ("refused", ["code_unknown"])


def test_namesake_is_asked_about_unless_something_tells_them_apart(reference, admin, checked):
    regency = Regency.objects.get(code="3204")
    InstitutionFactory(regency=regency, name="BLKK Al-Hidayah (contoh)", vin="VIN-0001")
    assert outcome(checked, admin, Nama_Lembaga="AL HIDAYAH")[0] == "undecided"
    assert outcome(checked, admin, Nama_Lembaga="ALHIDAYAH", VIN="VIN-0009")[0] == "created"
    assert outcome(checked, admin, Nama_Lembaga="Al-Hidayah", **{"Kab/Kota": "Kab. Garut"})[0] == (
        "created"
    )


def test_status_is_recorded_as_far_as_it_is_proven(reference, admin, checked):
    assert outcome(checked, admin, Status="Ditolak") == ("refused", ["status_by_hand"])
    assert outcome(checked, admin, Status="Operasional") == ("created", ["status_unproven"])
    half = outcome(checked, admin, No_PKB="PKB/7")
    assert half == ("refused", ["pkb_incomplete"])
    present = InstitutionFactory(operational=True, vin="VIN-0001")
    behind = outcome(checked, admin, VIN="VIN-0001", Status="usulan")
    assert "status_behind" in behind[1]
    present.refresh_from_db()
    assert present.status == InstitutionStatus.OPERATIONAL


def test_namesake_owner_of_another_regency_stays_another_owner(reference, admin, checked):
    FoundationFactory(name="Yayasan Contoh (contoh)")
    kept = checked(text_list(SOUND), admin, "daftar.csv")
    assert kept.counts()["created"] == 1


def test_command_prints_json_and_writes_only_when_told(reference, admin, tmp_path, capsys):
    path = tmp_path / "daftar.csv"
    path.write_bytes(text_list(SOUND, SOUND | {"Nama Lembaga": "BLKK Dua (contoh)", "TA": ""}))
    call_command("import_institutions", str(path))
    answer = json.loads(capsys.readouterr().out)
    assert answer["counts"] == {
        "created": 1, "changed": 0, "unchanged": 0, "refused": 1, "undecided": 0, "applied": 0,
    }  # fmt: skip
    [refused] = answer["refused"]
    assert (refused["row"], refused["column"], refused["code"]) == (3, "TA", "year_missing")
    assert refused["message"]
    assert refused["cure"]
    assert not Institution.objects.exists()
    call_command("import_institutions", str(path), "--apply")
    assert json.loads(capsys.readouterr().out)["counts"]["applied"] == 1
    assert Institution.objects.count() == 1
    call_command("import_institutions", str(path), "--apply")
    assert json.loads(capsys.readouterr().out)["counts"]["unchanged"] == 1


def test_command_refuses_a_file_that_is_none(reference, admin, tmp_path, capsys):
    path = tmp_path / "daftar.csv"
    path.write_bytes(b"")
    with pytest.raises(SystemExit) as ended:
        call_command("import_institutions", str(path))
    assert ended.value.code == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "file_empty"
    assert RegisterImport.objects.get().state == "failed"


def test_every_code_has_its_sentences_and_is_documented(settings):
    assert set(TEXTS) == set(Code)
    assert set(Code) > WARNINGS
    page = (settings.BASE_DIR / "docs" / "register-import.md").read_text()
    for code in (*Code, *REFUSALS):
        assert f"`{code.value}`" in page
