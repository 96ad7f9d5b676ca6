"""The command `read_roster`: pure JSON, without database, key or environment."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.utils.translation import gettext, override

from tests.sheets.builders import HEADER, person, xlsx
from trainings.faults import TEXTS, Code


def run(path, **environment):
    environment = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(
        [sys.executable, "manage.py", "read_roster", str(path)],
        cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip


@pytest.fixture
def roster(tmp_path):
    path = tmp_path / "daftar peserta.xlsx"
    rows = [HEADER, person(1, nik="3204011203999001"), person(2, nik="32040112O3999002", sex="-"),
            person(3, nik=3204011203999003, education="-")]  # fmt: skip
    path.write_bytes(xlsx(rows))
    return path


def test_the_command_prints_json_without_any_environment(roster):
    done = run(roster)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert set(answer) == {"accepted", "rejected", "warnings"}
    first, third = answer["accepted"]
    assert first | {"address": None} == {
        "row": 2, "name": "Orang A", "nik": "3204011203999001", "sex": "L",
        "birth_place": "Bandung", "birth_date": "1999-03-12", "education": "SMA",
        "phone": "081234567890", "address": None, "disability": None, "is_santri": None,
        "result": None, "attendance": None, "pre_test": None, "post_test": None,
    }  # fmt: skip
    assert third["education"] is None
    assert [(one["row"], one["column"], one["code"]) for one in answer["rejected"]] == [
        (3, "NIK", "nik_characters"), (3, "L/P", "sex_missing"),
    ]  # fmt: skip
    assert [(one["row"], one["code"]) for one in answer["warnings"]] == [(4, "nik_numeric_cell")]
    for one in answer["rejected"] + answer["warnings"]:
        assert one["message"]
        assert one["cure"]
        assert "3204011203999003" not in json.dumps(one)


def test_the_command_names_a_column_it_does_not_read(tmp_path):
    path = tmp_path / "daftar.xlsx"
    path.write_bytes(xlsx([[*HEADER, "UKURAN BAJU"], [*person(1), "XL"]]))
    answer = json.loads(run(path).stdout)
    assert [(one["row"], one["column"], one["code"]) for one in answer["warnings"]] == [
        (1, "UKURAN BAJU", "column_not_read"),
    ]  # fmt: skip
    assert len(answer["accepted"]) == 1


@pytest.mark.parametrize("content", [None, b"", b"prosa saja", b"%PDF-1.4"])
def test_a_refused_file_ends_with_one_and_an_error(tmp_path, content):
    path = tmp_path / "x.xlsx"
    if content is not None:
        path.write_bytes(content)
    done = run(path)
    assert done.returncode == 1
    assert set(json.loads(done.stdout)["error"]) == {"code", "message", "cure"}


def test_the_sentences_are_indonesian():
    with override("id"):
        message, cure = (gettext(text._args[0]) for text in TEXTS[Code.NIK_SCIENTIFIC])
    if message.startswith("The NIK"):
        pytest.skip("the Indonesian texts are not compiled yet")
    assert message == "NIK berubah menjadi notasi ilmiah, digit aslinya hilang."
    assert cure.startswith("Ketik ulang 16 digit")
