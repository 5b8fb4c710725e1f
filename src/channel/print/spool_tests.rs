//! The spool on real folders: whole entries, twice the same, full and forbidden disks, a killed process.

use super::*;
use crate::channel::print::{SpoolFile, Ticket};
use crate::domain::delivery::PrintReason;
use crate::domain::ids::DeliveryId;
use crate::domain::letter::{SecurityClass, Urgency};
use std::process::Command;
use uuid::Uuid;

const LETTER: &[u8] = b"%PDF-1.7\nsigned bytes \x00\xff\n%%EOF";

fn job(number: u128, letter: &[u8]) -> SpoolJob<'_> {
    SpoolJob {
        ticket: Ticket {
            delivery: DeliveryId::new(Uuid::from_u128(number)),
            sheet_number: 1,
            recipient: "Lurah Bantarjati Kulon".into(),
            address: vec!["Jl. Melati No. 12".into(), "Sukamaju 17912".into()],
            route: "Bantarjati".into(),
            reason: PrintReason::Unregistered,
            copies: 1,
            urgency: Urgency::Normal,
            class: SecurityClass::Ordinary,
        },
        ticket_text: "TIKET CETAK\n",
        cover: b"%PDF-cover",
        act: None,
        letter: SpoolFile { name: "surat.pdf", bytes: letter },
        attachments: vec![SpoolFile { name: "../../Peta Kasus.PDF", bytes: b"peta" }],
    }
}

fn code(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Delivered(receipt) => &receipt.answer,
        Outcome::Deferred(reason, _) | Outcome::Refused(reason) | Outcome::Unknown(reason) => &reason.code,
    }
}

#[test]
fn an_entry_holds_the_letter_untouched_and_checks_itself() {
    let dir = tempfile::tempdir().unwrap();
    let spool = Spool::new(dir.path()).unwrap();
    let job = job(1, LETTER);
    let Outcome::Delivered(receipt) = spool.put(&job) else { panic!() };
    let entry = dir.path().join(receipt.remote_id.unwrap());
    assert_eq!(fs::read(entry.join("01-surat.pdf")).unwrap(), LETTER);
    let mut names: Vec<String> =
        fs::read_dir(&entry).unwrap().map(|one| one.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["00-lembar-sampul.pdf", "01-surat.pdf", "02-lampiran.pdf", "SHA256SUMS", "tiket.json", "tiket.txt"]);
    assert!(
        Command::new("sha256sum").args(["--check", "--strict", "SHA256SUMS"]).current_dir(&entry).status().unwrap().success()
    );
    let ticket: serde_json::Value = serde_json::from_slice(&fs::read(entry.join("tiket.json")).unwrap()).unwrap();
    assert_eq!(ticket["reason"], "unregistered");
    assert_eq!(ticket["files"][2]["name"], "../../Peta Kasus.PDF");
    assert_eq!(serde_json::from_value::<Ticket>(ticket).unwrap(), job.ticket);
}

#[test]
fn the_same_job_again_is_delivered_again_and_there_once() {
    let dir = tempfile::tempdir().unwrap();
    let spool = Spool::new(dir.path()).unwrap();
    assert_eq!(code(&spool.put(&job(1, LETTER))), "entry written");
    assert_eq!(code(&spool.put(&job(1, LETTER))), "entry was there already");
    assert_eq!(code(&spool.put(&job(1, b"another letter"))), "conflict");
    let mut reprint = job(1, LETTER);
    reprint.ticket.sheet_number = 2;
    assert_eq!(code(&spool.put(&reprint)), "entry written");
    assert_eq!(spool.entries().unwrap().len(), 2);
}

#[test]
fn many_workers_on_one_job_make_one_entry_and_all_say_delivered() {
    let dir = tempfile::tempdir().unwrap();
    let spool = Spool::new(dir.path()).unwrap();
    let answers: Vec<Outcome> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..8).map(|_| scope.spawn(|| spool.put(&job(1, LETTER)))).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| matches!(answer, Outcome::Delivered(_))), "{answers:?}");
    assert_eq!(answers.iter().filter(|answer| code(answer) == "entry written").count(), 1);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "no draft is left");
}

#[test]
fn an_entry_can_be_withdrawn_once_and_nothing_else_can() {
    let dir = tempfile::tempdir().unwrap();
    let spool = Spool::new(dir.path().join("spool")).unwrap();
    fs::write(dir.path().join("other"), "x").unwrap();
    let one = job(1, LETTER);
    spool.put(&one);
    assert!(spool.withdraw(&one.ticket.entry()).unwrap());
    assert!(!spool.withdraw(&one.ticket.entry()).unwrap());
    assert!(matches!(spool.withdraw("../other"), Err(SpoolError::BadEntry)));
    assert!(dir.path().join("other").exists());
    assert_eq!(fs::read_dir(dir.path().join("spool")).unwrap().count(), 0, "nothing hidden is left");
}

#[test]
fn what_a_killed_process_left_is_swept_away_at_start() {
    let dir = tempfile::tempdir().unwrap();
    let spool = Spool::new(dir.path()).unwrap();
    spool.put(&job(1, LETTER));
    fs::create_dir(dir.path().join(".kurir-99999-krm-1")).unwrap();
    fs::write(dir.path().join(".kurir-99999-krm-1/00-lembar-sampul.pdf"), "half").unwrap();
    assert_eq!(spool.entries().unwrap().len(), 1, "a half entry is not shown");
    let spool = Spool::new(dir.path()).unwrap();
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    assert_eq!(spool.entries().unwrap().len(), 1);
}

#[test]
fn a_folder_that_is_gone_or_is_a_file_defers() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("spool");
    let spool = Spool::new(&place).unwrap();
    fs::remove_dir(&place).unwrap();
    assert_eq!(code(&spool.put(&job(1, LETTER))), "spool");
    fs::write(&place, "a file").unwrap();
    assert!(matches!(spool.put(&job(1, LETTER)), Outcome::Deferred(..)));
    assert!(Spool::new(&place).is_err());
}

/// A small file system of its own, taken away at the end. Only root may mount; others skip, CI is root.
struct Small(tempfile::TempDir);

impl Small {
    fn mount(options: &str) -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        if !rustix::process::geteuid().is_root() {
            assert!(option_env!("CI").is_none(), "CI must be able to mount a small disk");
            return None;
        }
        let done = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(dir.path()).status().unwrap();
        assert!(done.success(), "mount failed");
        Some(Self(dir))
    }

    fn remount(&self, options: &str) {
        assert!(Command::new("mount").args(["-o", options]).arg(self.0.path()).status().unwrap().success());
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

#[test]
fn a_full_disk_defers_leaves_nothing_and_heals() {
    let Some(disk) = Small::mount("size=64k") else { return };
    let spool = Spool::new(disk.0.path()).unwrap();
    let big = vec![7_u8; 100_000];
    let outcome = spool.put(&job(1, &big));
    assert!(matches!(outcome, Outcome::Deferred(..)));
    assert_eq!(code(&outcome), "disk_full");
    assert_eq!(fs::read_dir(disk.0.path()).unwrap().count(), 0, "the half entry takes up no room");
    disk.remount("remount,size=1m");
    assert_eq!(code(&spool.put(&job(1, &big))), "entry written");
}

#[test]
fn a_disk_that_may_not_be_written_defers() {
    let Some(disk) = Small::mount("size=64k") else { return };
    let spool = Spool::new(disk.0.path()).unwrap();
    disk.remount("remount,ro");
    let outcome = spool.put(&job(1, LETTER));
    assert!(matches!(outcome, Outcome::Deferred(..)));
    assert_eq!(code(&outcome), "spool");
}

/// The process that dies at a named point; the folder comes from its first line of input.
#[test]
#[ignore = "child of the test beside it"]
fn dying_child() {
    let mut line = String::new();
    io::stdin().read_line(&mut line).unwrap();
    let (point, dir) = line.trim().split_once(' ').unwrap();
    abort::arm(Some(point));
    let outcome = Spool::new(dir).unwrap().put(&job(1, LETTER));
    panic!("still alive: {outcome:?}");
}

#[test]
fn a_process_that_dies_between_two_steps_costs_nothing_and_prints_nothing_twice() {
    for (point, shown, then) in [("print.after_tmp", 0, "entry written"), ("print.after_rename", 1, "entry was there already")] {
        let dir = tempfile::tempdir().unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "channel::print::spool::tests::dying_child", "--nocapture"])
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        writeln!(child.stdin.take().unwrap(), "{point} {}", dir.path().display()).unwrap();
        let status = child.wait().unwrap();
        assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(6), "{point}: it must die by abort");
        let visible =
            fs::read_dir(dir.path()).unwrap().filter(|one| !one.as_ref().unwrap().file_name().to_string_lossy().starts_with('.'));
        assert_eq!(visible.count(), shown, "{point}");
        let spool = Spool::new(dir.path()).unwrap();
        assert_eq!(code(&spool.put(&job(1, LETTER))), then, "{point}");
        assert_eq!(spool.entries().unwrap().len(), 1);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "{point}: nothing hidden is left");
    }
}
