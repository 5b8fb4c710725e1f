//! The servers that all towns of a test process share. Each town has a gateway domain of its own in them, so that no town sees
//! another one's answers; mails of one official are told apart by the gateway that they are from.

use crate::corpus_replies::corpus;
use crate::servers::{Plan, PostOffice};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many towns one process may open.
const GATEWAYS: usize = 400;

/// The folder of the registry. A story cannot do without it.
pub fn registry_folder() -> PathBuf {
    corpus("KURIR_TOWN", "../shared/town", "small").expect("the stories need the invented town: set KURIR_TOWN")
}

/// The servers.
pub async fn shared() -> &'static PostOffice {
    static SHARED: tokio::sync::OnceCell<PostOffice> = tokio::sync::OnceCell::const_new();
    SHARED.get_or_init(start).await
}

async fn start() -> PostOffice {
    let officials = std::fs::read_to_string(registry_folder().join("officials.csv")).unwrap();
    let domains: BTreeSet<String> = officials
        .split([',', '\n', '"'])
        .filter_map(|cell| cell.split_once('@'))
        .map(|(_, domain)| domain.trim().to_owned())
        .collect();
    let mut all = vec!["sukamaju.example".to_owned()];
    all.extend(domains.iter().filter(|domain| *domain != "sukamaju.example").cloned());
    all.extend((0..GATEWAYS).map(|number| format!("k{number}.sukamaju.example")));
    let post = PostOffice::start_with(Plan { domains: all, ..Plan::default() }).await;
    for name in ["sukamaju.example", "suratkita.example", "posel.example", "provinsi.example"] {
        post.outside_domain(name);
    }
    post
}

/// A gateway domain that nobody else uses. Answers and reports of all its addresses lie in one mailbox, as a catch-all does it.
pub fn gateway(post: &PostOffice) -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    assert!(number < GATEWAYS, "more towns than gateways");
    let domain = format!("k{number}.sukamaju.example");
    let address = format!("kurir@{domain}");
    post.add_mailbox(&address);
    let placed = post.drop_into(&address, "first", b"Subject: x\r\n\r\n");
    std::fs::remove_file(placed).unwrap();
    let maildir = post.dovecot.maildir(&address);
    for other in ["balas", "kembali"] {
        std::os::unix::fs::symlink(&maildir, maildir.with_file_name(other)).unwrap();
    }
    domain
}
