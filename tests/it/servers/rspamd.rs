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
        nest.write("rspamd/boot.lua", BOOT);
        let configuration = nest.write("rspamd/rspamd.conf", &configuration(nest, dns_port, milter_port));
        let path = configuration.display().to_string();
        let server = Server::start(nest, "rspamd", End::Kill, &["rspamd", "-f", "-i", "-u", "root", "-g", "root", "-c", &path]);
        let log = nest.path().join("rspamd.log");
        let complaint = || format!("{}\n{}", server.complaint(), std::fs::read_to_string(&log).unwrap_or_default());
        drop(ports::connect(milter_port, complaint).await);
        Self { server, milter_port }
    }
}

const BOOT: &str = r"
local base = '/usr/share/rspamd/'
package.path = base .. 'lualib/?.lua;' .. base .. 'lualib/?/init.lua;' .. base .. 'rules/?.lua;' .. package.path
config = {}
rspamd_modules = {}
rspamd_config:register_symbol{
  name = 'FROM_NOT_LOGIN',
  type = 'prefilter',
  callback = function(task)
    local login = task:get_user()
    if not login then return end
    local headers, from = task:get_header_full('From') or {}, task:get_from('mime')
    if #headers ~= 1 or not from or #from ~= 1 or from[1].addr:lower() ~= login:lower() then
      task:set_pre_result('reject', 'From is not the login', 'border')
    end
  end
}
";

fn configuration(nest: &Nest, dns_port: u16, milter_port: u16) -> String {
    let dir = nest.text("rspamd");
    let log = nest.text("rspamd.log");
    let plugins = "/usr/share/rspamd/plugins";
    format!(
        r#"options {{
  filters = "dkim";
  local_addrs = [];
  url_tld = "{dir}/tld";
  hs_cache_dir = "{dir}";
  cache_file = "{dir}/symbols.cache";
  tempdir = "{dir}";
  control_socket = "{dir}/control.sock mode=0600";
  dns {{ nameserver = ["127.0.0.1:{dns_port}"]; timeout = 1s; retransmits = 1; }}
}}
logging {{ type = "file"; filename = "{log}"; level = "info"; }}
worker "rspamd_proxy" {{
  bind_socket = "127.0.0.1:{milter_port}";
  milter = yes;
  count = 1;
  timeout = 20s;
  upstream "local" {{ default = yes; self_scan = yes; }}
}}
actions {{ reject = null; greylist = null; add_header = null; rewrite_subject = null; }}
modules {{ path = "{plugins}/spf.lua"; path = "{plugins}/dmarc.lua"; path = "{plugins}/milter_headers.lua"; }}
dkim {{ }}
spf {{ }}
dmarc {{ check_local = true; check_authed = false; }}
milter_headers {{
  use = ["authentication-results"];
  skip_local = false;
  skip_authenticated = false;
  remove_upstream_spam_flag = false;
}}
lua = "{dir}/boot.lua";
"#
    )
}
