//! An installation of the binary's own over real servers: its configuration, its people, and what they see.

use super::disk::Disk;
use crate::servers::engines::{Database, Engine};
use crate::servers::process::{Server, chmod};
use crate::servers::{Account, Plan, PostOffice, StoredMail, kurir, until};
use crate::town::letters;
use ::kurir::demo::telegram::{Person, Phone, StandIn};
use ::kurir::demo::town;
use ::kurir::domain::codes::EmployeeNumber;
use ::kurir::domain::ids::{LetterId, LinkId};
use ::kurir::domain::letter_form;
use ::kurir::domain::registry;
use ::kurir::flow::House;
use ::kurir::flow::accept::{Submission, SubmittedFile, accept};
use ::kurir::flow::administer::registry::{Imported, import};
use ::kurir::flow::evidence::verify;
use ::kurir::flow::holdings;
use ::kurir::runtime::clock::SystemClock;
use ::kurir::runtime::config::Source;
use ::kurir::runtime::open::{Reach, open_with};
use ::kurir::store::records::StoredDelivery;
use secrecy::SecretString;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const TOKEN: &str = "100200300:crash-crash-crash-crash-crash-1";
/// Head of the health office, who gets mail; and his number.
pub const KADIS: &str = "maharani.puspita@dinkes.tirtasari.example";
pub const KADIS_NUMBER: &str = "197206092000122905";
/// To whom the head gives things.
pub const KABID: &str = "luh.saraswati@dinkes.tirtasari.example";
/// The head's chat, once it is bound.
pub const CHAT: i64 = 7001;
const GATEWAYS: usize = 200;
/// The gateway's login may send under every address of its domain (the return paths of its letters), an official under his own.
const SENDERS: &str = "smtpd_sender_login_maps = regexp:{ \
    { /^[^@]+(@c[0-9]+\\.tirtasari\\.example)$$/ kurir$${1} }, { /^(.*)$$/ $${1} } }";

/// The servers of all crash stories of this process.
async fn servers() -> &'static PostOffice {
    static SHARED: tokio::sync::OnceCell<PostOffice> = tokio::sync::OnceCell::const_new();
    SHARED
        .get_or_init(|| async {
            let named = ["sukamaju.example", "dinkes.tirtasari.example", "setda.tirtasari.example"];
            let mut domains: Vec<String> = named.map(str::to_owned).to_vec();
            domains.extend((0..GATEWAYS).map(|number| format!("c{number}.tirtasari.example")));
            PostOffice::start_with(Plan { domains, postfix_extra: SENDERS.to_owned(), ..Plan::default() }).await
        })
        .await
}

/// An office.
pub struct Office {
    pub post: &'static PostOffice,
    pub phone: Phone,
    pub house: Arc<House>,
    /// Goes before the folder that it lies in.
    pub disk: Option<Disk>,
    pub database: Database,
    pub folder: PathBuf,
    pub domain: String,
    _stand_in: StandIn,
}

impl Office {
    /// A live office with the shipped town in it. `more` is put at the end of its configuration.
    pub async fn open(engine: Engine, more: &str) -> Self {
        Self::furnish(Database::fresh(engine).await, None, more).await
    }

    /// An office on a small disk of its own: its folder, its files, and on SQLite its database.
    pub async fn open_on_disk(engine: Engine, megabytes: u32) -> Self {
        let mut database = Database::fresh(engine).await;
        let disk = Disk::mount(&database.nest, megabytes);
        database.files = disk.path.join("files");
        if engine == Engine::Sqlite {
            database.url = format!("sqlite:{}", disk.path.join("kurir.db").display());
        }
        Self::furnish(database, Some(disk), "").await
    }

    async fn furnish(database: Database, disk: Option<Disk>, more: &str) -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let post = servers().await;
        let domain = gateway(post);
        let loopback = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
        let stand_in = StandIn::open(loopback, SecretString::from(TOKEN), Arc::new(SystemClock)).await.unwrap();
        let folder = disk.as_ref().map_or(database.nest.path(), |disk| &disk.path).join("office");
        std::fs::create_dir(&folder).unwrap();
        let account = post.add_mailbox(&format!("kurir@{domain}"));
        for (name, secret) in [("mail", account.password.as_str()), ("bot", TOKEN)] {
            std::fs::write(folder.join(name), secret).unwrap();
            chmod(&folder.join(name), 0o600);
        }
        let text = configuration(post, &database, (&domain, stand_in.url().as_str()));
        std::fs::write(folder.join("kurir.toml"), format!("{text}\n{more}")).unwrap();
        let program = PathBuf::from(kurir::BINARY);
        let opened = open_with(&Source::Dir(folder.clone()), Arc::new(SystemClock), Reach::Record, program).await.unwrap();
        let house = Arc::clone(&opened.house);
        let files = registry::read(&town::registry(house.today())).unwrap();
        assert!(matches!(import(&house, &files, None).await.unwrap(), Imported::Done(_)));
        Self { post, phone: stand_in.phone(), house, disk, database, folder, domain, _stand_in: stand_in }
    }

    /// Gives the head of the health office a phone that the office knows.
    pub async fn bind_phone(&self) {
        self.phone.register(&Person::named(CHAT, "Maharani Puspita"));
        self.phone.start(CHAT, None);
        let person: EmployeeNumber = KADIS_NUMBER.parse().unwrap();
        let mut tx = self.house.store.write().await.unwrap();
        tx.bind_chat(LinkId::new(self.house.uuid()), &person, CHAT, self.house.now()).await.unwrap();
        tx.bump_directory().await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Runs a command of the binary, dying at a point if one is named.
    pub fn command(&self, point: &str, arguments: &[&str]) -> Output {
        let dir = self.folder.display().to_string();
        Command::new(kurir::BINARY).env("KURIR_ABORT_AT", point).args(["--dir", &dir]).args(arguments).output().unwrap()
    }

    /// Takes a letter over beside the daemon, as the binary does, without starting a process for it.
    pub async fn accept_here(&self, id: &str, to: &str) -> LetterId {
        let parsed = letter_form::parse(&form(id, to)).letter.unwrap();
        let letter = {
            let mut tx = self.house.store.read().await.unwrap();
            letter_form::resolve(parsed, &self.house.city(&mut tx).await.unwrap().directory)
        };
        let pdf = SubmittedFile { name: format!("{id}.pdf"), bytes: letters::pdf(id) };
        accept(&self.house, Submission { letter, pdf, attachments: Vec::new() }).await.unwrap().id
    }

    /// Submits a letter from the Sekda, dying at a point if one is named.
    pub fn submit(&self, point: &str, id: &str, to: &str) -> Output {
        let form = form(id, to);
        // Beside the installation: its disk may be full.
        let beside = self.database.nest.path();
        let (toml, pdf) = (beside.join(format!("{id}.toml")), beside.join(format!("{id}.pdf")));
        std::fs::write(&toml, form).unwrap();
        std::fs::write(&pdf, letters::pdf(id)).unwrap();
        self.command(point, &["letter", "submit", &toml.display().to_string(), "--pdf", &pdf.display().to_string(), "--json"])
    }

    /// Submits a letter that must be taken.
    pub fn accepted(&self, id: &str, to: &str) -> LetterId {
        let output = self.submit("", id, to);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        told["id"].as_str().unwrap().parse().unwrap()
    }

    /// What the mail server says of this office.
    pub fn log(&self) -> String {
        let log = self.post.postfix.log();
        log.lines().filter(|line| line.contains(&self.domain)).collect::<Vec<_>>().join("\n")
    }

    /// Starts the daemon.
    pub fn serve(&self, point: &str) -> Server {
        let armed = format!("KURIR_ABORT_AT={point}");
        kurir::daemon(&self.database.nest, &[&armed], &["--dir", &self.folder.display().to_string(), "serve"])
    }

    /// Starts the daemon unarmed and waits until it is up: a stop before that is no graceful one.
    pub async fn start(&self) -> Server {
        let log = self.database.nest.path().join("kurir.out");
        let ups = || std::fs::read_to_string(&log).unwrap_or_default().matches("Kurir berjalan; halaman").count();
        let before = ups();
        let daemon = self.serve("");
        seen("the daemon is up", || ups() > before).await;
        daemon
    }

    /// Starts the daemon and waits for its death at the point.
    pub async fn dies_at(&self, point: &str) {
        let daemon = self.serve(point);
        assert_eq!(daemon.exit_code().await, 134, "{point}: {}", daemon.complaint());
    }

    /// Stops the daemon as systemd does; it must end well.
    pub async fn stop(&self, daemon: Server) {
        daemon.signal(rustix::process::Signal::TERM);
        assert_eq!(daemon.exit_code().await, 0, "{}", daemon.complaint());
    }

    /// Moves the clock of the installation forward; the next start sees it.
    pub fn move_clock(&self, seconds: i64) {
        std::fs::write(self.folder.join("clock"), seconds.to_string()).unwrap();
    }

    /// Deliveries of a letter.
    pub async fn deliveries(&self, letter: LetterId) -> Vec<StoredDelivery> {
        self.house.store.read().await.unwrap().deliveries_of_letter(letter).await.unwrap()
    }

    /// Mails of this office in somebody's mailbox with these words in the subject or body.
    pub fn mails(&self, address: &str) -> Vec<StoredMail> {
        let ours = format!("kurir@{}", self.domain);
        let mut mails = self.post.mails_now(address);
        mails.retain(|mail| mail.headers("From").iter().any(|from| from.contains(&ours)));
        mails
    }

    /// Answers a mail of ours as an official does at his mail client.
    pub async fn reply(&self, address: &str, mail: &StoredMail, text: &str) {
        let account: Account = self.post.add_mailbox(address);
        let to = mail.headers("Reply-To").first().expect("a Reply-To").clone();
        let to = to.rsplit('<').next().unwrap().trim_end_matches('>').to_owned();
        let parent = mail.headers("Message-ID").first().cloned().unwrap_or_default();
        let raw = format!(
            "From: <{address}>\r\nTo: <{to}>\r\nSubject: Re: surat\r\nMessage-ID: <{}@dinkes.tirtasari.example>\r\nIn-Reply-To: {parent}\r\n\
             Date: Tue, 24 Nov 2026 10:00:00 +0700\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n",
            self.house.uuid()
        );
        let sent = self.post.submit(&account, &[&to], raw.as_bytes()).await;
        assert!(sent.is_ok(), "{sent:?}");
    }

    /// The record holds together: the chain verifies, every row says what its facts say, and nothing waits that no loop would find.
    pub async fn sound(&self) {
        let verified = verify(&self.house).await.unwrap();
        assert_eq!(verified.broken, None);
        assert_eq!(holdings::verify(&self.house).await.unwrap(), None);
        super::points::invariants(&self.house).await;
    }
}

/// Waits until a question to the record or the world is answered with yes.
pub async fn waits<F: Future<Output = Result<(), String>>>(what: &str, daemon: &Server, mut look: impl FnMut() -> F) {
    // Longer than a lease, which a daemon that lost its database waits for.
    let deadline = std::time::Instant::now() + std::time::Duration::from_mins(2);
    loop {
        let Err(complaint) = look().await else { return };
        assert!(std::time::Instant::now() < deadline, "{what}: {complaint}\n{}", daemon.complaint());
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// A gateway domain that nobody else uses; all its addresses are one mailbox.
fn gateway(post: &PostOffice) -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    assert!(number < GATEWAYS, "more offices than gateways");
    let domain = format!("c{number}.tirtasari.example");
    let placed = post.drop_into(&format!("kurir@{domain}"), "first", b"Subject: x\r\n\r\n");
    std::fs::remove_file(placed).unwrap();
    let maildir = post.dovecot.maildir(&format!("kurir@{domain}"));
    for other in ["balas", "kembali"] {
        std::os::unix::fs::symlink(&maildir, maildir.with_file_name(other)).unwrap();
    }
    domain
}

fn configuration(post: &PostOffice, database: &Database, (domain, bot): (&str, &str)) -> String {
    let values = [
        ("DOMAIN", domain.to_owned()),
        ("URL", database.url.clone()),
        ("FILES", database.files.display().to_string()),
        ("SUBMISSION", post.postfix.submission_port.to_string()),
        ("IMAPS", post.dovecot.imaps_port.to_string()),
        ("CA", post.authority.path.display().to_string()),
        ("MX", post.mx_id()),
        ("LOGIN", post.submission_id()),
        ("BOT", bot.to_owned()),
    ];
    database.nest.fill(include_str!("kurir.toml"), &values)
}

/// A letter from the Sekda as a caller writes it.
fn form(id: &str, to: &str) -> String {
    format!(
        "id = \"{id}\"\nnumber = \"005/{id}\"\ndate = 2025-11-24\nkind = \"official_letter\"\nurgency = \"normal\"\nclass = \"ordinary\"\n\
         classification = \"005\"\nsubject = \"Rapat banjir {id}\"\nsummary = \"Ringkas.\"\nsender = {{ position = \"SEKDA\" }}\nto = [\"{to}\"]\n"
    )
}

/// Waits for a fact of the file system or a mailbox.
pub async fn seen(what: &str, look: impl Fn() -> bool) {
    until(what, || if look() { Ok(()) } else { Err("not yet".to_owned()) }).await;
}

/// How many mails of this office that name a letter's number lie in somebody's mailbox.
pub fn copies(office: &Office, address: &str, id: &str) -> usize {
    let name = regex::Regex::new(&format!(r"005/{}\b", regex::escape(id))).unwrap();
    office.mails(address).iter().filter(|mail| name.is_match(&mail.text())).count()
}
