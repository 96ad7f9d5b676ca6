"""The catalogue of programmes: read by who plans, taken in from a file by who keeps it."""

import io
import json

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from blk_portal.accounts.roles import Role
from tests.factories import CohortFactory, ProgrammeFactory, VocationalFieldFactory, user_of
from trainings.models import CompetencyUnit, Programme
from trainings.programme_faults import MESSAGES, Code
from trainings.programme_import import CatalogueRefused, take_in

pytestmark = pytest.mark.django_db
LIST, IMPORT = "/program/", "/program/impor/"
UNIT = {"kode": "J.620900.001.01", "judul": "Menerapkan prinsip dasar desain"}


@pytest.fixture(autouse=True)
def field():
    return VocationalFieldFactory(code="TIK", name="Teknologi Informasi")


def entry(**changed) -> dict:
    return {
        "kejuruan": "TIK", "nama": "Desain Grafis", "versi": "1", "jp": 160, "unit": [UNIT],
        **changed,
    }  # fmt: skip


def catalogue(*entries) -> bytes:
    return json.dumps({"program": list(entries)}).encode()


def taken(*entries, apply: bool = True):
    return take_in(catalogue(*entries), apply=apply)


def standing() -> list[tuple]:
    return list(Programme.objects.order_by("name", "version").values_list(
        "name", "version", "hours", "is_current"))  # fmt: skip


class TestImport:
    def test_same_file_changes_nothing_the_second_time(self):
        first = taken(entry(), entry(nama="Barista", jp=140, unit=[]))
        assert len(first.created) == 2
        assert CompetencyUnit.objects.get().code == UNIT["kode"]
        keys = set(Programme.objects.values_list("pk", flat=True))
        units = set(CompetencyUnit.objects.values_list("pk", flat=True))
        again = taken(entry(), entry(nama="Barista", jp=140, unit=[]))
        assert (again.changes, again.unchanged, again.faults) == (0, 2, [])
        assert set(Programme.objects.values_list("pk", flat=True)) == keys
        assert set(CompetencyUnit.objects.values_list("pk", flat=True)) == units

    def test_dry_run_says_the_same_and_writes_nothing(self):
        told = taken(entry(), apply=False)
        assert told.created == ["Desain Grafis 1"]
        assert not told.is_applied
        assert standing() == []
        assert taken(entry()).created == told.created

    def test_newer_version_retires_the_older_one(self):
        taken(entry())
        outcome = taken(entry(versi=2, jp=180))
        assert outcome.retired == ["Desain Grafis 1"]
        assert standing() == [("Desain Grafis", "1", 160, False), ("Desain Grafis", "2", 180, True)]

    def test_changed_hours_and_units_are_written_and_cohorts_keep_theirs(self, field):
        taken(entry())
        cohort = CohortFactory(programme=Programme.objects.get())
        outcome = taken(entry(jp=170, unit=[{**UNIT, "judul": "Judul baru"}]))
        assert outcome.changed == ["Desain Grafis 1"]
        assert Programme.objects.get().hours == 170
        assert CompetencyUnit.objects.get().title == "Judul baru"
        cohort.refresh_from_db()
        assert cohort.hours == 160

    @pytest.mark.parametrize(("changed", "key", "code"), [
        ({"kejuruan": ""}, "kejuruan", Code.FIELD_MISSING),
        ({"kejuruan": "Sulap"}, "kejuruan", Code.FIELD_UNKNOWN),
        ({"nama": "  "}, "nama", Code.NAME_MISSING),
        ({"nama": "a" * 151}, "nama", Code.TEXT_INVALID),
        ({"nama": "Desain\x00"}, "nama", Code.TEXT_INVALID),
        ({"versi": "v" * 21}, "versi", Code.VERSION_INVALID),
        ({"versi": None}, "versi", Code.VERSION_INVALID),
        ({"jp": "160"}, "jp", Code.HOURS_INVALID),
        ({"jp": True}, "jp", Code.HOURS_INVALID),
        ({"jp": 0}, "jp", Code.HOURS_INVALID),
        ({"berlaku": "ya"}, "berlaku", Code.CURRENT_INVALID),
        ({"unit": "J.62"}, "unit", Code.UNITS_NOT_UNDERSTOOD),
        ({"unit": [{**UNIT, "kode": "tanpa kode"}]}, "kode", Code.UNIT_CODE_INVALID),
        ({"unit": [{**UNIT, "judul": ""}]}, "judul", Code.UNIT_TITLE_MISSING),
        ({"unit": [UNIT, UNIT]}, "kode", Code.UNIT_TWICE),
    ])  # fmt: skip
    def test_faulty_programme_is_named_with_its_cure_and_the_others_come_in(
        self, changed, key, code
    ):
        outcome = taken(entry(nama="Barista"), entry(**changed))
        assert outcome.created == ["Barista 1"]
        [fault] = outcome.faults
        assert (fault.entry, fault.key, fault.code) == (2, key, code)
        assert fault.message
        assert fault.cure

    def test_programmes_that_contradict_each_other_are_both_left_out(self):
        outcome = taken(
            entry(), entry(jp=170), entry(nama="Barista"), entry(nama="Barista", versi=2), 7
        )
        assert sorted(fault.code for fault in outcome.faults) == sorted(
            [Code.ENTRY_NOT_UNDERSTOOD, *[Code.VERSION_TWICE] * 2, *[Code.TWO_CURRENT] * 2]
        )
        assert standing() == []

    @pytest.mark.parametrize(("data", "code"), [
        (b"\xff\xfe", "not_json"), (b"{", "not_json"), (b"[" * 100_000, "not_json"),
        (b'{"a": 1}', "not_a_catalogue"), (b"7", "not_a_catalogue"), (b"[]", "catalogue_empty"),
        (b" " * 1_000_001, "file_too_large"),
        (b"[" + b"0," * 5_000 + b"0]", "too_many_programmes"),
    ])  # fmt: skip
    def test_file_that_is_no_catalogue_is_refused_whole(self, data, code):
        with pytest.raises(CatalogueRefused) as refusal:
            take_in(data, apply=True)
        assert refusal.value.code == code
        assert refusal.value.cure

    def test_every_code_has_its_words_and_stands_in_the_documents(self):
        assert set(MESSAGES) == set(Code)
        page = (settings.BASE_DIR / "docs" / "programme-import.md").read_text()
        assert [code for code in Code if f"`{code.value}`" not in page] == []


class TestCommand:
    def run(self, path, *options) -> dict:
        out = io.StringIO()
        call_command("import_programmes", str(path), *options, stdout=out)
        return json.loads(out.getvalue())

    def test_command_prints_json_and_writes_when_asked(self, tmp_path):
        path = tmp_path / "katalog.json"
        path.write_bytes(catalogue(entry(), entry(kejuruan="Sulap", nama="Sulap")))
        told = self.run(path)
        assert (told["applied"], told["created"]) == (False, ["Desain Grafis 1"])
        assert told["refused"][0]["code"] == "field_unknown"
        assert standing() == []
        assert self.run(path, "--apply")["applied"]
        again = self.run(path, "--apply")
        assert (again["created"], again["changed"], again["unchanged"]) == ([], [], 1)

    def test_command_ends_with_a_fault_for_what_is_no_catalogue(self, tmp_path):
        path = tmp_path / "katalog.json"
        path.write_bytes(b"{")
        with pytest.raises(SystemExit):
            self.run(path)


class TestPages:
    def test_operator_reads_the_catalogue_and_takes_nothing_in(self, client):
        taken(entry(), entry(nama="Barista", unit=[]))
        ProgrammeFactory(name="Lama (contoh)", is_current=False)
        client.force_login(user_of(Role.OPERATOR, CohortFactory().institution))
        text = client.get(LIST).content.decode()
        assert UNIT["kode"] in text
        assert IMPORT not in text
        names = {row.name for row in client.get(f"{LIST}?versi=ya").context["page"]}
        assert {"Barista", "Desain Grafis"} <= names
        assert "Lama (contoh)" not in names
        found = client.get(f"{LIST}?kata=j.6209").context["page"].rows
        assert [row.name for row in found] == ["Desain Grafis"]
        assert client.post(IMPORT, {"text": catalogue(entry()).decode()}).status_code == 403

    def test_national_staff_look_first_and_take_in_after_that(self, client):
        client.force_login(user_of(Role.NATIONAL_TRAINING_REVIEWER))
        data = catalogue(entry(), entry(kejuruan="Sulap", nama="Sulap"))
        answer = client.post(IMPORT, {"file": SimpleUploadedFile("katalog.json", data)})
        assert answer.status_code == 200
        assert "Sulap" in answer.content.decode()
        assert standing() == []
        text = answer.context["text"]
        assert client.post(IMPORT, {"text": text, "apply": "1"}).status_code == 302
        assert [row[0] for row in standing()] == ["Desain Grafis"]

    @pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe\x00"])
    def test_file_that_cannot_be_read_is_answered_at_its_field(self, client, data):
        client.force_login(user_of(Role.NATIONAL_ADMIN))
        answer = client.post(IMPORT, {"file": SimpleUploadedFile("katalog.json", data)})
        assert answer.status_code == 400
        assert answer.context["form"].errors["file"]
