//! Every phrase by which officials type an instruction, separated by semicolons.
//!
//! Passive forms ("ditindaklanjuti") and abbreviations are folded by the lexer and need no phrase of their own.

use super::catalogue::InstructionCode as I;

/// The common list.
pub(super) const PHRASES: &[(I, &str)] = &[
    (
        I::ForInformation,
        "udk; untuk diketahui; untuk diketahui dan diperhatikan; untuk diketahui/diperhatikan; ketahui; maklum; \
         untuk maklum; untuk menjadi maklum; sebagai informasi; untuk informasi; fyi; ketahui dan file; \
         untuk menjadi periksa; sebagai bahan informasi; harap maklum",
    ),
    (
        I::ForAttention,
        "untuk perhatian; untuk menjadi perhatian; perhatikan; untuk diperhatikan; jadi perhatian; mohon perhatian; mohon perhatiannya; atensi; jadi atensi; \
         menjadi atensi; menjadi perhatian; udp",
    ),
    (
        I::FollowUp,
        "tindaklanjuti; untuk ditindaklanjuti; proses lebih lanjut; proses lanjut; untuk proses lebih lanjut; \
         tindaklanjut; untuk tindaklanjut; follow up; fu; tangani; tindaklanjuti sesuai arahan",
    ),
    (
        I::Complete,
        "selesaikan; tuntaskan; untuk penyelesaian; proses selesai; proses sampai selesai; bereskan; \
         untuk diselesaikan",
    ),
    (
        I::ProcessPerRules,
        "proses sesuai ketentuan; proses sesuai prosedur; proses sesuai peraturan; proses sesuai aturan; \
         proses sesuai ketentuan yang berlaku; proses sesuai sop; tindaklanjuti sesuai ketentuan; proses; \
         proses sesuai peraturan yang berlaku; selesaikan sesuai ketentuan; laksanakan sesuai ketentuan; \
         tindaklanjuti sesuai ketentuan yang berlaku",
    ),
    (
        I::Execute,
        "laksanakan; laksanakan dan laporkan; laksanakan/laporkan; kerjakan; jalankan; eksekusi; lakukan; \
         untuk dilaksanakan",
    ),
    (
        I::Attend,
        "hadiri; hadir; untuk dihadiri; ikut hadir; ikuti; hadiri rapat; menghadiri; ikuti acara; datang; \
         bisa hadir",
    ),
    (
        I::Represent,
        "wakili; hadiri/wakili; hadiri atau wakili; wakili/hadiri; wakili dan laporkan; wakilkan; wakilkan ke; \
         wakilkan kepada; mewakili saya; hadir mewakili; hadir mewakili saya; hadiri mewakili; hadiri dan wakili; \
         wakili saya; mewakili; hadiri mewakili saya; untuk mewakili; hadiri/mewakili",
    ),
    (I::Schedule, "jadwalkan; agendakan; rapatkan; jadwalkan rapat; agendakan rapat; masukkan agenda; undang rapat"),
    (
        I::PrepareMaterial,
        "siapkan; siapkan bahan; persiapkan; siapkan data; siapkan materi; siapkan paparan; bahan sambutan; \
         siapkan bahan sambutan; siapkan sambutan; buat bahan; buatkan bahan; susun bahan; buat paparan; \
         siapkan bahan/data; persiapkan bahan; sediakan bahan; sediakan data; buat sambutan; siapkan dokumen",
    ),
    (
        I::DraftReply,
        "jawab; balas; buat konsep balasan; konsep balasan; siapkan konsep balasan; pelajari dan konsep balasan; \
         siapkan jawaban; siapkan balasan; buat balasan; buat jawaban; buat konsep jawaban; konsep jawaban; \
         siapkan konsep jawaban; buat konsep surat balasan; konsep surat balasan; buat surat balasan; \
         buat surat jawaban; siapkan surat balasan; siapkan surat jawaban; siapkan konsep surat balasan; \
         draft balasan; buat draft balasan; siapkan draft balasan; draft jawaban; buat draft jawaban; \
         siapkan draft jawaban; jawab suratnya; balas suratnya; konsepkan balasan; konsepkan jawaban; \
         konsepkan surat balasan; buat konsep; siapkan konsep; konsepkan; siapkan draft; buat draft",
    ),
    (
        I::Coordinate,
        "koordinasikan; koordinasi; konfirmasikan; konfirmasi; koordinasikan/konfirmasikan; koordinasi/konfirmasi; \
         koordinasikan dan konfirmasikan; untuk koordinasi",
    ),
    (
        I::Study,
        "telaah; teliti; pelajari; cermati; kaji; telaah dan laporkan; teliti dan cermati; teliti dan laporkan; \
         pelajari dan laporkan; kaji dan laporkan; telaah/laporkan; telaah staf; buat telaahan; \
         buat telaahan staf; buat kajian; siapkan telaahan; siapkan kajian; pelajari dan telaah; teliti/pelajari; \
         teliti dan pelajari",
    ),
    (
        I::GiveOpinion,
        "saran; pendapat; tanggapan; tanggapan dan saran; saran dan pendapat; saran/pendapat; saran dan tanggapan; \
         teliti dan pendapat; teliti & pendapat; ajukan saran; beri saran; beri pendapat; beri tanggapan; \
         berikan saran; berikan pendapat; berikan tanggapan; beri masukan; berikan masukan; saran dan masukan; \
         tanggapi; pendapat dan saran; saran pendapat; mohon saran; mohon pendapat; mohon tanggapan; \
         minta pendapat; minta saran; minta tanggapan",
    ),
    (
        I::DiscussWithMe,
        "bicarakan dengan saya; diskusikan dengan saya; menghadap saya; menghadap; bahas dengan saya; temui saya; \
         hadap saya; bicarakan sama saya; ketemu saya",
    ),
    (I::DiscussTogether, "bahas bersama; bicarakan bersama; diskusikan bersama; diskusikan; bahas; bicarakan"),
    (
        I::CorrectAndSign,
        "koreksi; perbaiki; sesuai catatan; paraf; tandatangani; koreksi dan paraf; paraf dan tandatangani; \
         perbaiki sesuai catatan; revisi; koreksi/paraf; perbaiki dan paraf; koreksi, paraf, tandatangani",
    ),
    (
        I::Monitor,
        "ikuti perkembangan; ikuti perkembangannya; pantau; monitor; pantau perkembangan; laporkan perkembangan; \
         laporkan perkembangannya; monitoring; pantau dan laporkan; kawal; lapor perkembangan; pantau terus",
    ),
    (
        I::ReportBack,
        "laporkan; lapor; laporkan hasil; lapor hasil; tunggu laporan; nantikan laporan; ada laporan; \
         buat laporan; buatkan laporan; kirim laporan; kirimkan laporan; sampaikan laporan; sampaikan hasil; \
         tunggu hasil; beri laporan; berikan laporan; kabari saya; kabari hasil; kabari; laporkan ke saya; \
         laporkan kepada saya; lapor ke saya; lapor saya; laporan ke saya; laporan kepada saya; siapkan laporan; \
         tunggu kabar",
    ),
    (I::Circulate, "edarkan; sebarkan; sebarluaskan; untuk diedarkan; edarkan ke semua; share; teruskan ke semua staf"),
    (
        I::Consider,
        "pertimbangkan; bahan pertimbangan; sebagai bahan pertimbangan; untuk dipertimbangkan; \
         untuk bahan pertimbangan",
    ),
    (I::Accommodate, "akomodir; akomodasi; fasilitasi"),
    (I::UseAsGuideline, "jadikan pedoman; pedomani; sebagai pedoman; untuk dipedomani; untuk pedoman; jadikan acuan"),
    (
        I::Check,
        "cek; periksa; adakan pengecekan; lakukan pengecekan; cek lapangan; cek ke lapangan; crosscheck; \
         cross check; kroscek; tinjau; tinjau lapangan; survei; verifikasi",
    ),
    (I::Remind, "ingatkan"),
    (I::Defer, "tunda; tunda pelaksanaan; tunda dulu; tangguhkan; pending; pending dulu"),
    (
        I::File,
        "arsip; arsipkan; file; simpan; catat; datakan; catat/datakan; simpan/arsip; simpan dan arsipkan; \
         untuk arsip; arsip saja; untuk diarsipkan; file saja; filekan",
    ),
    (
        I::Approve,
        "setuju; setujui; acc; acc/maklum; acc dan maklum; menyetujui; approve; approved; izinkan; ijinkan; \
         kabulkan; pada prinsipnya setuju",
    ),
    (
        I::Reject,
        "tolak; menolak; tidak setuju; tidak setujui; tidak dapat setujui; tidak bisa setujui; tidak acc; \
         tidak izinkan; tidak kabulkan; tidak dapat kabulkan; tidak dapat menyetujui; \
         tidak menyetujui; tidak bisa acc",
    ),
];
