"""The kinds of papers of the programme, and from which step each is asked.

No public source lists them: the kinds follow what guidelines and reports mention, the steps are
common practice. Both are proposals that the ministry edits in the administration.
"""

from dataclasses import dataclass

from institutions.lifecycle import InstitutionStatus as Status


@dataclass(frozen=True)
class PaperRow:
    """A kind of paper; `asked_from` is empty for one that is never owed by itself.

    holds_names: only those who may see participants' names see papers of this kind.
    """

    code: str
    name: str
    asked_from: str = ""
    expires: bool = False
    holds_names: bool = False


# Never asked of an institution: it belongs to a cohort, and is uploaded there.
CONSENT = PaperRow("persetujuan-wali", "Persetujuan wali", holds_names=True)

PAPERS = (
    PaperRow("proposal", "Proposal", Status.PROPOSED),
    PaperRow("akta-yayasan", "Akta yayasan atau badan hukum", Status.PROPOSED),
    PaperRow("npwp", "NPWP", Status.PROPOSED),
    PaperRow("sertifikat-tanah", "Sertifikat tanah atau wakaf", Status.VERIFIED),
    PaperRow("sk-penetapan", "SK penetapan", Status.DETERMINED),
    PaperRow("pkb", "Perjanjian Kerja Bersama (PKB)", Status.SIGNED),
    PaperRow("foto-kemajuan", "Foto kemajuan pembangunan"),
    PaperRow("sp2d", "SP2D"),
    PaperRow("bast-bangunan", "BAST bangunan", Status.BUILT),
    PaperRow("foto-bangunan", "Foto bangunan", Status.BUILT),
    PaperRow("bast-peralatan", "BAST peralatan", Status.OPERATIONAL),
    PaperRow("sertifikat-instruktur", "Sertifikat instruktur", Status.OPERATIONAL),
    PaperRow("lpj", "Laporan pertanggungjawaban (LPJ)", Status.OPERATIONAL),
    PaperRow("bukti-setor", "Bukti setor pengembalian dana"),
    PaperRow("izin-lpk", "Izin LPK", Status.INDEPENDENT, expires=True),
    PaperRow("akreditasi", "Sertifikat akreditasi", expires=True),
    PaperRow("laporan-kunjungan", "Laporan kunjungan"),
    PaperRow("penilaian-kemandirian", "Penilaian kemandirian", Status.INDEPENDENT),
    PaperRow("perjanjian-kemitraan", "Perjanjian kemitraan", expires=True),
    PaperRow("bukti-inkubator", "Bukti kriteria inkubator"),
    PaperRow("keputusan-seleksi", "Keputusan seleksi inkubator"),
    CONSENT,
    PaperRow("lainnya", "Dokumen lain"),
)
