//! The words of the letters that the town sends in the practice room.

/// Subject of the ordinary letter.
pub const ORDINARY_SUBJECT: &str = "Kewaspadaan Demam Berdarah Dengue Musim Hujan";
/// Its gist, as the sender's system wrote it.
pub const ORDINARY_SUMMARY: &str =
    "Kasus demam berdarah naik di Lembahsari dan Karangsuji; mohon pemeriksaan jentik dan laporan setiap hari.";
/// The head of its paper.
pub const ORDINARY_HEAD: &str = "PEMERINTAH KOTA TIRTASARI - SEKRETARIAT DAERAH";
/// The lines of its paper.
pub const ORDINARY_LINES: [&str; 4] = [
    "Kepada Yth. para kepala perangkat daerah",
    "Kasus demam berdarah naik di Lembahsari dan Karangsuji.",
    "Mohon pemeriksaan jentik, penyiapan abate, dan laporan setiap hari.",
    "Surat ini rekaan untuk ruang latihan.",
];

/// Subject of the secret letter.
pub const SECRET_SUBJECT: &str = "Pemeriksaan Khusus";
/// The head of its paper.
pub const SECRET_HEAD: &str = "RAHASIA - PEMERINTAH KOTA TIRTASARI";
/// The lines of its paper.
pub const SECRET_LINES: [&str; 3] =
    ["Kepada Yth. Inspektur Daerah", "Isi surat ini hanya ada di kertas.", "Surat ini rekaan untuk ruang latihan."];
