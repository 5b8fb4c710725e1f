//! Words around posts that are no part of their names, and words that begin a name.

use std::collections::HashSet;
use std::sync::LazyLock;

/// What officials put in front of a post.
pub(in crate::domain::instruction) const HONORIFICS: &[&str] = &[
    "bapak",
    "ibu",
    "kang",
    "mas",
    "mbak",
    "teh",
    "akang",
    "teteh",
    "mang",
    "sdr",
    "saudara",
    "saudari",
    "sdri",
    "yth",
    "yang",
    "terhormat",
    "h",
    "hj",
    "plt",
    "plh",
    "pj",
    "dr",
    "rekan",
    "kepada",
    "aa",
    "neng",
    "pun",
];
/// Words that begin a post or unit even where the rest of the name is unknown.
pub(super) const HEADS: &[&str] = &[
    "kadis",
    "kabid",
    "kasi",
    "kabag",
    "kasubag",
    "kasubid",
    "kaban",
    "sekdis",
    "sekban",
    "sekcam",
    "camat",
    "lurah",
    "asisten",
    "irban",
    "dinas",
    "badan",
    "bidang",
    "bagian",
    "seksi",
    "kecamatan",
    "kelurahan",
    "kapus",
    "inspektur",
    "kepala",
    "sekretaris",
    "upt",
    "uptd",
    "puskesmas",
    "direktur",
    "kanit",
    "katim",
    "kasatpol",
];
/// What stands in front of a whole kind of posts.
pub(super) const ALL: &str = "semua";

static FUNCTION_WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| WORDS.split(' ').collect());

const WORDS: &str = "dan / untuk agar mohon tolong harap segera dengan yang di ke ini itu hadir saja juga sudah belum akan sedang tidak \
    jangan besok lusa udk terkait saya kami lapor laporan bahan dulu ya nya wajib supaya batas paling setelah sebelum \
    atau kalau dapat bisa masing bersangkutan sampai oleh dari pada acc cuti sakit lagi tanggal hari senin selasa rabu \
    kamis jumat sabtu minggu sy perlu harus kepada bapak ibu langsung nanti yth sekalian terimakasih tetap luar dalam \
    teknis instansi kita tersebut lain lainnya siapa mana atas menjadi mengetahui tempat bersama sendiri serta tetapi \
    tapi karena sehingga semua wib sesuai arahan guna rangka punten nggih dong sih kok deh lambat waktu tugaskan";

/// A word that never is the proper part of a name.
pub(in crate::domain::instruction) fn is_function_word(word: &str) -> bool {
    FUNCTION_WORDS.contains(word)
}
