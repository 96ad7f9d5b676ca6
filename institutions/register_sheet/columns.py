"""The headers of a list of institutions as offices write them, and the fields they stand for."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import permutations

from blk_portal.sheets.cells import plain

# What a cell is called in a fault and in a workbook to mend, in the order of its columns.
USUAL_HEADERS = {
    "code": "KODE PORTAL",
    "vin": "VIN",
    "name": "NAMA LEMBAGA",
    "owner": "YAYASAN/PEMILIK",
    "tax_number": "NPWP",
    "nspp": "NSPP",
    "npsn": "NPSN",
    "host_type": "JENIS LEMBAGA",
    "region_code": "KODE WILAYAH",
    "province": "PROVINSI",
    "regency": "KAB/KOTA",
    "office": "UPTP",
    "field": "KEJURUAN",
    "year": "TAHUN ANGGARAN",
    "status": "STATUS",
    "pkb_number": "NOMOR PKB",
    "pkb_on": "TANGGAL PKB",
    "built_on": "TANGGAL BAST",
    "opened_on": "TANGGAL OPERASIONAL",
    "address": "ALAMAT",
    "contact_name": "NARAHUBUNG",
    "contact_phone": "TELEPON",
}
# Of workbooks that the portal makes of refused rows.
ROW_HEADER, NOTE_HEADER = "NO BARIS", "YANG PERLU DIPERBAIKI"

SPELLINGS = {
    "code": """kodeportal kodeblkk kodelembaga kodeblk kode code idportal idlembaga idblkk""",
    "vin": "vin novin nomorvin kodevin vinlembaga nomorindukvokasi",
    "name": """nama name namalembaga namablkk namablk namablkkomunitas lembaga blkk blkkomunitas
        namalpk namalembagapenerima lembagapenerima penerima penerimabantuan namapenerima
        namapenerimabantuan namalembagablkk namabalailatihankerja namainstitusi institusi""",
    "owner": """yayasan namayayasan pemilik namapemilik yayasanpemilik pemilikyayasan badanhukum
        namabadanhukum yayasanpenyelenggara penyelenggara lembagainduk indukorganisasi
        ponpes namaponpes pesantren namapesantren namapondokpesantren namayayasanpemilik""",
    "tax_number": "npwp nonpwp nomornpwp npwpyayasan npwplembaga nomorpokokwajibpajak",
    "nspp": "nspp nonspp nomornspp nomorstatistikpondokpesantren statistikpesantren nsppnsm",
    "npsn": "npsn nonpsn nomornpsn nomorpokoksekolahnasional",
    "host_type": """jenislembaga jenis tipe tipelembaga kategori kategorilembaga jenispenerima
        bentuklembaga unsurlembaga unsur jenisbadan""",
    "region_code": """kodewilayah kodekabkota kodekabupatenkota kodekab kodekabupaten
        kodekemendagri kodedaerah kodewilayahkemendagri kodebps kodekabkotakemendagri kdwilayah""",
    "province": "provinsi prov propinsi namaprovinsi namaprov province",
    "regency": """kabkota kabupatenkota kabupaten kab kota kotakabupaten kotakab kabataukota
        kabupatenataukota namakabkota namakabupatenkota namakabupaten daerah""",
    "office": """uptp uptpp namauptp pembina uptppembina balai balaipembina bpvp bbpvp bbpvpbpvp
        dibinaoleh uptppembimbing satpel""",
    "field": """kejuruan bidang bidangkejuruan kejuruanblkk jurusan kejuruanpelatihan namakejuruan
        bidangpelatihan kodekejuruan vocationalfield""",
    "year": """ta tahun thn tahunanggaran thnanggaran tahunta tahunpembangunan tahunprogram
        tahunbantuan tahunanggaranta budgetyear""",
    "status": "status statuslembaga statusblkk posisi statusterakhir keadaan",
    "pkb_number": """pkb nopkb nomorpkb noperjanjian nopks nomorpks nomorperjanjian
        nomorperjanjiankerjasama noperjanjiankerjasama nomorperjanjiankerjabersama
        noperjanjiankerjabersama""",
    "pkb_on": """tanggalpkb tglpkb tanggalpks tglpks tanggalperjanjian tglperjanjian
        tanggalttdpkb tanggalpenandatangananpkb""",
    "built_on": """tanggalbast tglbast tanggalserahterima tglserahterima tanggalserahterimabangunan
        tanggalbangunanselesai""",
    "opened_on": """tanggaloperasional tgloperasional mulaioperasional tanggalmulaioperasional
        tanggalmulaipelatihan""",
    "address": "alamat almt alamatlengkap alamatlembaga alamatblkk address",
    "contact_name": """narahubung namanarahubung kontak namakontak kontakperson contactperson cp
        pic namapic penanggungjawab namapenanggungjawab pimpinan namapimpinan ketua""",
    "contact_phone": """telepon telp notelp notelepon nomortelepon hp nohp nomorhp hptelepon
        teleponhp notelphp nohpwa wa nowa whatsapp phone nohpnarahubung teleponnarahubung
        kontakhp nohpkontak notelponhp ponsel""",
    "number": "no nomor nourut nomorurut num number nmr urut #",
    "ignored": "nobaris yangperludiperbaiki",
}
FIELD_OF = {word: field for field, words in SPELLINGS.items() for word in words.split()}
# Sub-headings that mean something only below another heading, as NOMOR below PKB.
PARTIAL = frozenset(("nomor", "no", "tanggal", "tgl", "nama", "kode", "jenis"))
NEEDED_FIELDS = 3


def _key(text: str) -> str:
    kept = "".join(char for char in plain(text).casefold() if char.isalnum())
    return kept or ("#" if text.strip() == "#" else "")


def _candidates(parts: tuple[str, ...]) -> Iterator[str]:
    keys = [key for part in parts if (key := _key(part))]
    yield "".join(keys)
    for length in (2, 1):
        for chosen in permutations(reversed(keys[-3:]), length):
            yield "".join(chosen)


@lru_cache(maxsize=2048)
def field_of(parts: tuple[str, ...]) -> str | None:
    """The field for which a header stands, given its cells from the top down."""
    for key in _candidates(parts):
        if field := FIELD_OF.get(key):
            return field
        # (1) and the remark in brackets behind a heading say nothing of their own.
    bare = tuple(part.split("(")[0] for part in parts)
    return field_of(bare) if bare != parts and any(map(_key, bare)) else None


class RegisterVocabulary:
    """What the register knows of its headers."""

    @staticmethod
    def field_of(parts: tuple[str, ...]) -> str | None:
        return field_of(parts)

    @staticmethod
    def names_the_subject(text: str) -> bool:
        return field_of((text,)) == "name"

    @staticmethod
    def is_header_row(texts: Sequence[str]) -> bool:
        return all(field_of((text,)) or _key(text) in PARTIAL for text in texts)

    @staticmethod
    def is_table(fields: set[str]) -> bool:
        return "name" in fields and len(fields - {"number", "ignored"}) >= NEEDED_FIELDS
