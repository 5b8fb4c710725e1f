//! Python with a package that others wrote, pinned in `tests/PACKAGE/requirements.txt`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

/// The interpreter, with the package installed when it is missing; `None` on a machine without Python, except in CI. What is
/// not checked then is said in `so`.
pub fn with(package: &str, so: &str) -> Option<PathBuf> {
    // Stories run side by side, and one installation is enough.
    static INSTALLING: Mutex<()> = Mutex::new(());
    let _alone = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let venv = project.join(format!("target/{package}-venv"));
    let pins = project.join("tests").join(package).join("requirements.txt");
    let setup = Command::new("sh").arg(project.join("tests/venv.sh")).args([&pins, &venv]).output().expect("a shell");
    let python = venv.join("bin/python");
    let ready = setup.status.success() && python.is_file();
    let told = String::from_utf8_lossy(&setup.stderr);
    assert!(ready || std::env::var_os("CI").is_none(), "no {package} in CI: {told}");
    if !ready {
        println!("skipped: no Python with venv here, {so}");
    }
    ready.then_some(python)
}
