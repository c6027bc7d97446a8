//! A headless Chromium, told what to do by the DevTools protocol over a pair of pipes.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use serde_json::{Value, json};

use crate::running::{PATIENCE, Running};

/// What tests ask of the browser: none of its own traffic, and nothing that a container lacks.
const FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
];

/// A browser with one tab; dropped, it is closed.
pub struct Browser {
    running: Running,
    commands: File,
    messages: Receiver<Value>,
    /// Events that came while an answer was awaited.
    events: VecDeque<Value>,
    session: Option<String>,
    last_id: u64,
    /// The address of the page that is shown.
    shown: String,
    // Goes last: the browser writes into it.
    _profile: tempfile::TempDir,
}

impl Browser {
    /// A new browser, or else a word about what is skipped for want of it.
    pub fn open() -> Option<Self> {
        let Some(program) = program() else {
            eprintln!("skipped: chromium is not on the path");
            return None;
        };
        let profile = tempfile::tempdir().expect("there is room for a profile");
        let (running, commands, answers) = start(&program, profile.path());
        let mut browser = Self {
            running,
            commands,
            messages: messages(answers),
            events: VecDeque::new(),
            session: None,
            last_id: 0,
            shown: String::new(),
            _profile: profile,
        };
        let target = browser.call("Target.createTarget", json!({ "url": "about:blank" }));
        let attached =
            browser.call("Target.attachToTarget", json!({ "targetId": target["targetId"], "flatten": true }));
        browser.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Log", "Network"] {
            browser.call(&format!("{domain}.enable"), json!({}));
        }
        Some(browser)
    }

    /// What a command of the protocol gives back.
    pub fn call(&mut self, method: &str, params: Value) -> Value {
        self.last_id += 1;
        let mut command = json!({ "id": self.last_id, "method": method, "params": params });
        if let Some(session) = &self.session {
            command["sessionId"] = json!(session);
        }
        let mut bytes = serde_json::to_vec(&command).expect("it is JSON");
        bytes.push(0);
        self.commands.write_all(&bytes).expect("the browser listens");
        loop {
            let message = self.next();
            if message["id"] == json!(self.last_id) {
                assert_eq!(message.get("error"), None, "{method}");
                return message["result"].clone();
            }
            self.events.push_back(message);
        }
    }

    /// Shows a file of this machine, to its end.
    pub fn show(&mut self, file: &Path) {
        self.events.clear();
        self.shown = format!("file://{}", file.display());
        self.call("Page.navigate", json!({ "url": self.shown }));
        while !self.events.iter().any(|event| event["method"] == "Page.loadEventFired") {
            let message = self.next();
            self.events.push_back(message);
        }
    }

    /// The value of an expression in the page; a promise is awaited.
    pub fn value(&mut self, expression: &str) -> Value {
        let params = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let answer = self.call("Runtime.evaluate", params);
        assert_eq!(answer.get("exceptionDetails"), None, "{expression}");
        answer["result"]["value"].clone()
    }

    /// What happened since a page was shown last that a page at rest does not do: messages in the console, of whatever
    /// severity, and requests for anything but the page and what it holds itself.
    pub fn complaints(&mut self) -> Vec<String> {
        let complaints = self.events.drain(..).filter(|event| match event["method"].as_str() {
            Some("Runtime.consoleAPICalled" | "Runtime.exceptionThrown" | "Log.entryAdded") => true,
            Some("Network.requestWillBeSent") => {
                let url = event["params"]["request"]["url"].as_str().unwrap_or_default();
                url != self.shown && !url.starts_with("data:")
            }
            _ => false,
        });
        complaints.map(|event| event.to_string()).collect()
    }

    fn next(&mut self) -> Value {
        self.messages.recv_timeout(PATIENCE).expect("the browser answers")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !thread::panicking() {
            self.session = None;
            self.call("Browser.close", json!({}));
            self.running.wait();
        }
    }
}

fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let files = std::env::split_paths(&path).flat_map(|directory| names.map(|name| directory.join(name)));
    files.into_iter().find(|file| file.is_file())
}

/// Starts a browser that reads commands from its descriptor 3 and writes to 4, as `--remote-debugging-pipe` has it.
fn start(program: &Path, directory: &Path) -> (Running, File, File) {
    let (commands, answers) = (directory.join("commands"), directory.join("answers"));
    let made = Command::new("mkfifo").args([&commands, &answers]).status().expect("there is mkfifo");
    assert!(made.success(), "mkfifo failed");
    let mut shell = Command::new("sh");
    shell.args(["-c", r#"commands="$1" answers="$2"; shift 2; exec "$@" 3<"$commands" 4>"$answers""#, "sh"]);
    shell.args([&commands, &answers]).arg(program).args(FLAGS);
    shell.arg(format!("--user-data-dir={}", directory.join("profile").display())).arg("about:blank");
    shell.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let running = Running::start_as_it_is(shell);
    // In the order of the shell: each end opens when the other does.
    let commands = File::options().write(true).open(commands).expect("the shell reads it");
    (running, commands, File::open(answers).expect("the shell writes it"))
}

/// The browser's messages as they come, each ended by a zero.
fn messages(answers: File) -> Receiver<Value> {
    let (sender, messages) = channel();
    thread::spawn(move || {
        for message in BufReader::new(answers).split(0) {
            let message = message.expect("the browser's pipe can be read");
            if sender.send(serde_json::from_slice(&message).expect("the browser speaks JSON")).is_err() {
                break;
            }
        }
    });
    messages
}
