//! A small disk of its own that can be filled to the last byte.

use crate::servers::process::Nest;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;
use std::process::Command;

/// A mounted disk; it is taken off when it is dropped, and by the janitor of its nest where the test is killed.
pub struct Disk {
    pub path: PathBuf,
}

impl Disk {
    /// Mounts one at `disk` in the nest.
    pub fn mount(nest: &Nest, megabytes: u32) -> Self {
        let path = nest.mkdir("disk", 0o755, None);
        let size = format!("size={megabytes}m,mode=755");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "kurir-disk"]).arg(&path).output().unwrap();
        assert!(mounted.status.success(), "{}", String::from_utf8_lossy(&mounted.stderr));
        Self { path }
    }

    /// Writes until nothing fits any more, not even one byte.
    pub fn fill(&self) {
        let mut ballast = OpenOptions::new().append(true).create(true).open(self.path.join("ballast")).unwrap();
        for size in [1 << 20, 1 << 12, 1] {
            let piece = vec![0_u8; size];
            // The last piece that fits in part is written in part.
            let full = (0..).find_map(|_| ballast.write_all(&piece).err());
            assert_eq!(full.map(|error| error.kind()), Some(ErrorKind::StorageFull));
        }
    }

    /// Gives the room back.
    pub fn clear(&self) {
        std::fs::remove_file(self.path.join("ballast")).unwrap();
    }

    /// Whether one byte finds no room.
    pub fn is_full(&self) -> bool {
        let probe = self.path.join("probe");
        let full = std::fs::write(&probe, "x").is_err_and(|error| error.kind() == ErrorKind::StorageFull);
        let _ = std::fs::remove_file(probe);
        full
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.path).status();
    }
}
