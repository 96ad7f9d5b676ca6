"""The words that the sample data are put together from. All names are invented."""

from datetime import date

# Stem and weight: a few stems are everywhere, as in reality.
PESANTREN_STEMS = {
    "Nurul Huda": 16, "Miftahul Ulum": 10, "Darul Ulum": 9, "Al-Hidayah": 9, "Darussalam": 8,
    "Al-Ikhlas": 7, "Al-Falah": 7, "Nurul Hikmah": 5, "Bustanul Arifin": 5, "Raudlatul Ulum": 5,
    "Mambaul Hikam": 4, "Nurul Iman": 4, "Tarbiyatul Islam": 4, "Riyadlul Jannah": 4,
    "Baitul Hikmah": 3, "Sabilul Huda": 3, "Al-Mubarok": 3, "Hidayatul Mubtadiin": 3,
    "Ihyaul Ulum": 3, "Sirojul Huda": 2, "Nurul Qur'an": 2, "Fathul Khoir": 2,
}  # fmt: skip
CHRISTIAN_STEMS = (
    "Kasih Karunia", "Terang Hidup", "Santo Fransiskus", "Imanuel", "Damai Sejahtera",
    "Santa Maria", "Bukit Sion", "Pelita Kasih", "Betania", "Tunas Harapan",
)  # fmt: skip
BALINESE_STEMS = ("Dharma Santi", "Widya Bhakti", "Saraswati Jaya", "Tri Hita Karya")
RELIGIOUS_STEMS = ("Cahaya Umat", "Bina Insani", "Wahana Bakti", "Amal Sejahtera")
UNION_STEMS = ("Mandiri", "Bersatu", "Sejahtera", "Karya Utama", "Solidaritas")
COMMUNITY_STEMS = (
    "Tani Makmur", "Pemuda Karya", "Nelayan Bahari", "Perempuan Berdaya", "Rumah Kreatif",
    "Desa Mandiri", "Bina Difabel", "Sinar Harapan",
)  # fmt: skip

# Owner, name, first and last day of holidays beyond the national calendar.
HOLIDAYS = (
    ("pesantren", "Libur akhir tahun pesantren (contoh)", date(2022, 4, 22), date(2022, 5, 13)),
    ("pesantren", "Libur maulid pesantren (contoh)", date(2022, 10, 7), date(2022, 10, 11)),
    ("pesantren", "Libur akhir tahun pesantren (contoh)", date(2023, 4, 12), date(2023, 5, 5)),
)

MALE = (
    "Ahmad", "Muhammad", "Asep", "Dadan", "Ujang", "Wawan", "Agus", "Budi", "Cecep", "Deni",
    "Eko", "Fajar", "Hasan", "Imam", "Jajang", "Khoirul", "Luthfi", "Mansur", "Nanang", "Rizki",
    "Slamet", "Taufik", "Umar", "Yusuf", "Zainal", "Iqbal", "Rafi", "Bagus", "Ilham", "Saiful",
)  # fmt: skip
FEMALE = (
    "Siti", "Dewi", "Nur", "Rina", "Lilis", "Euis", "Iis", "Neng", "Fitri", "Yuni", "Ani", "Tuti",
    "Rohmah", "Khadijah", "Zahra", "Putri", "Wulan", "Indah", "Laila", "Mimin", "Nurul", "Ratna",
    "Salma", "Tia", "Umi", "Yanti", "Aisyah", "Hanifah", "Intan", "Maya",
)  # fmt: skip
MALE_LAST = (
    "Saepudin", "Ramdani", "Setiawan", "Hidayat", "Supriatna", "Kurnia", "Priyanto", "Fauzi",
    "Maulana", "Nugraha", "Santoso", "Wibowo", "Firmansyah", "Hakim", "Ramadhan", "Gunawan",
    "Prasetyo", "Sulaiman", "Anwar", "Mustofa", "Syahputra", "Hermawan", "Iskandar", "Rohman",
)  # fmt: skip
FEMALE_LAST = (
    "Aminah", "Lestari", "Marlina", "Hasanah", "Kartika", "Suryani", "Handayani", "Komariah",
    "Rohaeti", "Alawiyah", "Oktaviani", "Rahmawati", "Fadilah", "Safitri", "Wulandari", "Maulida",
    "Khoiriyah", "Anggraini", "Puspita", "Nurjanah", "Permatasari", "Azizah", "Solihah", "Utami",
)  # fmt: skip
CHRISTIAN_MALE = ("Yohanes", "Petrus", "Markus", "Stefanus", "Yakob", "Daniel", "Andreas", "Paulus")
CHRISTIAN_FEMALE = ("Maria", "Marta", "Ester", "Yuliana", "Debora", "Kristina", "Agnes", "Rut")
CHRISTIAN_LAST = (
    "Wanma", "Lero", "Tani", "Mando", "Rumbi", "Kore", "Manek", "Lasut", "Tumbel", "Sinar",
    "Batu", "Waromi", "Nahak", "Pelu", "Kaban",
)  # fmt: skip
BALINESE_MALE = ("I Wayan", "I Made", "I Nyoman", "I Ketut")
BALINESE_FEMALE = ("Ni Wayan", "Ni Made", "Ni Nyoman", "Ni Ketut")
BALINESE_LAST = ("Sudarta", "Adnyana", "Suastika", "Mertayasa", "Suarniti", "Widiantari", "Parwata")

# Vocational field: weight among institutions, and its programmes with their hours.
FIELDS: dict[str, tuple[int, tuple[tuple[str, int], ...]]] = {
    "FAS": (18, (("Menjahit Dasar", 160), ("Tata Busana", 180))),
    "TIK": (20, (("Desain Grafis", 160), ("Operator Komputer", 140), ("Pemrograman Web", 180))),
    "OTO": (12, (("Servis Sepeda Motor", 160), ("Tune-up Mobil", 160))),
    "TPA": (10, (("Pengolahan Hasil Pertanian", 140), ("Pembuatan Roti dan Kue", 140))),
    "LAS": (8, (("Las SMAW 3G", 180), ("Las Dasar", 160))),
    "LIS": (5, (("Instalasi Listrik Rumah", 160),)),
    "ELK": (4, (("Perbaikan Perangkat Elektronika", 160),)),
    "BSM": (4, (("Administrasi Perkantoran", 140),)),
    "PAR": (4, (("Barista", 140), ("Tata Boga", 160))),
    "REF": (3, (("Teknisi AC", 160),)),
    "TAN": (3, (("Budidaya Sayuran", 140),)),
    "BHS": (3, (("Bahasa Inggris untuk Kerja", 140),)),
    "IKR": (2, (("Kerajinan Rotan", 140),)),
    "KON": (2, (("Tukang Bangunan", 160),)),
    "KEC": (2, (("Tata Rias", 140),)),
    "MKP": (1, (("Perawatan Alat Mesin Pertanian", 160),)),
    "TER": (1, (("Budidaya Ayam", 140),)),
    "IKN": (1, (("Budidaya Lele", 140),)),
    "MAN": (1, (("Operator Mesin Bubut", 180),)),
}
# The share of women in fields where it is far from half.
SHARE_OF_WOMEN = {"FAS": 0.84, "LAS": 0.08, "OTO": 0.06, "LIS": 0.1, "REF": 0.08, "KON": 0.06,
                  "KEC": 0.92, "TPA": 0.72, "PAR": 0.6, "MAN": 0.08, "MKP": 0.12}  # fmt: skip

REJECTED = (
    "Lahan belum bersertifikat atas nama yayasan.",
    "Berkas legalitas tidak lengkap sampai batas waktu.",
    "Hasil verifikasi lapangan: lokasi tidak dapat dijangkau kendaraan pengangkut peralatan.",
)
WITHDREW = (
    "Pengurus yayasan memilih memusatkan kegiatan pada pendidikan formal.",
    "Lahan dipakai untuk perluasan asrama.",
)
CANCELLED = (
    "Pembangunan tidak dimulai sampai batas waktu perjanjian.",
    "Sengketa lahan; dana dikembalikan ke kas negara.",
    "Lokasi pembangunan berbeda dari perjanjian.",
)
RETURNED = (
    "Mohon jelaskan dasar kelulusan dua peserta yang mengundurkan diri sebelum ujian.",
    "Nama tiga peserta berbeda dari daftar hadir. Cocokkan dengan KTP, lalu kirim kembali.",
    "Tanggal lahir beberapa peserta sama persis. Mohon diperiksa dengan dokumen asli.",
    "Hasil akhir belum sesuai dengan berita acara ujian. Mohon diperbaiki.",
)
# What reviewers flag: the column, and what is wrong in it.
FLAGS = (
    ("result", "Hasil berbeda dari berita acara ujian. Cocokkan, lalu perbaiki atau jelaskan."),
    ("birth_date", "Tanggal lahir berbeda dari ijazah. Periksa dokumen aslinya."),
    ("name", "Ejaan nama berbeda dari daftar hadir. Cocokkan dengan KTP."),
)
# The same of a report beside the closing report: its kind, the column, what is wrong.
LATER_FLAGS = (
    ("opening", "birth_place", "Tempat lahir berbeda dari KTP. Periksa dokumen aslinya."),
    ("placement_3", "outcome", "Alumni menyampaikan hal lain lewat telepon. Tanyakan lagi."),
)
REOPENED = (
    "Hasil satu peserta tertukar; laporan dibuka kembali atas permintaan lembaga.",
    "Pemeriksaan menemukan satu peserta tidak hadir; laporan dibuka kembali untuk diperbaiki.",
)
STRUCK_OFF = (
    "Pengelola penuh waktu tidak ada saat validasi.",
    "Ruang tenant belum tersedia sampai batas waktu validasi.",
)
EVIDENCE_REFUSED = "Scan tidak terbaca; unggah kembali dengan seluruh halaman."
CO_ASSESSORS = ("", "", "Pejabat Dinas setempat (contoh)", "Asesor LSP (contoh)")
EVIDENCE = (
    "Dokumen asli diperlihatkan saat penilaian (contoh).",
    "Dilihat di tempat dan difoto (contoh).",
    "Salinan diserahkan pengelola (contoh).",
    "Wawancara dengan pengelola dan instruktur (contoh).",
)
FINDINGS = (
    "Pelatihan berjalan sesuai jadwal; peralatan terawat.",
    "Dua mesin belum dipasang karena daya listrik kurang.",
    "Daftar hadir lengkap; buku inventaris belum diperbarui.",
    "Ruang teori dipakai untuk kegiatan lain saat kunjungan.",
)
FOLLOW_UPS = (
    "Perbarui buku inventaris dan kirim salinannya.",
    "Ajukan penambahan daya listrik.",
    "Lengkapi papan nama dan jalur evakuasi.",
    "Susun jadwal pemakaian ruang teori.",
)
DONE = "Sudah dikerjakan; foto tersedia di lembaga."
PARTNERS = (
    ("bank", "Bank Nusantara Sejahtera", True),
    ("ministry_unit", "Direktorat Pemasaran Hasil Pelatihan", True),
    ("other_ministry", "Kementerian Usaha Rakyat", True),
    ("university", "Universitas Bumi Pertiwi", True),
    ("industry", "Asosiasi Garmen Priangan", True),
    ("bank", "Bank Pembangunan Daerah Sentosa", True),
    ("industry", "PT Otomotif Karya Bersama", True),
    ("university", "Politeknik Cahaya Negeri", True),
    ("other", "Yayasan Sahabat Wirausaha", True),
    ("industry", "Koperasi Pengolah Hasil Laut", False),
)
PURPOSES = (
    "Pembiayaan usaha alumni pelatihan.",
    "Pendampingan wirausaha oleh dosen dan praktisi.",
    "Penyerapan hasil produksi dan penempatan alumni.",
    "Angkatan pelatihan dengan dana tanggung jawab sosial perusahaan.",
)
OTHER_HELP = "Seminar kewirausahaan untuk alumni."
