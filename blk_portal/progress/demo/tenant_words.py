"""The businesses, lessons and reasons of sample tenants."""

# Two digits, five digits, name, and whether women mostly run it.
BUSINESSES = (
    ("10", "10710", "Roti dan Kue", True),
    ("10", "10794", "Keripik Singkong", True),
    ("10", "10799", "Bumbu Pecel", True),
    ("11", "11050", "Air Kelapa Kemasan", False),
    ("13", "13134", "Batik Tulis", True),
    ("14", "14111", "Konveksi Seragam", True),
    ("14", "14131", "Busana Muslim", True),
    ("16", "16291", "Anyaman Bambu", True),
    ("18", "18111", "Sablon dan Cetak", False),
    ("25", "25111", "Las Pagar dan Kanopi", False),
    ("31", "31001", "Mebel Kayu", False),
    ("45", "45407", "Bengkel Motor", False),
    ("56", "56103", "Kedai Kopi", False),
    ("62", "62019", "Jasa Situs Web", False),
    ("95", "95220", "Servis Pendingin", False),
    ("96", "96112", "Salon Kecantikan", True),
)
GIVEN = (
    "Berkah", "Mekar", "Sumber Rejeki", "Karya Muda", "Harapan", "Barokah", "Lestari", "Mandiri",
    "Cahaya", "Tunas", "Rizki", "Sahabat",
)  # fmt: skip
LESSONS = (
    ("Menghitung harga pokok", "Daftar biaya dan harga jual baru disusun."),
    ("Pembukuan harian", "Tenant mencatat kas masuk dan keluar setiap hari."),
    ("Mengurus NIB", "Berkas lengkap; pengajuan dikirim lewat OSS."),
    ("Foto produk dan toko daring", "Sepuluh foto produk diunggah ke toko daring."),
    ("Menyusun usulan KUR", "Usulan dan arus kas siap dibawa ke bank."),
    ("Kemasan dan label halal", "Contoh kemasan dipilih; daftar bahan disiapkan."),
    ("Mencari pembeli tetap", "Dua calon pembeli dijadwalkan untuk bertemu."),
)
WITH_ALL = ("Kelas bersama: rencana usaha", "Setiap tenant menulis rencana tiga bulan.")
EXPERTISE = (
    "Pembukuan dan pajak usaha kecil", "Pemasaran daring", "Desain kemasan dan merek",
    "Pembiayaan dan KUR", "Mutu produk pangan", "Legalitas usaha", "Manajemen produksi",
)  # fmt: skip
MENTORS = (
    "Dr. Ratna Wulandari", "Bagus Prasetya, M.M.", "Siti Maryam, S.E.", "Ir. Hendra Gunawan",
    "Dewi Anggraini, M.Ds.", "Yusuf Rahman, S.T.P.", "Nur Aini, M.Ak.", "Agung Nugroho, S.H.",
)  # fmt: skip
DROPPED = (
    "Pindah ke kota lain (contoh).",
    "Bekerja di perusahaan dan menutup usahanya (contoh).",
    "Tiga bulan tidak hadir pendampingan (contoh).",
)
CLOSED = "Usaha berhenti sementara (contoh)."
