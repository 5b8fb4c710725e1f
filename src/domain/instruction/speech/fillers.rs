//! Words that change nothing where they stand: the only ones that a plain order has in front of its verb.

use super::vocabulary::classes;

/// Whether a word is a bare number.
pub(super) fn is_figure(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

classes! {
    /// Between who is ordered and what he should do, or before both. Negations, "akan", "sudah", conditions and questions are
    /// weighed by rules of their own.
    FILLERS = "
        untuk agar mohon tolong harap segera yang saja aja juga jg dulu dahulu ya yah nya wajib harus perlu dapat bisa langsung
        tetap sekalian cukup ikut turut sendiri semua ini itu tersebut tsb meminta diminta dimintakan tugaskan ditugaskan
        menugaskan ditugasi tunjuk menunjuk ditunjuk perintahkan diperintahkan memerintahkan instruksikan diinstruksikan arahkan
        diarahkan saya kami kita bapak ibu kang mas mbak teh akang bang om tante pun nih dong deh sih hendaknya hendaklah
        sebaiknya baiknya seyogyanya seyogianya lebih terlebih biar biarlah biarkan please pls plis kindly dan / atau maka lalu
        kemudian selanjutnya seterusnya nggih inggih punten kembali bantu dibantu membantu berdua bertiga bersama secepatnya
        sesegera secepat berkenan dimohonkan kesediaan kesediaannya perkenan perkenannya yth sdr saudara saudari sdri sudah akan sedang masih kalau setelah
        sesudah sebelum setelahnya
        apa apakah dll dkk wr wb rekan sekaligus serentak minta teruskan sampaikan kembalikan alihkan naikkan
        h hj ir dr drs dra st se sh mt msi mm skom baik sebisa sedapat kalian anda njenengan panjenengan sampeyan
        sementara sedangkan adapun hari sebagaimanamestinya
    ";
    /// Before anybody is named.
    GREETINGS = "
        selamat assalamualaikum assalamu assalam assalaamualaikum alaikum wassalam waalaikumsalam wa alaikumsalam warahmatullahi
        warahmatullah wabarakatuh wb wr salam sejahtera hormat halo hai hallo hello hi dear sampurasun rampes nuwun sewu shalom
        swastyastu baik baiklah siap ok oke okay sip iya nah oh jadi begitu demikian gitu izin maaf permisi bismillah terhormat bos boss ndan komandan admin kurir min kepada all 86 mantap sehat disposisi
        arahan pagi siang sore malam petang
    ";
    /// Who goes along with somebody who is named.
    TEAM = "staf stafnya tim timnya jajaran jajarannya anggota anggotanya ajudan";
    /// What brings in a phrase that may hold any words.
    OPENERS = "
        untuk sesuai berdasarkan berdasar terkait mengenai tentang perihal guna sehubungan dalam pada atas dengan di demi sambil
        selain menyikapi merujuk menyusul dari melalui via lewat oleh beserta tanpa hingga sampai sebagai selaku ke kepada
        bagi per menanggapi memenuhi terhadap seputar selama kecuali bertempat
    ";
    /// What brings in a reason or a time, with a verb of its own.
    SUBORDINATORS = "karena krn berhubung mengingat sebab lantaran sejak saat ketika sewaktu tatkala";
    /// What an order is about; in front of it, with whatever describes it.
    THINGS = "
        surat suratnya undangan rapat acara acaranya kegiatan permohonan usulan proposal laporan disposisi dokumen berkas naskah data
        hal masalah soal perihal perkara urusan tugas agenda sosialisasi upacara apel bimtek pelatihan zoom sidang rakor musrenbang
        kunjungan pembukaan peresmian forum pertemuan pelaksanaan keluhan aduan pengaduan nota edaran konsep draft anggaran
        hasil bahan lampiran jawaban pengajuan permintaan
    ";
    /// Behind a verb they make a noun of it.
    POINTERS = "ini itu nya tersebut tsb";
    /// Between the writer and his own going.
    SELF = "
        akan pasti tetap sendiri langsung juga insyaallah insya allah inshaallah yang saja siap ikut turut dapat bisa tentu
        bersedia pun ya dan bapak ibu segera besok nanti sendirian in syaa pribadi secara
    ";
    /// What was written or seen elsewhere.
    SAYINGS = "
        tertulis tertera tercantum tercatat termuat disebut disebutkan dinyatakan berbunyi bunyinya menulis ditulis tulis
        melihat mendengar terlihat terdengar kelihatan ternyata diberitakan dikabarkan tersiar
        malas enggan gagal jarang terlambat rajin mampu mulai baru sempat sering urung batal menolak ogah
    ";
    /// What limits what was said before.
    BUT = "tetapi tapi namun cuma cuman melainkan kecuali";
    /// Whoever laughs may not mean it.
    JOKES = "
        haha hahaha hahahaha hehe hehehe hihi wkwk wkwkwk wkwkwkwk xixi xixixi bercanda becanda canda guyon kidding lol jk gurau
        bergurau ngelawak
    ";
    /// Between "sudah" and what was done.
    DONE = "selesai berhasil tuntas lengkap rampung beres semuanya seluruhnya sepenuhnya sesuai hasil laporan surat tersebut";
    /// A whole clause of these: a trial.
    TRIALS = "tes test testing testes uji coba cobacoba";
    /// In front of an order, for its weight.
    URGENT = "penting urgent urgen prioritas lanjut terimakasih noted insyaallah insya allah alhamdulillah catatan perhatian gas gaskan";
    /// "Insya Allah saya".
    WILLING = "insyaallah insya allah inshaallah alhamdulillah";
    /// Behind a verb: what comes is said of it.
    PREDICATES = "
        pun kan kah memang emang justru malah malahan bisa bakal bikin membuat percuma enaknya jadinya jadi ternyata gpp gapapa
        terus-terusan melulu mulu rupanya konon versi ala
    ";
    /// How one goes.
    MANNERS = "
        tepat online daring offline luring fisik lengkap penuh virtual pukul jam lewat full duluan awal bareng mendampingi
        didampingi menemani gantikan menggantikan zoom vicon selaku serta sampai terus semua besok nanti ya on
    ";
    /// "Kabid IKP juga".
    JOINERS = "juga jg pula begitu demikian termasuk dan serta sama ikut ditambah plus";
    /// Labels that a writer may put in front of his orders.
    LABELS = "
        disposisi arahan instruksi perintah petunjuk tujuan catatan isi tindakan tindaklanjut berikut note nb ket keterangan batas
        waktu deadline tenggat penting tugas pembagian bantuan bantuannya kerjasamanya kerjasama sampaikan disampaikan teruskan
    ";
    /// Labels of facts.
    BACKGROUND = "
        hari tanggal jam tempat lokasi acara kegiatan agenda pukul rapat undangan surat nomor no hal perihal sifat lampiran dari
        link zoom id passcode pakaian dresscode peserta
    ";
}
