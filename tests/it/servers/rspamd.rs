//! rspamd as the border's milter: checks SPF, DKIM and DMARC, deletes every Authentication-Results it did not write, writes its own.
//!
//! Nothing of Debian's configuration is loaded (its list of top-level domains alone costs nine seconds): three plugins, and one
//! rule that no default has: who is logged in may write only under their own From.

use super::ports;
use super::process::{End, Nest, Server};

/// One instance.
#[derive(Debug)]
pub struct Rspamd {
    /// The running process.
    pub server: Server,
    /// Where Postfix speaks milter to it.
    pub milter_port: u16,
}

impl Rspamd {
    /// Starts it against the resolver on `dns_port`.
    pub async fn start(nest: &Nest, dns_port: u16) -> Self {
        let milter_port = ports::free();
        nest.mkdir("rspamd", 0o755, None);
        nest.write("rspamd/tld", "example\norg\ncom\n");
        nest.write("rspamd/boot.lua", include_str!("boot.lua"));
        let values = [("DNS_PORT", dns_port.to_string()), ("MILTER_PORT", milter_port.to_string())];
        let configuration = nest.write("rspamd/rspamd.conf", &nest.fill(include_str!("rspamd.conf"), &values));
        let path = configuration.display().to_string();
        let server = Server::start(nest, "rspamd", End::Kill, &["rspamd", "-f", "-i", "-u", "root", "-g", "root", "-c", &path]);
        let log = nest.path().join("rspamd.log");
        let complaint = || format!("{}\n{}", server.complaint(), std::fs::read_to_string(&log).unwrap_or_default());
        drop(ports::connect(milter_port, complaint).await);
        Self { server, milter_port }
    }
}
