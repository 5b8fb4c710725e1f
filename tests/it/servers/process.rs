//! Children that cannot outlive the test, not even after SIGKILL.
//!
//! A [`Nest`] is a folder on tmpfs; a [`Server`] is one program in a process group of its own. Each has a small guarding
//! shell that waits for the end of its standard input, a pipe only this process holds: when the test drops it, panics, or is
//! killed, the kernel closes the pipe, the guard kills the group, and the nest's guard (which waits for a lock that every
//! server's guard shares) removes the folder.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// `$1` signal, `$2` nest, `$3` log, then the command. Prints the server's process id, which is also its group.
const GUARD: &str = r#"
sig=$1 nest=$2 log=$3; shift 3
exec 3<&0 9<"$nest/.lock"; flock -s 9
setsid "$@" </dev/null >>"$log" 2>&1 3<&- 9<&- &
server=$!
# A test killed before it has read the number must not take the guard with it.
trap '' PIPE
exec 4>&1 >/dev/null 2>&1
# Told of only when it has its group (or has ended already), so that a signal to the group finds it.
n=0; until kill -s 0 -- -$server || ! kill -s 0 $server || [ $n -ge 400 ]; do n=$((n+1)); sleep 0.005; done
echo $server >&4
exec 4>&-
( cat <&3
  kill -s "$sig" -- -$server || kill -s "$sig" $server
  # Only its own end is waited for: what it leaves in its group are zombies, as long as process 1 likes.
  n=0; while kill -s 0 $server && [ $n -lt 250 ]; do n=$((n+1)); sleep 0.02; done
  kill -s KILL -- -$server || kill -s KILL $server ) 9<&- &
watcher=$!
wait $server
echo $? >"$log.code"
wait $watcher
"#;

const JANITOR: &str = r#"exec 9<"$1/.lock"; cat; flock -w 30 -x 9
  while umount --lazy "$1/disk" 2>/dev/null; do :; done
  rm -rf "$1""#;

static SERIAL: AtomicU32 = AtomicU32::new(0);

/// A folder in `/dev/shm` that disappears with the test.
#[derive(Debug)]
pub struct Nest {
    path: PathBuf,
    guard: Child,
    stdin: Option<ChildStdin>,
}

impl Nest {
    /// A new folder, traversable by the servers' own users.
    pub fn new(kind: &str) -> Self {
        let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
        let path = ground().join(format!("kurir-{kind}-{}-{serial}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        chmod(&path, 0o755);
        std::fs::write(path.join(".lock"), "").unwrap();
        let mut guard = Command::new("sh")
            .args(["-c", JANITOR, "kurir-janitor"])
            .arg(&path)
            .stdin(Stdio::piped())
            .process_group(0)
            .spawn()
            .expect("sh starts");
        let stdin = guard.stdin.take();
        Self { path, guard, stdin }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A path inside, as text for a configuration file.
    pub fn text(&self, inside: &str) -> String {
        self.path.join(inside).display().to_string()
    }

    /// Writes a file and gives its path.
    pub fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.path.join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// A configuration with its `@WORDS@` filled in; `@DIR@` is this folder.
    pub fn fill(&self, template: &str, values: &[(&str, String)]) -> String {
        let start = template.replace("@DIR@", &self.path.display().to_string());
        values.iter().fold(start, |text, (word, value)| text.replace(&format!("@{word}@"), value))
    }

    /// Makes a folder with this mode and, when we are root, this owner.
    pub fn mkdir(&self, name: &str, mode: u32, owner: Option<(u32, u32)>) -> PathBuf {
        let path = self.path.join(name);
        std::fs::create_dir_all(&path).unwrap();
        chmod(&path, mode);
        if let (Some((uid, gid)), true) = (owner, is_root()) {
            std::os::unix::fs::chown(&path, Some(uid), Some(gid)).unwrap();
        }
        path
    }
}

impl Drop for Nest {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let _ = self.guard.wait();
    }
}

/// How a server is ended.
#[derive(Debug, Clone, Copy)]
pub enum End {
    /// SIGKILL to the whole group: nothing it holds is worth a farewell.
    Kill,
    /// SIGQUIT, which `PostgreSQL` takes as "stop now, but free the shared memory".
    Quit,
}

/// One running program.
#[derive(Debug)]
pub struct Server {
    guard: Child,
    stdin: Option<ChildStdin>,
    pid: i32,
    /// Where its standard output and error go.
    pub log: PathBuf,
}

impl Server {
    /// Starts `command` (program and arguments) with its log `NAME.out` in the nest.
    pub fn start(nest: &Nest, name: &str, end: End, command: &[&str]) -> Self {
        let signal = match end {
            End::Kill => "KILL",
            End::Quit => "QUIT",
        };
        let log = nest.path().join(format!("{name}.out"));
        let _ = std::fs::remove_file(code_file(&log));
        let mut guard = Command::new("sh")
            .args(["-c", GUARD, "kurir-guard", signal])
            .args([nest.path(), &log])
            .args(command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .expect("sh starts");
        let mut line = String::new();
        BufReader::new(guard.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let pid = line.trim().parse().expect("the guard prints the process id");
        let stdin = guard.stdin.take();
        Self { guard, stdin, pid, log }
    }

    /// The server's process id, which is also its process group.
    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// Sends a signal to the whole group (SIGSTOP and SIGCONT make a server that hangs and recovers).
    pub fn signal(&self, signal: rustix::process::Signal) {
        let group = rustix::process::Pid::from_raw(self.pid).unwrap();
        let _ = rustix::process::kill_process_group(group, signal);
    }

    /// Waits until it has ended by itself or by [`Server::signal`]: its exit code, or 128 and the signal that killed it (134: it
    /// aborted).
    pub async fn exit_code(&self) -> i32 {
        let read = || std::fs::read_to_string(code_file(&self.log)).ok().and_then(|text| text.trim().parse().ok());
        super::until("the server ends", || read().ok_or_else(|| self.complaint())).await
    }

    /// Ends it and waits until it is gone. Calling it twice does nothing.
    pub fn stop(&mut self) {
        if self.stdin.take().is_some() {
            let _ = self.guard.wait();
        }
    }

    /// The last lines of its log, for the message of a failed start.
    pub fn complaint(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().rev().take(12).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn code_file(log: &Path) -> PathBuf {
    PathBuf::from(format!("{}.code", log.display()))
}

/// Whether the test runs as root.
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// User and group number of a user of this machine.
pub fn user(name: &str) -> Option<(u32, u32)> {
    let passwd = std::fs::read_to_string("/etc/passwd").ok()?;
    let fields: Vec<&str> = passwd.lines().find(|line| line.starts_with(&format!("{name}:")))?.split(':').collect();
    Some((fields[2].parse().ok()?, fields[3].parse().ok()?))
}

/// Sets a mode.
pub fn chmod(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// Where nests are made: the folder of this run of `tests/run`, else memory-backed where the machine has it.
fn ground() -> PathBuf {
    let folder = std::env::var_os("KURIR_TEST_FOLDER");
    let shm = PathBuf::from("/dev/shm");
    folder.map_or_else(|| if shm.is_dir() { shm } else { std::env::temp_dir() }, PathBuf::from)
}

/// The pipe is held by a process that dies by SIGKILL, as a test does when the machine is short of memory.
#[test]
fn a_server_ends_when_the_process_that_holds_it_is_killed() {
    let nest = Nest::new("killed");
    let mut holder = Command::new("sleep").arg("1000").stdout(Stdio::piped()).spawn().unwrap();
    let pipe = holder.stdout.take().unwrap();
    let mut guard = Command::new("sh")
        .args(["-c", GUARD, "kurir-guard", "TERM"])
        .args([nest.path(), &nest.path().join("log")])
        // A server that does not listen to TERM is killed after the time of grace.
        .args(["sh", "-c", "trap '' TERM; while :; do sleep 1000; done"])
        .stdin(pipe)
        .stdout(Stdio::piped())
        .process_group(0)
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(guard.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let server = rustix::process::Pid::from_raw(line.trim().parse().unwrap()).unwrap();
    assert!(rustix::process::test_kill_process(server).is_ok());
    holder.kill().unwrap();
    holder.wait().unwrap();
    guard.wait().unwrap();
    assert!(rustix::process::test_kill_process(server).is_err());
}
