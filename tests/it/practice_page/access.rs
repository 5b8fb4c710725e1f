//! Everybody can use the pages: a checker that others wrote finds nothing, the keyboard reaches everything, nothing runs off
//! a narrow phone, and nothing is heavy.

use super::devtools::Browser;
use super::visitor::{DONI, HEAD_OF_HEALTH, Room};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Heaviest page with everything it brings, in bytes (the budget of a phone page).
const HEAVIEST: f64 = 150_000.0;
/// Page, stylesheet, script, font, ground, mark.
const REQUESTS: usize = 6;

/// The checker's script, installed when it is missing; `None` on a machine without Python, except in CI.
pub fn axe() -> Option<&'static str> {
    static AXE: OnceLock<Option<String>> = OnceLock::new();
    let found = AXE.get_or_init(|| {
        let project = Path::new(env!("CARGO_MANIFEST_DIR"));
        let place: PathBuf = project.join("target/axe");
        let setup = Command::new("sh").arg(project.join("tests/axe/setup.sh")).arg(&place).output().expect("a shell");
        let script = std::fs::read_to_string(place.join("axe.min.js")).ok().filter(|_| setup.status.success());
        assert!(script.is_some() || std::env::var_os("CI").is_none(), "no axe in CI: {}", String::from_utf8_lossy(&setup.stderr));
        script
    });
    if found.is_none() {
        println!("skipped: no Python with venv here, so that nobody else checks our pages");
    }
    found.as_deref()
}

/// What the checker finds on the open page: rule, place, reason.
fn findings(browser: &mut Browser, axe: &str) -> Vec<String> {
    browser.js(&format!("{axe}; true"));
    let found =
        browser.js("axe.run(document).then((told) => { if (told.passes.length < 15) throw new Error('axe looked at nothing'); \
         return told.violations.flatMap((one) => one.nodes.map((node) => \
         one.id + ': ' + node.target.join(' ') + ': ' + (node.failureSummary || one.help))); })");
    found.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect()
}

/// Looks at a page as a desk and a phone, light and dark.
pub fn examine(browser: &mut Browser, axe: &str, (name, url): (&str, &str)) {
    for (size, dark) in [((1366, 768), false), ((1366, 768), true), ((390, 844), false), ((390, 844), true)] {
        browser.look(size, dark);
        browser.go(url);
        let found = findings(browser, axe);
        assert!(found.is_empty(), "{name} at {size:?}, dark: {dark}\n{}", found.join("\n"));
    }
    for width in [360, 320] {
        browser.look((width, 700), false);
        browser.go(url);
        let wide = browser.js("document.documentElement.scrollWidth").as_u64().unwrap();
        assert!(wide <= u64::from(width), "{name} runs off a phone of {width}: {wide}");
    }
}

#[tokio::test]
async fn a_checker_of_others_finds_nothing_on_the_practice_page_in_any_state() {
    let Some(axe) = axe() else { return };
    let room = Room::open().await;
    let (job, check) = (room.job().await, room.check_path().await);
    let mut browser = Browser::start(&room.folder().with_file_name("axe"));
    examine(&mut browser, axe, ("a fresh room", &room.url()));
    let mail = room.open_mail(HEAD_OF_HEALTH).await;
    for origin in ["palsu", ""] {
        let reply =
            [("kotak", HEAD_OF_HEALTH), ("surel", mail.as_str()), ("teks", "TL ke Kabid P2P, lapor Kamis"), ("asal", origin)];
        room.post("/luar/balas", &reply).await;
    }
    room.record_with("tidak dicatat sebagai tindakan").await;
    room.record_with("disposisi Kadis Kesehatan kepada Kabid P2P").await;
    room.press(DONI, "Disposisi").await;
    for step in ["cetak", "bawa"] {
        room.post("/latihan/cetak", &[("lembar", &job), ("langkah", step)]).await;
    }
    examine(&mut browser, axe, ("answered, refused, dispatched", &format!("{}?kabar=terkirim", room.url())));
    examine(&mut browser, axe, ("nothing here", &format!("{}tidak-ada", room.url())));
    examine(&mut browser, axe, ("the form for a code", &format!("{}periksa", room.url())));
    examine(&mut browser, axe, ("an unknown code", &format!("{}periksa/AAAAAAAAAA", room.url())));
    examine(&mut browser, axe, ("a known code", &format!("{}{}", room.url(), check.trim_start_matches('/'))));
}

#[tokio::test]
async fn the_checker_finds_what_is_planted() {
    let Some(axe) = axe() else { return };
    let room = Room::open().await;
    let mut browser = Browser::start(&room.folder().with_file_name("axe"));
    browser.look((1366, 768), false);
    browser.go(&room.url());
    browser
        .js("document.querySelector('label[for=balas]').remove(); document.getElementById('catatan').style.color = '#bbb'; true");
    let found = findings(&mut browser, axe).join("\n");
    assert!(found.contains("label: #balas") && found.contains("color-contrast: "), "{found}");
}

/// Every control that can be seen, in the order of the page.
const CONTROLS: &str = "[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, \
    [tabindex=\"0\"]')].filter((one) => one.checkVisibility())";

/// What has the focus: its place among the controls, the width of its ring, whether it is in sight.
const FOCUSED: &str = "(() => { const at = document.activeElement; const ring = getComputedStyle(at); \
    const box = at.getBoundingClientRect(); \
    return [CONTROLS.indexOf(at), ring.outlineStyle === 'none' ? 0 : parseFloat(ring.outlineWidth), \
    box.top < innerHeight && box.bottom > 0 && box.left < innerWidth && box.right > 0]; })()";

#[tokio::test]
async fn the_keyboard_reaches_every_control_in_the_order_of_the_page_and_shows_where_it_is() {
    let room = Room::open().await;
    room.job().await;
    let mut browser = Browser::start(&room.folder().with_file_name("keys"));
    for size in [(1366, 768), (390, 844)] {
        browser.look(size, false);
        browser.go(&room.url());
        let controls = browser.js(&format!("{CONTROLS}.length")).as_u64().unwrap();
        assert!(controls > 15, "{controls}");
        for place in 0..controls {
            browser.key("Tab", 9);
            let told = browser.js(&FOCUSED.replace("CONTROLS", CONTROLS));
            assert_eq!(told[0], place, "at {size:?}");
            assert!(told[1].as_f64().unwrap() >= 2.0, "no ring at control {place}: {told}");
            assert_eq!(told[2], true, "control {place} is out of sight: {told}");
        }
    }
}

/// A page that scrolls holds no scroller for its mail: no line is cut in half, and the examples are read on the way to the answer.
#[tokio::test]
async fn on_a_phone_the_mail_stands_whole_and_its_examples_come_before_the_answer() {
    let room = Room::open().await;
    let mut browser = Browser::start(&room.folder().with_file_name("phone"));
    for width in [390, 320] {
        browser.look((width, 844), false);
        browser.go(&room.url());
        let cut = "(() => { const text = document.getElementById('surat'); return text.scrollHeight - text.clientHeight; })()";
        assert!(browser.js(cut).as_i64().unwrap() <= 1, "{width}: {}", browser.js(cut));
        let example = "(() => { const lines = [...document.querySelectorAll('#surat p')].filter((one) => one.textContent.includes('Contoh')); \
            const answer = document.getElementById('balas').getBoundingClientRect().top; \
            return lines.length === 1 && lines[0].checkVisibility() && lines[0].getBoundingClientRect().bottom < answer; })()";
        assert_eq!(browser.js(example), true, "{width}");
    }
}

#[tokio::test]
async fn news_of_the_record_never_moves_the_focus() {
    let room = Room::open().await;
    room.job().await;
    let mut browser = Browser::start(&room.folder().with_file_name("focus"));
    browser.look((1366, 768), false);
    browser.go(&room.url());
    for held in [".qr-link", ".chain", "#bukti summary", "#meja button"] {
        browser.js(&format!("document.querySelector('{held}').focus(); true"));
        let before = browser.js("document.querySelector('#bukti').textContent.length").as_u64().unwrap();
        let mail = room.open_mail(HEAD_OF_HEALTH).await;
        let reply = [("kotak", HEAD_OF_HEALTH), ("surel", mail.as_str()), ("teks", "TL Kabid P2P"), ("asal", "palsu")];
        assert_eq!(room.post("/luar/balas", &reply).await.status, 303);
        browser.until(&format!("document.querySelector('#bukti').textContent.length > {before} + 60"));
        assert_eq!(browser.js(&format!("document.activeElement === document.querySelector('{held}')")), true, "{held}");
    }
}

#[tokio::test]
async fn a_sheet_is_printed_by_keyboard_alone_and_the_focus_stays_at_the_desk() {
    let room = Room::open().await;
    room.job().await;
    let mut browser = Browser::start(&room.folder().with_file_name("keys"));
    browser.look((1366, 768), false);
    browser.go(&room.url());
    browser.js("document.querySelector('#meja button').focus(); true");
    browser.key("Enter", 13);
    browser.until("document.querySelector('#meja button')?.value === 'bawa'");
    assert_eq!(browser.js("document.getElementById('meja').contains(document.activeElement)"), true);
    browser.until("document.getElementById('bukti').textContent.includes('dicetak')");
}

#[tokio::test]
async fn without_scripts_every_form_of_the_page_works_and_says_so() {
    let room = Room::open().await;
    room.job().await;
    let mut browser = Browser::start(&room.folder().with_file_name("plain"));
    browser.call("Emulation.setScriptExecutionDisabled", &serde_json::json!({ "value": true }));
    browser.look((1366, 768), false);
    browser.go(&room.url());
    assert!(browser.js("[...document.querySelectorAll('noscript')].length").as_u64().unwrap() >= 2);
    assert_eq!(browser.js("[...document.forms].every((one) => one.querySelector('[type=submit]'))"), true);
    let body = room.get(&format!("/?kotak={HEAD_OF_HEALTH}&kabar=terkirim")).await.body;
    assert!(body.contains("Balasan terkirim. Tanda catatnya"), "{body}");
}

#[tokio::test]
async fn a_page_with_all_it_brings_is_light() {
    let room = Room::open().await;
    let check = room.check_path().await;
    let mut browser = Browser::start(&room.folder().with_file_name("weight"));
    browser.call("Network.setCacheDisabled", &serde_json::json!({ "cacheDisabled": true }));
    for path in [String::new(), check.trim_start_matches('/').to_owned()] {
        browser.look((390, 844), false);
        browser.go(&format!("{}{path}", room.url()));
        let loaded: Vec<&Value> =
            browser.told.iter().filter(|(method, _)| method == "Network.loadingFinished").map(|(_, it)| it).collect();
        let asked: Vec<&str> = browser
            .told
            .iter()
            .filter(|(method, _)| method == "Network.requestWillBeSent")
            .map(|(_, it)| it["request"]["url"].as_str().unwrap())
            .filter(|url| !url.contains("/latihan/potongan"))
            .collect();
        let bytes: f64 = loaded.iter().map(|it| it["encodedDataLength"].as_f64().unwrap()).sum();
        assert!(bytes > 50_000.0 && bytes <= HEAVIEST, "{bytes} bytes");
        assert!(asked.len() <= REQUESTS, "{asked:#?}");
    }
}
