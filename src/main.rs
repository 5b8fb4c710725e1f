//! The thin binary: arguments in, exit code out. Everything else is in the library.

use std::process::ExitCode;

/// A mail is many small pieces that live for a moment: about a tenth less processor time than with the C library's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    kurir::runtime::main()
}
