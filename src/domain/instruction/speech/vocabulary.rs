//! Words that leave open what a clause orders, by what they do. Folded as the lexer folds.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Words of one use.
pub(in crate::domain::instruction) type Class = LazyLock<HashSet<&'static str>>;

/// Makes classes of words.
macro_rules! classes {
    ($($(#[$doc:meta])* $name:ident = $words:literal;)*) => {
        $($(#[$doc])* pub(in crate::domain::instruction) static $name: $crate::domain::instruction::speech::vocabulary::Class =
            std::sync::LazyLock::new(|| $words.split_whitespace().collect());)*
    };
}
pub(super) use classes;

classes! {
    /// Who writes.
    FIRST_PERSON = "saya kami kita";
    /// Who may be spoken of beside the posts of the directory.
    PEOPLE = "
        beliau dia ia mereka pimpinan warga dewan dprd gubernur bupati panitia pemohon staf masyarakat kementerian
        menteri presiden provinsi atasan bawahan rekanan fraksi ketua anggota bpk
    ";
    NEGATIONS = "tidak belum jangan bukan";
    /// Guesses, wishes and rumours.
    DUBIOUS = "
        mungkin barangkali sepertinya kayaknya kayanya keliatannya kelihatannya tampaknya nampaknya rasanya semoga
        moga mudahan entah cenderung condong umpama seumpama seakan seolah diduga kemungkinan kemungkinannya
        tergantung terserah percaya percayalah sumpah bimbang hampir nyaris sekiranya berharap ragu meragukan siapatahu
    ";
    /// "Sulit", in front of a verb.
    HARDLY = "sulit susah berat enggan segan mustahil agak rada setengah separuh sebagian separo";
    /// What one may be too little of.
    MISFITS = "tepat pas cocok sependapat sreg berkenan layak pantas elok bijak ideal perlu mendesak yakin setuju";
    /// What one does with a guess: "saya kira".
    MUSINGS = "kira dengar pikir rasa lihat yakin tahu duga perkirakan bayangkan pikirkan ingat";
    /// What ought to have been.
    UNMET = "seharusnya harusnya semestinya mestinya sebenarnya sebetulnya sejatinya";
    /// Beside "sudah": it is not done yet.
    PARTLY = "sebagian separuh setengah hampir nyaris mau akan separo beberapa sedikit baru ingin hendak masih";
    PLANS = "
        rencananya direncanakan rencanakan berencana merencanakan bermaksud sedianya hendak nantinya kelak niatnya
        berniat inginnya maunya pinginnya kepinginnya targetnya
    ";
    /// Requests that make an order of whatever colour the clause had.
    FIRMLY_ASKED = "mohon agar harap tolong wajib harus";
    /// What is said of somebody, not to him.
    STATES = "
        meminta ingin mau bersedia sanggup bilang mengatakan menyatakan menyebut mengusulkan usul mengajukan
        mengeluh pernah sering selalu biasanya lupa berhasil gagal katanya memerintahkan perintahkan menugaskan
        menginstruksikan instruksikan mengarahkan menyuruh suruh berpesan pesan menghendaki keberatan menunggu
        menanti berharap sempat memutuskan berjanji janji mengaku setuju memilih menginginkan
    ";
    REPORTED = "katanya konon kabarnya ujarnya menurutnya katanyasih";
    SAID = "kata bilang ujar ucap";
    PAST = "kemarin kemaren kmrn tadi barusan semalam tadinya semula awalnya dulunya pernah tempo";
    WEEKS = "minggu bulan tahun pekan hari senin selasa rabu kamis jumat sabtu waktu tanggal";
    WAITING = "menunggu tunggu menanti nunggu nantikan menantikan";
    /// "Tidak lebih dari", "jangan lupa": bounds, and no denial.
    LIMITS = "lupa sampai terlambat lewat lambat lebih lama melebihi melewati kurang hanya terkecuali";
    /// Behind a negation: the whole is taken back.
    NEVER_MIND = "yet perlu tidak jadi dulu lagi usah jangan";
    /// What colours a word and says nothing.
    PARTICLES = "ding deh dong kok sih lah ah aja saja ya kan nih tuh";
    /// "Kalau tidak perlu ..." and the like begin otherwise.
    AT_LEISURE = "kalau karena";
    /// Verbs that end something. Passives are found by their stem.
    STOPS = "
        hentikan menghentikan stop setop stopkan batalkan membatalkan batal cabut mencabut tarik hapus hapuskan
        menghapus urungkan gugurkan abaikan mengabaikan lupakan hindari cegah larang melarang tahan menahan akhiri
        sudahi bekukan anulir coret gagalkan kesampingkan tiadakan tinggalkan berhenti jeda copot henti hold cancel
    ";
    /// Behind "sudah": what ought to be, not what was.
    OBLIGED = "
        harus seharusnya semestinya saatnya waktunya perlu wajib layak sepantasnya sepatutnya selayaknya boleh bisa
        dapat
    ";
    /// Conditions beside "kalau".
    PROVIDED = "asal syaratnya syarat sepanjang selagi meski meskipun walau walaupun biarpun sekalipun kecualijika ";
    /// "Setelah disetujui".
    AFTER = "begitu setelah sesudah seusai selepas sebelum usai sehabis hingga";
    IN_THAT_CASE = "begitu demikian gitu ok oke";
    IF_NEEDED = "perlu diperlukan dibutuhkan dipandang dirasa dianggap memungkinkan";
    /// Verbs outside the catalogue that are a consequence.
    CALLS = "
        hubungi libatkan ajak undang kabari teruskan sampaikan kembalikan alihkan tanya tanyakan beri telepon kontak
        minta
    ";
    /// Polite openings and the letter itself: what may stand in front of a verdict of the writer's own.
    OPENINGS = "
        baik ya iya ok oke sip bapak ibu saya kami kita mohon maaf pada prinsip prinsipnya dengan ini hormat sangat
        amat secara usulan usul permohonan proposal pengajuan rencana konsep draft surat kegiatan hal itu tersebut
        tsb di atas untuk terkait mengenai soal perihal tentang alhamdulillah terimakasih siap jadi maka dan juga
        pun bisa dapat intinya kesimpulannya jawaban jawabannya keputusan keputusannya anggaran izin cuti sepenuhnya
        tetap undangan disposisi yth ttd oh nah terhadap tegas langsung tanpa ragu semuanya semua isi substansi
        materi jadwal tersebutlah adalah punten nuhun nggih inggih muhun insyaallah bismillah lanjut lanjutkan
    ";
    /// Between the writer's "saya" and his verdict.
    EMPHASIS = "
        juga sangat pun sepenuhnya dapat bisa pada prinsip prinsipnya tetap amat langsung dengan tegas sendiri semua
        memang sepakat dan
    ";
    /// What may stand behind a passive verdict without being the one who gave it.
    BEHIND = "
        ya untuk dengan sesuai dan tolong mohon segera usulan permohonan ini itu tersebut bapak ibu saja karena
        sebab agar atas pada dalam di ke semua semuanya seluruhnya sepenuhnya tanpa mengingat berhubung guna seperti
        sebagaimana proposal anggaran surat kegiatan rencana konsep tl lanjutkan laksanakan terimakasih harap wib
        sebagai langsung terkait yang nggih demi berdasarkan maka sehingga lanjut izin permintaan sekali banget bgt pengajuan proses
    ";
    /// Behind or before a verdict: it is none, or only half of one.
    HALF = "
        nanti tetapi tapi namun hanya cuma kecuali sebagian sementara bersyarat atau separuh setengah kurang kalau
        bahwa asal sepanjang selama menyusul menunggu tunggu belum setelah sesudah sebelum sulit susah berat agak
        rada hampir mungkin tergantung entah apa apakah meski meskipun walau walaupun jangan bukan meminta sempat
        seandainya begitu sebenarnya sebetulnya seharusnya mestinya batal kata katanya bilang menurut terlalu
        seratus akan sedang masih rencananya ingin mau
    ";
    /// Behind a verdict, in another clause: it takes part of it back.
    ADVERSATIVES = "
        tetapi tapi namun hanya cuma kecuali asal meski meskipun walau walaupun bersyarat sayangnya cuman sepanjang
        syaratnya tergantung
    ";
}

/// A correction, and the words of which one must follow.
pub(super) const CORRECTIONS: &[(&[&str], &[&str])] = &[
    (&["eh", "ehh", "maksudnya", "maksudku", "meralat"], &[]),
    (&["ralat"], &[]),
    (&["maksud"], &["saya", "kami"]),
    (&["salah"], &["ketik", "tulis", "sebut", "orang", "nama", "sebutkan", "tik", "menyebut", "menulis"]),
    (&["bukan"], &["begitu", "itu", "maksud"]),
    (&["ganti"], &["jadi", "menjadi", "ke"]),
    (&["diganti"], &["jadi", "menjadi", "ke"]),
];
