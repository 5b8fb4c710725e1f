use super::*;
use crate::domain::fault_lines::FaultTable;
use crate::domain::letter::SecurityClass;
use crate::domain::limits;
use crate::domain::policy::{Content, DispositionReach, MailReach};
use std::fs::write;

fn defaults() -> Config {
    parse("kurir.toml", "").unwrap()
}

/// The keys of a documented file, the unset ones included.
fn documented_keys(defaults: &str) -> BTreeSet<String> {
    keys(&layers::documented(defaults).parse().unwrap(), "")
}

#[test]
fn every_key_of_the_structs_is_documented_and_every_documented_key_exists() {
    let full: Config = toml::from_str(&layers::documented(DEFAULTS)).expect("a documented key is none of the structs");
    let named = keys(&toml::Table::try_from(&full).unwrap(), "");
    assert_eq!(named, documented_keys(DEFAULTS));
    let workflow: Workflow = toml::from_str(WORKFLOW_DEFAULTS).unwrap();
    assert_eq!(keys(&toml::Table::try_from(&workflow).unwrap(), ""), documented_keys(WORKFLOW_DEFAULTS));
}

#[test]
fn a_comment_stands_above_every_key() {
    for file in [DEFAULTS, WORKFLOW_DEFAULTS] {
        let lines: Vec<&str> = file.lines().collect();
        for pair in lines.windows(2) {
            let key = pair[1].trim_start_matches('#');
            if key.split_once(" = ").is_some_and(|(name, _)| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')) {
                assert!(pair[0].starts_with("# "), "no sentence above {:?}", pair[1]);
            }
        }
    }
}

#[test]
fn the_defaults_are_the_rules_of_the_house() {
    let config = defaults();
    assert_eq!(config.channels, ChannelTable::default());
    let restricted = config.channels.of(SecurityClass::Restricted);
    assert_eq!((restricted.email_reach, restricted.telegram), (MailReach::Official, Content::Notice));
    let waits: Vec<i64> = (1..=7).map(|failed| config.retry.wait(failed).as_mins()).collect();
    assert_eq!(waits, [1, 5, 15, 30, 60, 120, 120]);
    assert!(!config.trial.live);
    let limits = config.limits;
    assert_eq!((limits.mail_bytes, limits.file_bytes), (limits::MAIL_BYTES, limits::FILE_BYTES));
    assert_eq!((limits.pdf_pages, limits.attachments), (limits::PDF_PAGES, limits::ATTACHMENTS));
    let workflow = parse_workflow("workflow.toml", "").unwrap();
    assert_eq!(workflow.disposition.reach, DispositionReach::Below);
}

#[test]
fn a_city_names_only_what_it_changes() {
    let config = parse("kurir.toml", "[smtp]\nport = 465\nsecurity = 'tls'\n[trial]\nchats = [5]").unwrap();
    assert_eq!((config.smtp.port, config.smtp.security), (465, Security::Implicit));
    assert_eq!(config.smtp.host, defaults().smtp.host);
    assert_eq!(config.trial.chats, [5]);
    let workflow = parse_workflow("workflow.toml", "[disposition]\ncopy_to_skipped = false").unwrap();
    assert!(!workflow.disposition.copy_to_skipped && workflow.disposition.token_days == 30);
}

#[test]
fn the_example_is_sound_and_names_what_a_city_must_set() {
    let config = parse("example.toml", EXAMPLE).unwrap();
    assert_eq!(config.intake.from, IntakeSource::Imap);
    assert_eq!(unset(EXAMPLE), Vec::<String>::new());
    assert!(unset("[city]\nname = 'X'").contains(&"smtp.host".to_owned()));
    assert!(!unset("[city]\nname = 'X'").contains(&"city.name".to_owned()));
}

/// A text, the key of the fault, its code.
const SLIPS: &[(&str, &str, &str)] = &[
    ("[smtp", "", "syntax"),
    ("[smtp]\nhots = 'x'", "smtp.hots", "unknown_key"),
    ("[sntp]\nhost = 'x'", "sntp", "unknown_key"),
    ("[smtp]\nport = 'x'", "smtp.port", "not_number"),
    ("[smtp]\nport = 0", "smtp.port", "out_of_range"),
    ("[smtp]\nsecurity = 'ssl'", "smtp.security", "not_one_of"),
    ("[smtp]\nsecurity = 'none'\nhost = 'mail.kota.example'", "smtp.security", "loopback_only"),
    ("[smtp]\nusername = 'kurir'", "smtp.password_file", "needed"),
    ("[city]\nzone = 'Asia/Bekasi'", "city.zone", "bad_form"),
    ("[city]\nhours = '8-16'", "city.hours", "bad_form"),
    ("[city]\nname = ''", "city.name", "one_line"),
    ("[city]\nmail_domains = ['kota']", "city.mail_domains.0", "bad_form"),
    ("[gateway]\nfrom_address = 'kurir'", "gateway.from_address", "bad_form"),
    ("[gateway]\npublic_url = 'ftp://x/'", "gateway.public_url", "bad_form"),
    ("[gateway]\nlisten = '8025'", "gateway.listen", "bad_form"),
    ("[store]\nurl = 'postgres://kurir:geheim@db/kurir'", "store.url", "secret_inside"),
    ("[store]\nurl = 'postgres://kurir@db/kurir?password=geheim'", "store.url", "secret_inside"),
    ("[store]\nurl = 'mysql://db'", "store.url", "bad_form"),
    ("[telegram]\nenabled = true", "telegram.token_file", "needed"),
    ("[intake]\nfrom = 'imap'", "intake.password_file", "needed"),
    ("[intake.border]\nmx_authserv_id = 'a'\nsubmission_authserv_id = 'A'", "intake.border.submission_authserv_id", "same_as"),
    ("[retry]\nsteps = ['1 min', '5 weeks']", "retry.steps.1", "bad_form"),
    // What no flow asks for is not offered.
    ("[deadlines]\nurgent = '2 working days'", "deadlines", "unknown_key"),
    ("[city]\nname = 5", "city.name", "not_text"),
    ("[trial]\nlive = 'ya'", "trial.live", "not_yes_no"),
    ("[city]\nmail_domains = 'kota.example'", "city.mail_domains", "not_list"),
    ("[channels.secret]\nemail = 'all'", "channels.secret.email", "not_one_of"),
    ("[limits]\nmail_bytes = 999999999", "limits.mail_bytes", "out_of_range"),
    ("smtp = 5", "smtp", "not_section"),
];

fn faults_of(text: &str) -> Vec<ConfigFault> {
    parse("city.toml", text).map_or_else(|error| error.0, |_| Vec::new())
}

#[test]
fn every_fault_names_file_key_and_remedy() {
    let table = FaultTable::parse(SENTENCES).unwrap();
    let mut told: BTreeSet<String> = BTreeSet::from(["unreadable".to_owned()]);
    for (text, key, code) in SLIPS {
        let faults = faults_of(text);
        let found = faults.iter().find(|fault| fault.key == *key).unwrap_or_else(|| panic!("{text:?}: {faults:?}"));
        let value = serde_json::to_value(found).unwrap();
        assert_eq!((value["code"].as_str().unwrap(), found.file.as_str()), (*code, "city.toml"), "{text}");
        let line = table.line(found);
        assert!(!line.fault.contains('{') && !line.remedy.contains('{') && line.remedy.len() > 5, "{line:?}");
        assert!(!line.fault.contains("geheim"));
        told.insert((*code).to_owned());
    }
    assert_eq!(told, table.codes().map(str::to_owned).collect());
}

#[test]
fn all_faults_come_at_once() {
    let text = "[smtp]\nport = 'x'\nhots = 1\nusername = 'kurir'\n[city]\nzone = 'Mars'\nhours = 'always'\n[retry]\nthen = '2'";
    let keys: BTreeSet<String> = faults_of(text).into_iter().map(|fault| fault.key).collect();
    let expected = ["city.hours", "city.zone", "retry.then", "smtp.hots", "smtp.password_file", "smtp.port"];
    assert_eq!(keys.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}

proptest::proptest! {
    #[test]
    fn no_text_brings_the_reading_down(
        section in "(city|smtp|smtp.timeouts|retry|channels.secret|trial|x)",
        key in "(name|host|port|steps|email|chats|connect|y)",
        value in "([0-9]{1,20}|true|\\[.{0,8}\\]|'[^']{0,12}'|\\{ a = 1 \\}|1979-05-27)",
    ) {
        let text = format!("[{section}]\n{key} = {value}\n");
        if let Err(ConfigError(faults)) = parse("c", &text) {
            proptest::prop_assert!(!faults.is_empty(), "{text}");
        }
    }
}

#[test]
fn an_installation_is_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let bare = load(&Source::Dir(folder.path().to_owned())).unwrap();
    assert_eq!(bare.layout.database, Some(folder.path().join("kurir.db")));
    let nowhere = load(&Source::Dir(folder.path().join("nowhere"))).unwrap_err();
    assert!(matches!(nowhere.0.as_slice(), [ConfigFault { kind: ConfigFaultKind::Unreadable { .. }, .. }]));
    assert!(matches!(load(&Source::File(folder.path().join("none.toml"))), Err(ConfigError(faults)) if faults.len() == 1));
    write(folder.path().join(CONFIG_FILE), "[store]\nurl = 'postgres://kurir@db/kurir'\n[print]\nspool = '/srv/print'").unwrap();
    write(folder.path().join(WORKFLOW_FILE), "[disposition]\ntoken_days = 60").unwrap();
    let set = load(&Source::File(folder.path().join(CONFIG_FILE))).unwrap();
    assert_eq!((set.layout.database.as_ref(), set.layout.spool.as_path()), (None, Path::new("/srv/print")));
    assert_eq!(set.workflow.disposition.token_days, 60);
    write(folder.path().join(WORKFLOW_FILE), "[disposition]\ntoken_day = 60").unwrap();
    let error = load(&Source::Dir(folder.path().to_owned())).unwrap_err();
    assert!(error.0[0].file.ends_with(WORKFLOW_FILE) && error.0[0].key == "disposition.token_day");
}

#[test]
fn the_effective_configuration_reads_back_and_names_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path().join(CONFIG_FILE), "[smtp]\nusername = 'kurir'\npassword_file = 'smtp-password'").unwrap();
    write(folder.path().join("smtp-password"), "geheim").unwrap();
    let set = load(&Source::Dir(folder.path().to_owned())).unwrap();
    let shown = set.effective().unwrap();
    assert!(shown.contains("smtp-password") && !shown.contains("geheim"));
    let (config, _) = shown.split_once("# workflow.toml").unwrap();
    assert_eq!(parse("shown", config).unwrap(), set.config);
}

#[test]
fn every_secret_of_the_configuration_is_known_to_the_check() {
    let full: Config = toml::from_str(&layers::documented(DEFAULTS)).unwrap();
    let named: BTreeSet<String> = full.secret_files().into_iter().map(|(key, _)| key.to_owned()).collect();
    let secret = |key: &String| key.ends_with("password_file") || key.ends_with("token_file");
    assert_eq!(named, documented_keys(DEFAULTS).into_iter().filter(secret).collect());
    assert_eq!(defaults().secret_files(), []);
}

#[test]
fn addresses_of_the_city_are_those_in_and_below_its_domains() {
    let city = parse("c", "[city]\nmail_domains = ['Tirtasari.example']").unwrap().city;
    assert!(city.is_official_address("a@tirtasari.example") && city.is_official_address("A@Dinkes.Tirtasari.EXAMPLE"));
    assert!(!city.is_official_address("a@nottirtasari.example") && !city.is_official_address("tirtasari.example"));
}

#[test]
fn the_trial_knows_its_addresses_in_any_case() {
    let trial = parse("c", "[trial]\naddresses = ['Uji@Kota.Example']").unwrap().trial;
    assert!(trial.lists_address("uji@kota.example") && trial.lists_address("UJI@kota.example"));
    assert!(!trial.lists_address("lain@kota.example"));
}
