//! Looking at a page in a browser.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::browser::Browser;

/// A screen, in pixels as CSS has them.
pub(super) struct Sight {
    width: u32,
    height: u32,
    is_mobile: bool,
}

pub(super) const DESKTOP: Sight = Sight { width: 1_280, height: 900, is_mobile: false };
pub(super) const PHONE: Sight = Sight { width: 360, height: 740, is_mobile: true };

/// The functions by which a page is looked at.
const EYES: &str = include_str!("sight.js");

impl Sight {
    /// Shows a file on this screen, to somebody who prefers this light.
    pub(super) fn show(&self, browser: &mut Browser, scheme: &str, file: &Path) {
        browser.call("Emulation.setDeviceMetricsOverride", self.screen(json!(self.height)));
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        browser.call("Emulation.setEmulatedMedia", json!({ "features": [feature] }));
        browser.show(file);
    }

    fn screen(&self, height: Value) -> Value {
        json!({ "width": self.width, "height": height, "mobile": self.is_mobile, "deviceScaleFactor": 1 })
    }

    /// As [`Sight::show`], until all charts are drawn.
    pub(super) fn look(&self, browser: &mut Browser, scheme: &str, file: &Path) {
        self.show(browser, scheme, file);
        see(browser, "settled()");
    }
}

/// What one of the functions sees.
pub(super) fn see(browser: &mut Browser, call: &str) -> Value {
    browser.value(&format!("(() => {{ {EYES}; return {call}; }})()"))
}

/// All charts have shapes, nothing failed, and nothing is wider than the screen.
pub(super) fn assert_drawn(browser: &mut Browser, what: &str) {
    let none = json!([]);
    assert_eq!(browser.value("document.getElementById('failure').innerText"), "", "{what}");
    assert_ne!(browser.value("document.querySelectorAll('[data-chart]').length"), 0, "{what}");
    assert_eq!(see(browser, "undrawn()"), none, "charts without shapes: {what}");
    assert_eq!(see(browser, "tooWide()"), none, "too wide: {what}");
}

/// Every text has enough contrast.
pub(super) fn assert_legible(browser: &mut Browser, what: &str) {
    assert_eq!(see(browser, "illegible()"), json!([]), "{what}");
}

/// The colour behind everything.
pub(super) fn ground(browser: &mut Browser) -> Value {
    browser.value("getComputedStyle(document.body).backgroundColor")
}

/// The page prints, and light whatever it was.
pub(super) fn assert_prints(browser: &mut Browser, name: &str, pictures: Option<&Path>) {
    browser.call(
        "Emulation.setEmulatedMedia",
        json!({ "media": "print", "features": [{ "name": "prefers-color-scheme", "value": "dark" }] }),
    );
    assert_eq!(ground(browser), "rgb(255, 255, 255)", "{name}");
    assert_eq!(browser.value("document.getElementById('theme').checkVisibility()"), false, "{name}");
    assert_legible(browser, name);
    browser.call("Emulation.setEmulatedMedia", json!({ "media": "" }));
    let answer = browser.call("Page.printToPDF", json!({ "printBackground": true, "preferCSSPageSize": true }));
    let pdf = bytes(&answer["data"]);
    assert!(pdf.starts_with(b"%PDF-") && pdf.len() > 10_000, "{name}: {} bytes", pdf.len());
    if let Some(pictures) = pictures {
        fs::write(pictures.join(format!("{name}.pdf")), pdf).expect("there is room for a document");
    }
}

/// Writes all of the page as a picture, on a screen as tall as the page.
pub(super) fn picture(browser: &mut Browser, sight: &Sight, file: &Path) {
    let height = browser.value("document.documentElement.scrollHeight");
    browser.call("Emulation.setDeviceMetricsOverride", sight.screen(height));
    see(browser, "settled()");
    let answer = browser.call("Page.captureScreenshot", json!({}));
    browser.call("Emulation.setDeviceMetricsOverride", sight.screen(json!(sight.height)));
    fs::write(file, bytes(&answer["data"])).expect("there is room for a picture");
}

/// The bytes that base64 stands for.
fn bytes(text: &Value) -> Vec<u8> {
    let value = |digit: u8| match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let digits: Vec<u8> = text.as_str().expect("it is text").trim_end_matches('=').bytes().map(value).collect();
    let group = |group: &[u8]| {
        let bits = group.iter().enumerate().fold(0_u32, |bits, (at, digit)| bits | u32::from(*digit) << (18 - 6 * at));
        bits.to_be_bytes()[1..group.len()].to_vec()
    };
    digits.chunks(4).flat_map(group).collect()
}
