//! The binary itself, as an administrator and as systemd run it.

use super::process::{End, Nest, Server};
use std::process::{Command, Output};

/// The binary that this build made.
pub const BINARY: &str = env!("CARGO_BIN_EXE_kurir");

/// Runs a command to its end.
pub fn run(arguments: &[&str]) -> Output {
    Command::new(BINARY).args(arguments).output().expect("the binary runs")
}

/// Starts a daemon under the guard of the nest; what it writes is in [`Server::log`]. `environment` is `NAME=value`.
/// [`Server::stop`] is `kill -9`; [`Server::signal`] with TERM and then [`Server::exit_code`] is systemd's way.
pub fn daemon(nest: &Nest, environment: &[&str], arguments: &[&str]) -> Server {
    let mut command = vec!["env"];
    command.extend(environment);
    command.push(BINARY);
    command.extend(arguments);
    Server::start(nest, "kurir", End::Kill, &command)
}
