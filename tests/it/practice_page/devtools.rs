//! A real browser, driven by its own protocol over a pipe: no port, no driver, nothing of ours between.

use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The browser of the tests; `tests/run` installs it.
pub const CHROMIUM: &str = "/usr/bin/chromium";

/// The pipe's two ends are its descriptors 3 and 4. A browser that hangs is ended, so that the test fails and does not wait.
const START: &str = r#"exec timeout -k 5 300 "$@" 3<&0 4>&1 0</dev/null 1>/dev/null 2>/dev/null"#;

/// Switches of every run as root and without a network.
const SWITCHES: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
];

/// One browser with one page.
pub struct Browser {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    calls: u64,
    session: String,
    /// What the browser told by itself: method and parameters.
    pub told: Vec<(String, Value)>,
}

impl Browser {
    /// Starts one whose profile lies in a folder of the test.
    pub fn start(folder: &Path) -> Self {
        let profile = format!("--user-data-dir={}", folder.join("profile").display());
        let mut child = Command::new("sh")
            .args(["-c", START, "sh", CHROMIUM])
            .args(SWITCHES)
            .arg(profile)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .expect("sh starts");
        let (to, from) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut browser = Self { child, to, from, calls: 0, session: String::new(), told: Vec::new() };
        let page = browser.call("Target.createTarget", &json!({ "url": "about:blank" }))["targetId"].clone();
        let attached = browser.call("Target.attachToTarget", &json!({ "targetId": page, "flatten": true }));
        attached["sessionId"].as_str().unwrap().clone_into(&mut browser.session);
        for domain in ["Page", "Runtime", "Network", "Log"] {
            browser.call(&format!("{domain}.enable"), &json!({}));
        }
        browser
    }

    /// Asks for something and waits for the answer.
    pub fn call(&mut self, method: &str, params: &Value) -> Value {
        self.calls += 1;
        let mut call = json!({ "id": self.calls, "method": method, "params": params });
        if !self.session.is_empty() {
            call["sessionId"] = self.session.clone().into();
        }
        self.to.write_all(format!("{call}\0").as_bytes()).unwrap();
        loop {
            let answer = self.next();
            if answer["id"] == self.calls {
                assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                return answer["result"].clone();
            }
        }
    }

    /// The next message; what is no answer is kept.
    fn next(&mut self) -> Value {
        let mut text = Vec::new();
        self.from.read_until(0, &mut text).unwrap();
        assert_eq!(text.pop(), Some(0), "{CHROMIUM} has ended; `tests/run` installs it");
        let message: Value = serde_json::from_slice(&text).unwrap();
        if let Some(method) = message["method"].as_str() {
            self.told.push((method.to_owned(), message["params"].clone()));
        }
        message
    }

    /// Opens an address and waits until everything of it has come.
    pub fn go(&mut self, url: &str) {
        self.told.clear();
        self.call("Page.navigate", &json!({ "url": url }));
        while !self.told.iter().any(|(method, _)| method == "Page.loadEventFired") {
            self.next();
        }
        self.js("document.fonts.ready.then(() => true)");
    }

    /// Runs a line of script in the page.
    pub fn js(&mut self, line: &str) -> Value {
        let params = json!({ "expression": line, "awaitPromise": true, "returnByValue": true });
        let done = self.call("Runtime.evaluate", &params);
        assert!(done["exceptionDetails"].is_null(), "{line}: {}", done["exceptionDetails"]);
        done["result"]["value"].clone()
    }

    /// Waits until a line of script is true; the page itself looks at every frame it draws.
    pub fn until(&mut self, line: &str) {
        let watch = format!(
            "new Promise((yes, no) => {{ const end = performance.now() + 30000; const look = () => {{ if ({line}) yes(true); \
             else if (performance.now() > end) no(new Error('never')); else requestAnimationFrame(look); }}; look(); }})"
        );
        self.js(&watch);
    }

    /// A window of this width, dark or light.
    pub fn look(&mut self, (width, height): (u32, u32), dark: bool) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 720 });
        self.call("Emulation.setDeviceMetricsOverride", &size);
        let scheme = if dark { "dark" } else { "light" };
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.call("Emulation.setEmulatedMedia", &media);
    }

    /// Presses a key.
    pub fn key(&mut self, name: &str, code: u32) {
        for kind in ["rawKeyDown", "keyUp"] {
            let key = json!({ "type": kind, "key": name, "code": name, "windowsVirtualKeyCode": code });
            self.call("Input.dispatchKeyEvent", &key);
        }
        if name == "Enter" {
            self.call("Input.dispatchKeyEvent", &json!({ "type": "char", "key": name, "text": "\r" }));
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Asked first, so that nothing of it still writes into the folder that goes next; then the whole group is ended.
        let _ = self.to.write_all(b"{\"id\":0,\"method\":\"Browser.close\"}\0");
        let _ = self.from.read_to_end(&mut Vec::new());
        let group = rustix::process::Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        let _ = self.child.wait();
    }
}
