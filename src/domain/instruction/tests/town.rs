//! A small town for sentences.

use crate::domain::calendar::WorkCalendar;
use crate::domain::directory::{Directory, DirectoryParts, OrgUnit, Position, UnitKind};
use jiff::civil::{Date, Time, date};
use jiff::tz::{TimeZone, offset};

const UNITS: &str = "PIMP,Pimpinan Kota,
SETDA,Sekretariat Daerah,PIMP
BAGUM,Bagian Umum,SETDA
BAGHUK,Bagian Hukum,SETDA
DISKOMINFO,Dinas Komunikasi dan Informatika,PIMP
DINKES,Dinas Kesehatan,PIMP
DPUPR,Dinas Pekerjaan Umum dan Penataan Ruang,PIMP
KEC-MKW,Kecamatan Mekarwangi,PIMP
KEC-BTJ,Kecamatan Bantarjati,PIMP
KEL-PSM,Kelurahan Pasirmulya,KEC-MKW
KEL-PSK,Kelurahan Pasirmukti,KEC-MKW
KEL-BTJ,Kelurahan Bantarjati,KEC-BTJ
KEL-CPK,Kelurahan Cipaku,KEC-BTJ";

const POSTS: &str = "WALIKOTA,Wali Kota Sukamaju,PIMP,,walikota;wali kota;pak wali
SEKDA,Sekretaris Daerah,SETDA,WALIKOTA,sekda;pak sekda
ASISTEN-2,\"Asisten Perekonomian, Pembangunan, dan Administrasi Umum\",SETDA,SEKDA,asisten 2;asda II
KABAG-UMUM,Kepala Bagian Umum,BAGUM,ASISTEN-2,kabag umum;bagian umum
KABAG-HUKUM,Kepala Bagian Hukum,BAGHUK,SEKDA,kabag hukum;bag. hukum
KADIS-KOMINFO,Kepala Dinas Komunikasi dan Informatika,DISKOMINFO,SEKDA,kadis kominfo;diskominfo;kadis
SEKDIS-KOMINFO,Sekretaris Dinas Komunikasi dan Informatika,DISKOMINFO,KADIS-KOMINFO,sekdis kominfo;sekdis;sekretaris
KABID-APTIKA,Kepala Bidang Aplikasi Informatika,DISKOMINFO,KADIS-KOMINFO,kabid aptika;aptika
KABID-IKP,Kepala Bidang Informasi dan Komunikasi Publik,DISKOMINFO,KADIS-KOMINFO,kabid ikp;ikp
KASI-INFRA,Kepala Seksi Infrastruktur Jaringan,DISKOMINFO,KABID-APTIKA,kasi infrastruktur;kasi infra
KASUBAG-UMUM-KOMINFO,Kepala Subbagian Umum dan Kepegawaian,DISKOMINFO,SEKDIS-KOMINFO,kasubag umum;kasubag umpeg
KADIS-KES,Kepala Dinas Kesehatan,DINKES,SEKDA,kadis kesehatan;dinkes;kadis
SEKDIS-KES,Sekretaris Dinas Kesehatan,DINKES,KADIS-KES,sekdis kesehatan;sekdis;sekretaris
KABID-P2P,Kepala Bidang Pencegahan dan Pengendalian Penyakit,DINKES,KADIS-KES,kabid p2p;p2p
KADIS-PUPR,Kepala Dinas Pekerjaan Umum dan Penataan Ruang,DPUPR,SEKDA,kadis pu;dinas pu;kadis
CAMAT-MKW,Camat Mekarwangi,KEC-MKW,SEKDA,camat mekarwangi;camat
SEKCAM-MKW,Sekretaris Kecamatan Mekarwangi,KEC-MKW,CAMAT-MKW,sekcam mekarwangi;sekcam
LURAH-PSM,Lurah Pasirmulya,KEL-PSM,CAMAT-MKW,lurah pasirmulya
LURAH-PSK,Lurah Pasirmukti,KEL-PSK,CAMAT-MKW,lurah pasirmukti
CAMAT-BTJ,Camat Bantarjati,KEC-BTJ,SEKDA,camat bantarjati;camat
LURAH-BTJ,Lurah Bantarjati,KEL-BTJ,CAMAT-BTJ,lurah bantarjati
LURAH-CPK,Lurah Cipaku,KEL-CPK,CAMAT-BTJ,lurah cipaku";

/// The directory.
pub(super) fn directory() -> Directory {
    let units = rows(UNITS).map(|row| OrgUnit {
        code: row[0].parse().unwrap(),
        name: row[1].clone(),
        kind: UnitKind::Agency,
        parent: (!row[2].is_empty()).then(|| row[2].parse().unwrap()),
        address: String::new(),
        route: String::new(),
    });
    let positions = rows(POSTS).map(|row| Position {
        code: row[0].parse().unwrap(),
        title: row[1].clone(),
        short_title: row[1].clone(),
        unit: row[2].parse().unwrap(),
        superior: (!row[3].is_empty()).then(|| row[3].parse().unwrap()),
        aliases: row[4].split(';').map(str::to_owned).collect(),
        until: None,
    });
    Directory::new(DirectoryParts { units: units.collect(), positions: positions.collect(), ..DirectoryParts::default() })
}

fn rows(text: &str) -> impl Iterator<Item = Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let rows: Vec<Vec<String>> = reader.deserialize().map(|row| row.unwrap()).collect();
    rows.into_iter()
}

/// Its calendar.
pub(super) fn calendar() -> WorkCalendar {
    let holidays = [(date(2026, 12, 24), "Cuti bersama".to_owned()), (date(2026, 12, 25), "Natal".to_owned())].into();
    WorkCalendar::new(TimeZone::fixed(offset(7)), Time::constant(7, 30, 0, 0), Time::constant(16, 0, 0, 0), holidays)
}

/// The day on which all sentences are written: Tuesday, 24 November 2026.
pub(super) const fn today() -> Date {
    date(2026, 11, 24)
}
