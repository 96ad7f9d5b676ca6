"""Sex, education, telephone, disability, result: what operators write and what it stands for."""

import re
from functools import lru_cache

from blk_portal.sheets.cells import is_blank, plain
from trainings.faults import Code


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LETTERS = re.compile(r"[^a-z0-9]+")


def _table(**groups: str) -> dict[str, str]:
    return {word: value for value, words in groups.items() for word in words.split()}


SEXES = _table(
    L="""l lk laki lakilaki laki2 lk2 lelaki pria cowok cowo m male 1 ikhwan ihwan putra pa jantan
    lakilakil laklaki lakilai""",
    P="""p pr prp perempuan perempuanp wanita w wnt f female 2 akhwat ahwat putri pi cewek cewe
    peremp perempun prempuan""",
)
MARKS = _words("v x y ya 1 ok ada true yes benar")
MARK_SIGNS = frozenset("√✓✔✅☑☒✗✘●•■*Vv✕×üûþ")
NO_MARKS = _words("false tidak no t n")
DISABILITIES = {
    **_table(
        none="""tidak tidakada tdk tdkada bukan non nondisabilitas none normal no tanpa t n false
        sehat umum bukandisabilitas tidakdisabilitas bukanpenyandang nihil""",
        fisik="fisik daksa tunadaksa disabilitasfisik kursiroda physical",
        intelektual="""intelektual grahita tunagrahita disabilitasintelektual downsyndrome
        lambatbelajar""",
        mental="mental psikososial disabilitasmental autis autisme jiwa odgj bipolar",
        sensorik="""sensorik netra rungu wicara tunanetra tunarungu tunawicara runguwicara tuli
        tunarunguwicara disabilitassensorik lowvision buta bisu tulibisu""",
        ganda="ganda multi lebihdarisatu disabilitasganda lebihdari1 multipel majemuk",
    )
}
RESULTS = _table(
    lulus="lulus l kompetenlulus passed pass dinyatakanlulus",
    tidak_lulus="""tidaklulus tl tdklulus blmlulus belumlulus gagal failed tidaklls nonlulus
    dinyatakantidaklulus""",
    mengundurkan_diri="""mengundurkandiri mundur undurdiri keluar berhenti md do dropout withdrawn
    mengundurkan tidakselesai""",
)
SANTRI = _table(
    ya="santri santriwan santriwati ya y true v 1 mukim santrimukim santrikalong",
    tidak="""tidak non nonsantri bukan bukansantri umum masyarakat warga tetangga luar false t n
    masyarakatumum wargasekitar masyarakatsekitar alumni""",
)
NOT_YET = _words("""
    belumada belumpunya tidakada tidakpunya belum menyusul tdkada blmada dalamproses
    proses belummemiliki tidakmemiliki tidaktahu hilang
    """)
PHONE_SIGNS = re.compile(r"[\s().\-–+/'`’]+")
PHONE_WORDS = re.compile(r"^(hp|wa|telp|tlp|no)\W*", re.IGNORECASE)
TWO_PHONES = re.compile(r"\s*(?:/|;|,|\bdan\b|&)\s*")
MAX_PHONE = 30
# Columns of few words: what one of them stands for is looked up once.
KEPT = 512


def letters(text: str) -> str:
    """A word stripped to letters and digits, lower case: how spellings are compared."""
    word = plain(text).casefold()
    return word if word.isascii() and word.isalnum() else LETTERS.sub("", word)


def is_missing(text: str) -> bool:
    """Whether a cell says that there is nothing (yet): "-", "0", "NULL", "belum ada"."""
    # No such word begins with a digit, as numbers and dates do.
    return is_blank(text) or (not "0" <= text[0] <= "9" and letters(text) in NOT_YET)


@lru_cache(maxsize=KEPT)
def read_sex(text: str) -> str | Code:
    """L or P from one cell in any usual spelling, or why not."""
    if is_blank(text):
        return Code.SEX_MISSING
    key = letters(text.removesuffix(".0").removesuffix(",0"))
    if key in SEXES:
        return SEXES[key]
    parts = {SEXES.get(letters(part)) for part in re.split(r"[\s/()\-=.,]+", text) if part}
    parts.discard(None)
    whole = {SEXES.get(letters(part)) for part in re.split(r"[()/=]+", text) if letters(part)}
    if len(whole) == 1 and (only := whole.pop()):
        return only
    return Code.SEX_BOTH if len(parts) == 2 else Code.SEX_UNKNOWN


def sex_of_marks(male: str, female: str) -> str:
    """What two columns, of which one should carry a mark, say as the text of one cell."""
    in_male, in_female = _mark(male, "L"), _mark(female, "P")
    if in_male is None or in_female is None:
        return " ".join(f"{sex}: {text}" for sex, text in (("L", male), ("P", female)) if text)
    if in_male and in_female:
        return "L/P"
    return "L" if in_male else "P" if in_female else ""


def _mark(text: str, sex: str) -> bool | None:
    """Whether a cell of the column of one sex is marked; None if that cannot be told."""
    if text and set(text) <= MARK_SIGNS:
        return True
    key = letters(text)
    if is_blank(text) or key in NO_MARKS:
        return False
    if key in MARKS or SEXES.get(key) == sex:
        return True
    return None


def read_phone(text: str) -> str | None:
    """A telephone number as 08..., several as written; None where there is no number in it."""
    text = plain(text)
    if text.isdigit():
        return _one_phone(text)
    numbers = [one for part in TWO_PHONES.split(text) if (one := _one_phone(part))]
    if not numbers:
        return _one_phone(text)
    together = " / ".join(numbers)
    return together if len(together) <= MAX_PHONE else numbers[0]


def _one_phone(text: str) -> str | None:
    digits = text
    if not text.isdigit():
        digits = PHONE_WORDS.sub("", PHONE_SIGNS.sub("", text))
    if not digits.isascii() or not digits.isdigit() or not 6 <= len(digits) <= 16:
        return None
    if digits.startswith("62"):
        return "0" + digits[2:].removeprefix("0")
    return "0" + digits if digits.startswith("8") else digits


@lru_cache(maxsize=KEPT)
def read_disability(text: str) -> str | None:
    """The kind of disability; empty where nothing is said of it, None where it cannot be told."""
    if is_blank(text):
        return ""
    key = letters(text)
    if key in DISABILITIES:
        return DISABILITIES[key]
    kinds = {
        kind
        for word, kind in DISABILITIES.items()
        if kind != "none" and len(word) > 3 and word in key
    }
    if "ganda" in kinds or len(kinds) > 1:
        return "ganda"
    return kinds.pop() if kinds and not key.startswith(("tidak", "bukan", "non")) else None


@lru_cache(maxsize=KEPT)
def read_result(text: str) -> str | None:
    """The result of the training; None where it cannot be told."""
    key = letters(text)
    if key in RESULTS:
        return RESULTS[key]
    if "undurkandiri" in key:
        return "mengundurkan_diri"
    return None


def read_santri(text: str) -> bool | None:
    """Whether somebody lives in the pesantren; None where it cannot be told."""
    if text and set(text) <= MARK_SIGNS:
        return True
    answer = SANTRI.get(letters(text))
    return None if answer is None else answer == "ya"
