//! The tables of spelling: short forms, verbs, active forms, words to be left alone, words that belong together.

/// Full word, and what is typed for it.
pub(super) const ABBREVIATIONS: &[(&str, &str)] = &[
    ("dengan", "dgn dg dngn dng sareng kaliyan kalih sama bareng bersama brsama"),
    ("untuk", "utk u tuk unt untk kangge kanggo kagem"),
    ("tanggal", "tgl tg tggl tangal kaping"),
    ("tidak", "tdk tak gak ga nggak ngga gk teu henteu ora mboten boten td usah not"),
    ("sudah", "sdh udah udh telah tlh tos parantos sampun sampum sudh"),
    ("belum", "blm belom blum dereng durung acan"),
    ("segera", "sgr sgera segra asap gancang enggal"),
    ("bapak", "bpk bp pak bapa pa pk"),
    ("ibu", "bu ib"),
    ("yang", "yg"),
    ("hasil", "hslnya hsl hasilnya hasilny hasilna hslny hasile"),
    ("laporan", "lap laporannya laporanna laporane laporanipun laporannipun lapnya lprn laporanny"),
    ("kepada", "kpd kpada kepda kagem dumateng"),
    ("paling", "plg pling palin"),
    ("lambat", "lmbt lmbat lambt telat lama"),
    ("batas", "bts"),
    ("waktu", "wkt wktu"),
    ("hari", "hr hri dinten dinteun"),
    ("sebelum", "sblm sbelum sblum saacan sakderenge sadurunge sadereng"),
    ("sampai", "smp sd smpai"),
    ("mohon", "mhn mhon mohn nyuwun neda nyuhunkeun mugi dimohon pangersa"),
    ("meminta", "minta mnt"),
    ("bagaimana", "gimana gmn bgmn bagaimna kumaha kepiye pripun"),
    ("kapan", "kpn iraha"),
    ("tolong", "tlg tlong tlng tulung punten mangga monggo silakan silahkan slkn coba pangestu"),
    ("harap", "hrp diharapkan diharap dihrp"),
    ("agar", "agr supaya spy spya kiranya supados supaos"),
    ("akan", "akn bakal bade badhe"),
    ("dan", "dn serta sarta lan jeung n"),
    ("jumat", "jmt jumaat jumt jumah jumaah jemuwah jemuah jemah"),
    ("senin", "senen snin"),
    ("kamis", "kemis kmis"),
    ("rabu", "rebo rbu rebu"),
    ("selasa", "salasa slasa seloso"),
    ("sabtu", "saptu setu sbtu"),
    ("besok", "bsk bsok esok enjing isukan sesuk benjang besuk"),
    ("lusa", "pageto lsa"),
    (
        "koordinasikan",
        "koord koor kordinasikan koordinasikn koordinasiken kordinasi dikoordinasi koordinir dikoordinir mengkoordinir mengoordinir",
    ),
    ("laporkan", "lpr lprkan laporkn"),
    ("tunggu", "ditunggu antos diantos dipunantos tungguin dtunggu nunggu tggu tenggo tengga"),
    ("bahan", "bhn bahannya bahanna bahane"),
    ("rapat", "rpt rapatnya"),
    ("undangan", "und undangannya"),
    ("tindaklanjuti", "tl ditl tindaklanjt tindaklanjutan tndklnjti tindkalanjuti"),
    ("terimakasih", "trims trimakasih tks thx thanks makasih mksh nuhun suwun hatur matur trmksh tengkyu"),
    ("saya", "sy sya abdi kula kulo dalem aku gue sim"),
    ("kami", "km kmi"),
    ("jangan", "jgn jngn ulah ojo dont"),
    ("kalau", "klo kalo bila jika apabila upami menawi jk seandainya andai asalkan"),
    ("selesaikan", "rampungke dirampungke rampungkeun dirampungkeun rengsekeun direngsekeun"),
    ("selesai", "rengse rampung rampungan slesai"),
    ("petunjuk", "dawuh pituduh pitedah wejangan"),
    ("kasubag", "kasubbag"),
    ("kasubid", "kasubbid"),
    ("kadis", "kadin kadinas"),
    ("kabid", "kbid kbd"),
    ("buat", "buatkan bikin bikinkan buatin bikinin"),
    ("sebenarnya", "sebenernya sbnrnya sebnrnya"),
    ("bagian", "bag bgn"),
    ("bidang", "bid"),
    ("kelurahan", "kel"),
    ("kecamatan", "kec"),
    ("asisten", "asda"),
    ("maksimal", "maks max maximal mksmal"),
    ("arsip", "arsp diarsip"),
    ("draft", "draf drafnya draftnya"),
    ("setuju", "stuju stj setju sepakat sarujuk"),
    ("acc", "aacc acc2 dacc"),
    ("semua", "smua seluruh segenap para setiap tiap masing sadaya sedaya kabeh"),
    ("depan", "dpn"),
    ("terlampir", "kalampir kalampirkeun trlampir tlampir dilampirkan lampirkan terlampirkan"),
    ("kerja", "krj"),
    ("catatan", "cat ctt"),
    ("jam", "pukul pkl jm tabuh pkul"),
];

/// Verbs in the imperative; their passives and near misses fold to them.
pub(super) const VERBS: &str = "tindaklanjuti laksanakan kerjakan jalankan hadiri hadir ikuti wakili wakilkan siapkan persiapkan sediakan \
    jawab balas buat buatkan susun koordinasikan koordinasi konfirmasikan konfirmasi telaah teliti pelajari \
    cermati kaji selesaikan tuntaskan proses lapor laporkan pantau monitor edarkan sebarkan sebarluaskan \
    pertimbangkan akomodir akomodasi pedomani cek periksa ingatkan tunda arsipkan simpan jadwalkan agendakan \
    rapatkan bahas bicarakan diskusikan koreksi perbaiki paraf tandatangani setujui tolak teruskan kembalikan \
    alihkan perhatikan ketahui catat datakan kawal fasilitasi sampaikan kirim kirimkan lakukan tanggapi izinkan \
    ijinkan kabulkan tinjau verifikasi bereskan tangani batalkan tarik lengkapi tangguhkan konsepkan jadikan \
    adakan terima lanjutkan tugaskan minta maklumi revisi eksekusi pending naikkan";

/// Words that stand in no table but must never be taken for a slip of one that does.
pub(super) const KNOWN: &str = "hari hadirin kehadiran pelaksanaan laksana siap kabar kabari tunda setuju terlampir laporan lanjut tindak \
    tanggapan telaahan siapa proses jawaban balasan catatan bahasa periode ketahuan kirim terkirim penerima \
    perhatian tindaklanjut arsip paparan hadiah terus tolong dilanjutkan selesai diselesaikan perbaikan kembali \
    simpanan catatannya konsep persiapan buatan tunggu menunggu pendapat penting koleksi koneksi pantai pantas pantat pening perisa prosesi protes remisi simpang \
    sampan tinju tinja terika pantar simpai";

/// Active forms and their verbs, joined by "=".
pub(super) const ACTIVES: &str = "menindaklanjuti=tindaklanjuti melaksanakan=laksanakan mengerjakan=kerjakan menjalankan=jalankan \
    menghadiri=hadiri mengikuti=ikuti mewakilkan=wakilkan menyiapkan=siapkan mempersiapkan=persiapkan \
    menjawab=jawab membalas=balas membuat=buat membuatkan=buatkan menyusun=susun mengoordinasikan=koordinasikan \
    mengkoordinasikan=koordinasikan mengkordinasikan=koordinasikan berkoordinasi=koordinasi \
    mengonfirmasi=konfirmasi menelaah=telaah meneliti=teliti mempelajari=pelajari mencermati=cermati mengkaji=kaji \
    menyelesaikan=selesaikan menuntaskan=tuntaskan memproses=proses melapor=lapor melaporkan=laporkan \
    memantau=pantau memonitor=monitor mengedarkan=edarkan menyebarkan=sebarkan mempertimbangkan=pertimbangkan \
    mengecek=cek memeriksa=periksa mengingatkan=ingatkan menunda=tunda mengarsipkan=arsipkan menyimpan=simpan \
    menjadwalkan=jadwalkan mengagendakan=agendakan membahas=bahas mendiskusikan=diskusikan mengoreksi=koreksi \
    memperbaiki=perbaiki meneruskan=teruskan mengembalikan=kembalikan mencatat=catat memfasilitasi=fasilitasi \
    menyampaikan=sampaikan mengirim=kirim mengirimkan=kirimkan melakukan=lakukan menanggapi=tanggapi \
    meninjau=tinjau memperhatikan=perhatikan mempedomani=pedomani menaikkan=naikkan mengetahui=ketahui mengawal=kawal memverifikasi=verifikasi";

/// Two or more words that are one.
pub(super) const JOINS: &[(&str, &str)] = &[
    ("tindak lanjuti", "tindaklanjuti"),
    ("tindak lanjut", "tindaklanjut"),
    ("di tindak lanjuti", "tindaklanjuti"),
    ("ditindak lanjuti", "tindaklanjuti"),
    ("ditindak lanjut", "tindaklanjuti"),
    ("di tindak lanjut", "tindaklanjuti"),
    ("menindak lanjuti", "menindaklanjuti"),
    ("tanda tangani", "tandatangani"),
    ("tanda tangan", "tandatangani"),
    ("kepala dinas", "kadis"),
    ("kepala bidang", "kabid"),
    ("kepala bagian", "kabag"),
    ("kepala seksi", "kasi"),
    ("kepala subbagian", "kasubag"),
    ("kepala sub bagian", "kasubag"),
    ("kepala subbidang", "kasubid"),
    ("kepala sub bidang", "kasubid"),
    ("kepala badan", "kaban"),
    ("kepala puskesmas", "kapus"),
    ("sekretaris dinas", "sekdis"),
    ("sekretaris badan", "sekban"),
    ("sekretaris kecamatan", "sekcam"),
    ("sekretaris daerah", "sekda"),
    ("wali kota", "walikota"),
    ("ka bid", "kabid"),
    ("ka dis", "kadis"),
    ("ka bag", "kabag"),
    ("sek dis", "sekdis"),
    ("sub bagian", "subbagian"),
    ("terima kasih", "terimakasih"),
    ("salah alamat", "salahalamat"),
    ("ka si", "kasi"),
    ("s d", "sampai"),
    ("dead line", "deadline"),
    ("tugas kan", "tugaskan"),
    ("coba coba", "cobacoba"),
    ("sebagaimana mestinya", "sebagaimanamestinya"),
];

/// Words whose short form takes a full stop that ends no sentence.
pub(super) const SHORTENED: &str = "yth sdr jam bagian kelurahan kecamatan bidang tanggal no plt plh pj dr drs dra ir h hj kab jl drg an kasi \
    kabid kasubag kadis sekdis kabag irban laporan des nov okt sept agu jan feb mar apr jun jul kepada";
