"""The headers of a roster as operators write them, and the fields they stand for."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from functools import lru_cache

from blk_portal.sheets.cells import clean, plain

WORD = re.compile(r"[^\W\d_]+|\d+")
HYPHENATED = re.compile(r"(?<=[^\W\d_])-\s+(?=[^\W\d_])")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SAME = {
    **dict.fromkeys(("nomor", "nomer", "num", "nmr", "number"), "no"),
    **dict.fromkeys(("tgl", "tggl", "tg", "tanggl", "date"), "tanggal"),
    **dict.fromkeys(("tmpt", "tmp", "tempt", "tpt", "place"), "tempat"),
    **dict.fromkeys(("lhr", "kelahiran", "birth", "dilahirkan"), "lahir"),
    **dict.fromkeys(("bln", "month"), "bulan"),
    **dict.fromkeys(("thn", "th", "year"), "tahun"),
    **dict.fromkeys(("klmn", "sex", "gender", "jenkel", "jk", "lp"), "kelamin"),
    **dict.fromkeys(("laki", "lk", "pria", "laki2", "male", "putra", "ikhwan", "pa"),
                    "l"),
    **dict.fromkeys(("perempuan", "pr", "wanita", "prp", "female", "putri", "akhwat", "w",
                     "pi"), "p"),
    **dict.fromkeys(("pend", "pendd", "pddk", "pddkn", "education"), "pendidikan"),
    **dict.fromkeys(("telp", "tlp", "tlpn", "telpon", "telephone", "telefon", "tel", "handphone",
                     "hape", "ponsel", "seluler", "whatsapp", "wa", "phone", "kontak", "contact",
                     "hp", "mobile"), "telepon"),
    **dict.fromkeys(("difabel", "disability", "cacat", "difabilitas"), "disabilitas"),
    **dict.fromkeys(("nm", "name"), "nama"),
    **dict.fromkeys(("address", "almt"), "alamat"),
    **dict.fromkeys(("ket", "catatan"), "keterangan"),
    **dict.fromkeys(("presensi", "absensi", "hadir", "attendance"), "kehadiran"),
    **dict.fromkeys(("persen", "prosentase", "presentase", "persentasi", "percent"), "persentase"),
    **dict.fromkeys(("jml", "jmlh", "jlh", "total"), "jumlah"),
    **dict.fromkeys(("test", "ujian"), "tes"),
    **dict.fromkeys(("skor", "score"), "nilai"),
    "hr": "hari",
}  # fmt: skip
WORTH_MENDING = (
    "nama", "lengkap", "peserta", "tempat", "tanggal", "lahir", "kelamin", "jenis", "pendidikan",
    "terakhir", "alamat", "telepon", "disabilitas", "keterangan", "kependudukan", "perempuan",
)  # fmt: skip
OTHER_PEOPLE = _words("""
    ayah ibu bapak wali ortu orangtua orang tua suami istri pasangan keluarga anak saudara
    darurat penanggung instruktur pengajar pelatih ketua pimpinan pendamping
    """)
OTHER_BODIES = _words("""
    lembaga yayasan instansi perusahaan blkk blk sekolah pesantren pondok ponpes bank
    rekening program kejuruan mitra kegiatan
    """)
NAME_WORDS = _words("""
    nama lengkap peserta siswa santri pelatihan didik calon trainee warga belajar sesuai
    ktp ijazah kk akta dan gelar tanpa pencari kerja alumni lulusan full huruf kapital
    besar balok blk blkk komunitas no urut per dengan di pada binaan wajib isi diisi
    penerima manfaat jelas terang orang dgn program
    """)
OF_BODIES = {"blk", "blkk", "program", "pelatihan", "komunitas", "kerja"}
OF_PERSONS = {
    "peserta", "siswa", "santri", "lengkap", "trainee", "warga", "calon", "alumni", "lulusan",
    "penerima", "pencari",
}  # fmt: skip
NIK_WORDS = _words("""
    no nik ktp e el induk kependudukan kk identitas 16 digit angka sesuai kartu tanda
    penduduk wajib format teks text isi diisi peserta id nasional atau dengan harus pakai
    contoh kia
    """)
DIGITS = frozenset(map(str, range(1, 100)))
NIK_IN_FULL = ["no", "induk", "kependudukan"]
ADDRESS_PARTS = _words("""
    dusun kampung kp jalan jl jln rt rw desa kelurahan kel kecamatan kec kabupaten kab
    kota provinsi prov domisili alamat kodepos pos
    """)
HEADER_WORDS = (
    frozenset(SAME)
    | frozenset(SAME.values())
    | NAME_WORDS
    | NIK_WORDS
    | ADDRESS_PARTS
    | _words("""
    ttl tetala jenis terakhir ijazah jenjang tingkat jurusan umur usia agama status hasil
    kelulusan lulus tidak akhir nilai paraf ttd tangan email surel pekerjaan asal non umum
    ya ragam penyandang kebutuhan khusus berkebutuhan tinggal rumah aktif bisa dihubungi
    dd mm yyyy yy hari dst ukuran baju foto bulan tahun tempat hanya sekolah ayah ibu wali
    gol darah kawin perkawinan prov kode kompeten belum mengundurkan diri l p c wib
    pre post pos awal pertemuan efektif tingkat sakit izin ijin alpa alpha s i a h
    """)
)
DATE_PIECES = {"hari": "birth_day", "bulan": "birth_month", "tahun": "birth_year"}
BIRTH_PARTS = ("birth", "birth_place", "birth_date", "birth_day", "birth_month", "birth_year")
KEY_FIELDS = frozenset({"nik", "sex", "sex_male", *BIRTH_PARTS})
# What a cell is called in a fault when the sheet has no such column.
USUAL_HEADERS = {
    "name": "NAMA",
    "nik": "NIK",
    "sex": "L/P",
    "birth_place": "TEMPAT LAHIR",
    "birth_date": "TANGGAL LAHIR",
    "education": "PENDIDIKAN",
    "address": "ALAMAT",
    "phone": "NO HP",
    "disability": "DISABILITAS",
    "is_santri": "SANTRI",
    "result": "HASIL",
    "attendance": "KEHADIRAN (%)",
    "pre_test": "PRE TEST",
    "post_test": "POST TEST",
    "remark": "KETERANGAN",
}
# Of workbooks that the portal makes of rows to mend: which row it is, and what is wrong with it.
MENDING_KEY, MENDING_NOTE = "KODE PERBAIKAN", "YANG PERLU DIPERBAIKI"


def _word(word: str) -> str:
    if _is_known(word) or len(word) < 5:
        return SAME.get(word, word)
    close = get_close_matches(word, WORTH_MENDING, n=1, cutoff=0.82)
    return SAME.get(close[0], close[0]) if close else word


@lru_cache(maxsize=2048)
def header_words(text: str) -> tuple[str, ...]:
    """A header as plain words: case, signs, abbreviations and small slips evened out."""
    words = WORD.findall(HYPHENATED.sub("", plain(text).casefold()))
    if len(words) > 2 and all(len(word) == 1 for word in words):
        words = ["".join(words)]
    return tuple(_word(part) for word in words for part in _unglued(word))


def _unglued(word: str) -> tuple[str, ...]:
    """Two header words written as one, such as NamaLengkap or NOKTP."""
    if len(word) < 4 or _is_known(word):
        return (word,)
    for cut in range(len(word) - 2, 1, -1):
        if _is_known(word[:cut]) and _is_known(word[cut:]):
            return word[:cut], word[cut:]
    return (word,)


def _is_known(word: str) -> bool:
    return word in SAME or word in HEADER_WORDS


@lru_cache(maxsize=2048)
def field_of(parts: tuple[str, ...]) -> str | None:
    """The field for which a header stands, given its cells from the top down."""
    words = [word for part in parts for word in header_words(part)]
    seen = set(words)
    last = set(header_words(parts[-1]))
    if not seen or len(words) > 16:
        return "number" if parts[0].strip() == "#" else None
    if field := _birth_field(set(words_above(parts)), last):
        return None if seen & OTHER_PEOPLE else field
    if seen & OTHER_PEOPLE and not seen <= NAME_WORDS | NIK_WORDS:
        return None
    for field, test in FIELD_TESTS:
        if test(seen, last):
            return field
    # Words of its own after the NIK: taken for it where no other column is.
    return "nik_like" if words[0] == "nik" or words[:3] == NIK_IN_FULL else None


def words_above(parts: tuple[str, ...]) -> list[str]:
    return [word for part in parts[:-1] for word in header_words(part)]


def _birth_field(above: set[str], last: set[str]) -> str | None:
    """Place, date, both, or a piece of the date; `last` is the lowest of the header's cells."""
    if len(last & {"tanggal", "bulan", "tahun", "dd", "mm", "yyyy", "hari"}) > 1 and above:
        # A hint how to write the date, such as (dd/mm/yyyy), under the heading proper.
        above, last = set(), above if "tempat" in above else above | {"tanggal"}
    seen = above | last
    if not seen & {"lahir", "ttl", "tetala", "dob"}:
        return None
    if "tempat" in last and "tanggal" not in last:
        return "birth_place"
    if above & {"lahir", "ttl", "tetala"} or {"tempat", "tanggal"} <= above:
        for word, piece in DATE_PIECES.items():
            if word in last:
                return piece
        if "tanggal" in last and "tempat" not in last:
            return "birth_date"
    place, day = seen & {"tempat", "kab", "kota"}, seen & {"tanggal", "dob"}
    if (place and day) or seen & {"ttl", "tetala"}:
        return "birth"
    if place:
        return "birth_place"
    return "birth_year" if "tahun" in seen and not day else "birth_date" if day else None


def _is_name(seen: set[str], last: set[str]) -> bool:
    if seen & OF_BODIES and not seen & OF_PERSONS:
        return False
    return ("nama" in seen and seen <= NAME_WORDS) or seen in ({"peserta"}, {"siswa"})


def _is_nik(seen: set[str], last: set[str]) -> bool:
    named = seen & {"nik", "kependudukan"} or ("ktp" in seen and "alamat" not in seen)
    # An example of a number in the heading says nothing of its own.
    words = {word for word in seen if not word.isdigit()}
    return bool(named or {"no", "identitas"} <= seen) and words <= NIK_WORDS


def _is_sex(seen: set[str], last: set[str]) -> bool:
    short = "kel" in seen and seen & {"jenis", "jns", "jen", "j"}
    named = "kelamin" in seen or short or {"l", "p"} <= seen or seen == {"j", "k"}
    return bool(named) and not seen & {"jumlah", "alamat", "desa"}


COUNTS = {"jumlah", "hari", "pertemuan", "kali", "h"}
ATTENDED_WORDS = COUNTS | {
    "kehadiran", "persentase", "tingkat", "rata", "peserta", "siswa", "santri", "pelatihan", "dari",
    "nilai", "dalam",
}  # fmt: skip
HELD_WORDS = {"jumlah", "hari", "pertemuan", "pelatihan", "efektif", "kali"}
SCORE_WORDS = {"nilai", "hasil", "pre", "post", "pos", "tes", "awal", "akhir", "peserta"}


def _is_attendance(seen: set[str], last: set[str]) -> bool:
    """How often somebody came, in percent or days; not each day, nor why somebody stayed away."""
    words = {word for word in seen if not word.isdigit()}
    return "kehadiran" in seen and words <= ATTENDED_WORDS and not (last and last <= DIGITS)


def _is_days_attended(seen: set[str], last: set[str]) -> bool:
    return _is_attendance(seen, last) and bool(seen & COUNTS) and "persentase" not in seen


def _is_days_held(seen: set[str], last: set[str]) -> bool:
    named = seen & {"jumlah", "efektif", "pelatihan"} and seen & {"hari", "pertemuan"}
    return bool(named or seen == {"pertemuan"}) and seen <= HELD_WORDS


def _is_test(seen: set[str], *names: str) -> bool:
    words = {word for word in seen if not word.isdigit()}
    return "tes" in words and bool(words & set(names)) and words <= SCORE_WORDS


FIELD_TESTS = (
    ("mending_key", lambda seen, last: seen == {"kode", "perbaikan"}),
    ("mending_note", lambda seen, last: seen == {"yang", "perlu", "diperbaiki"}),
    ("name", _is_name),
    ("nik", _is_nik),
    ("days_attended", _is_days_attended),
    ("attendance", _is_attendance),
    ("days_held", _is_days_held),
    ("pre_test", lambda seen, last: _is_test(seen, "pre", "awal")),
    ("post_test", lambda seen, last: _is_test(seen, "post", "pos", "akhir")),
    ("sex_male", lambda seen, last: last == {"l"}),
    ("sex_female", lambda seen, last: last == {"p"}),
    ("sex", _is_sex),
    ("phone", lambda seen, last: "telepon" in seen and not seen & OTHER_BODIES),
    (
        "disability",
        lambda seen, last: "disabilitas" in seen or {"kebutuhan", "khusus"} <= seen
        or "berkebutuhan" in seen,
    ),
    (
        "address",
        lambda seen, last: bool(seen & ADDRESS_PARTS) and not seen & {"email", "surel"}
        and not seen & OTHER_BODIES and "nama" not in seen,
    ),
    (
        "education",
        lambda seen, last: ("pendidikan" in seen or {"ijazah", "terakhir"} <= seen
        or "jenjang" in seen) and not seen & {"no", "tahun"} and not seen <= {"jurusan"},
    ),
    ("result", lambda seen, last: bool(seen & {"hasil", "kelulusan"}) or {"lulus", "status"} <= seen
        or {"lulus", "tidak"} <= seen),
    ("is_santri", lambda seen, last: "santri" in seen),
    ("remark", lambda seen, last: seen == {"keterangan"}),
    ("number", lambda seen, last: seen <= {"no", "urut", "nr", "absen", "baris"}),
    ("place_only", lambda seen, last: seen == {"tempat"}),
    ("date_only", lambda seen, last: seen == {"tanggal"}),
)  # fmt: skip


class RosterVocabulary:
    """How a roster's header is told from everything else on the sheet."""

    @staticmethod
    def field_of(parts: tuple[str, ...]) -> str | None:
        return field_of(parts)

    @staticmethod
    def names_the_subject(text: str) -> bool:
        lower = text.lower().replace(" ", "")
        if not any(hint in lower for hint in ("nam", "nm", "pese", "siswa")):
            return False
        return field_of((clean(text),)) == "name"

    @staticmethod
    def is_header_row(texts: Sequence[str]) -> bool:
        """Nothing but header words, and not the marks L or P of one single person."""
        marks = {text.strip(" .()").casefold() for text in texts}
        if len(marks) == 1 and marks <= {"l", "p", "lk", "pr"}:
            return False
        return all(_is_heading(text) for text in texts)

    @staticmethod
    def is_table(fields: set[str]) -> bool:
        return "name" in fields and bool(fields & (KEY_FIELDS | {"place_only", "date_only"}))


@lru_cache(maxsize=4096)
def _is_heading(text: str) -> bool:
    if text == "%":
        return True
    words = header_words(text[:120])
    return any(word.isalpha() for word in words) and all(
        word in HEADER_WORDS or word == "16" for word in words
    )
