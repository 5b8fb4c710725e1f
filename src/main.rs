//! The thin binary: arguments in, exit code out. Everything else is in the library.

use std::process::ExitCode;

/// A mail is many small pieces that live for a moment; the C library's allocator took a tenth of a letter's processor time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    kurir::runtime::main()
}
