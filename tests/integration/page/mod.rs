//! Pages in a real browser: every sample is drawn whole, in both lights, at both ends of the sizes of screens.
//!
//! With `TIDEGATE_SCREENSHOTS=DIR` the samples are also written there, with pictures of them. Those of another page:
//! `TIDEGATE_PAGE=report.html TIDEGATE_SCREENSHOTS=DIR cargo test --test integration of_a_page -- --ignored`.

mod samples;
mod sight;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tidegate::page;

use crate::browser::Browser;
use samples::Vary;
use sight::{DESKTOP, PHONE};

/// The colours behind everything.
const LIGHT: &str = "rgb(242, 245, 247)";
const DARK: &str = "rgb(13, 20, 26)";

const AMOUNTS: &[&str] = &["1000", "2000", "3000", "4000", "5000", "6000"];
const ONE_KEY: Vary<'_> = &[("daily-amount.amount", &["1000", "1500", "2000", "2500", "3000", "3500", "4000", "4500"])];
const TWO_KEYS: Vary<'_> = &[("daily-amount.amount", AMOUNTS), ("daily-count.count", &["0", "1", "2", "3", "5"])];
const THREE_KEYS: Vary<'_> = &[
    ("daily-amount.amount", AMOUNTS),
    ("daily-count.count", &["1", "2", "3", "5", "8", "13"]),
    ("weekly-amount.amount", &["5000", "10000", "15000", "20000"]),
];
const NO_POLICIES: Vary<'_> = &[("daily-count.count", &["0"])];
const NAMES: Vary<'_> =
    &[("daily-amount.window", &["day", "week", "</script><b>", "a-very-long-value-that-nobody-would-give"])];

/// Each sample page by name.
fn pages() -> Vec<(&'static str, String)> {
    let backtests = [
        ("backtest", samples::backtest(90)),
        ("years", samples::backtest(1_200)),
        ("weeks", samples::backtest(160)),
        ("one-day", samples::backtest(1)),
        ("empty", samples::empty()),
        ("check", samples::check()),
        ("faulty-check", samples::faulty_check()),
        ("nasty", samples::nasty()),
    ];
    let sweeps = [
        ("sweep-one-key", ONE_KEY),
        ("sweep-two-keys", TWO_KEYS),
        ("sweep-three-keys", THREE_KEYS),
        ("sweep-of-nothing", NO_POLICIES),
        ("sweep-names", NAMES),
    ];
    let backtests = backtests.map(|(name, report)| (name, page::backtest(&report.to_string())));
    let sweeps = sweeps.map(|(name, vary)| (name, page::sweep(&samples::sweep(vary).to_string())));
    backtests.into_iter().chain(sweeps).collect()
}

fn written(directory: &Path, name: &str, page: &str) -> PathBuf {
    let file = directory.join(format!("{name}.html"));
    fs::write(&file, page).expect("there is room for a page");
    file
}

/// Where pictures go, if anyone wants them.
fn pictures() -> Option<PathBuf> {
    std::env::var_os("TIDEGATE_SCREENSHOTS").map(PathBuf::from)
}

#[test]
fn every_page_is_drawn_whole_in_both_lights_at_every_size() {
    let Some(mut browser) = Browser::open() else { return };
    let directory = tempfile::tempdir().expect("there is room for pages");
    for (name, page) in pages() {
        let file = written(directory.path(), name, &page);
        for (sight, shape) in [(DESKTOP, "desktop"), (PHONE, "phone")] {
            for (scheme, ground) in [("light", LIGHT), ("dark", DARK)] {
                let what = format!("{name}, {shape}, {scheme}");
                sight.look(&mut browser, scheme, &file);
                sight::assert_drawn(&mut browser, &what);
                assert_eq!(sight::ground(&mut browser), ground, "{what}");
                sight::assert_legible(&mut browser, &what);
                if let Some(pictures) = pictures() {
                    sight::picture(&mut browser, &sight, &pictures.join(format!("{name}-{shape}-{scheme}.png")));
                }
                assert_eq!(browser.complaints(), Vec::<String>::new(), "{what}");
            }
        }
        sight::assert_prints(&mut browser, name, pictures().as_deref());
        if let Some(pictures) = pictures() {
            written(&pictures, name, &page);
        }
    }
}

#[test]
fn faults_of_a_page_are_seen() {
    let Some(mut browser) = Browser::open() else { return };
    let directory = tempfile::tempdir().expect("there is room for a page");
    let faulty = "<body style='background: #fff'><p style='width: 9000px; color: #999'>pale and wide</p>
        <figure data-chart=bare data-drawn=true><div class=plot><svg role=img aria-label=bare></svg></div></figure>
        <script>console.warn('a warning')</script><img src='http://127.0.0.1:9/picture'>";
    let file = written(directory.path(), "faulty", faulty);
    PHONE.look(&mut browser, "light", &file);
    let seen =
        ["undrawn().length", "tooWide().length > 0", "illegible().length"].map(|call| sight::see(&mut browser, call));
    assert_eq!(seen, [json!(1), json!(true), json!(1)]);
    let complaints = browser.complaints();
    for complaint in ["a warning", "http://127.0.0.1:9/picture"] {
        assert!(complaints.iter().any(|event| event.contains(complaint)), "{complaint}: {complaints:?}");
    }
}

#[test]
fn backtest_shows_its_figures_and_answers_to_clicks_and_keys() {
    let Some(mut browser) = Browser::open() else { return };
    let directory = tempfile::tempdir().expect("there is room for a page");
    let file = written(directory.path(), "backtest", &page::backtest(&samples::backtest(90).to_string()));
    DESKTOP.look(&mut browser, "light", &file);
    let text = browser.value("document.getElementById('main').innerText");
    for shown in
        ["decisions flip", "daily-amount: amount \"3000.00\", was \"5000.00\"", "11,201,977.20", "1 of 3 gates failed"]
    {
        assert!(text.as_str().is_some_and(|text| text.contains(shown)), "{shown}: {text}");
    }

    // A heading sorts its column, downwards first where it has figures; once more turns it round.
    let column = "[...document.querySelectorAll('[aria-label=Groups] tbody tr')].map((row) => row.cells[0].innerText)";
    let click = "document.querySelectorAll('[aria-label=Groups] th button')[1].click()";
    let groups = json!(["default", "gold", "KYC 2, verified in person"]);
    browser.value(click);
    assert_eq!(browser.value(column), groups);
    browser.value(click);
    assert_eq!(browser.value(column), groups.as_array().unwrap().iter().rev().cloned().collect::<Value>());

    // The arrow keys read values out.
    browser.value("document.querySelector('[data-chart=accepted-over-time] .plot svg').focus()");
    browser.call("Input.dispatchKeyEvent", json!({ "type": "keyDown", "key": "ArrowRight" }));
    browser.call("Input.dispatchKeyEvent", json!({ "type": "keyDown", "key": "ArrowRight" }));
    let tip = "document.querySelector('[data-chart=accepted-over-time] .tip:not([hidden])').innerText";
    assert!(browser.value(tip).as_str().is_some_and(|tip| tip.contains("2 Jan 2026")), "{}", browser.value(tip));

    // So does the pointer, and the measure can be chosen.
    browser.value("document.querySelectorAll('[data-chart=accepted-over-time] .choice button')[2].click()");
    let plot = "document.querySelector('[data-chart=accepted-over-time] .plot svg').getBoundingClientRect()";
    let plot = browser.value(&format!("{plot}.toJSON()"));
    let at = |key: &str| plot[key].as_f64().expect("it is a number");
    let (x, y) = (at("x") + at("width") / 2.0, at("y") + 40.0);
    let moved = json!({ "type": "mouseMoved", "x": x, "y": y });
    browser.call("Input.dispatchMouseEvent", moved);
    assert!(
        browser.value(tip).as_str().is_some_and(|tip| tip.contains("Feb 2026") && !tip.contains('%')),
        "{}",
        browser.value(tip)
    );

    // The switch changes the light that the reader's system prefers.
    browser.value("document.getElementById('theme').click()");
    assert_eq!(sight::ground(&mut browser), DARK);
    sight::assert_legible(&mut browser, "switched to dark");
    browser.value("document.getElementById('theme').click()");
    assert_eq!(sight::ground(&mut browser), LIGHT);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn sweep_sorts_exactly_and_leads_from_a_point_to_its_row() {
    let Some(mut browser) = Browser::open() else { return };
    let directory = tempfile::tempdir().expect("there is room for a page");
    let mut report = samples::sweep(ONE_KEY);
    // As floating-point numbers these are equal.
    for (at, loads) in ["90071992547409.93", "90071992547409.92", "90071992547409.94"].iter().enumerate() {
        report["candidates"][at]["metrics"]["loads_now"] = json!(loads);
    }
    let file = written(directory.path(), "sweep", &page::sweep(&report.to_string()));
    DESKTOP.look(&mut browser, "dark", &file);
    let table = "document.querySelector('[aria-label=Candidates]')";
    let marks = format!("[...{table}.querySelectorAll('tbody tr')].map((row) => row.matches('.unbeaten'))");
    let marks = browser.value(&marks);
    assert!(marks.as_array().is_some_and(|marks| marks.is_sorted_by_key(|mark| mark != true)), "{marks}");
    let heading = "find((button) => button.innerText.startsWith('Money let in'))";
    browser.value(&format!("[...{table}.querySelectorAll('th button')].{heading}.click()"));
    let first = &format!("[...{table}.querySelectorAll('tbody tr')].slice(0, 3).map((row) => row.cells[4].innerText)");
    let largest = ["90,071,992,547,409.94", "90,071,992,547,409.93", "90,071,992,547,409.92"];
    assert_eq!(browser.value(first), json!(largest));
    browser.value("document.querySelector('[data-candidate=\"4\"]').dispatchEvent(new MouseEvent('click'))");
    assert_eq!(browser.value("document.querySelector('tr.chosen').cells[0].innerText"), "3,000");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn page_that_cannot_be_drawn_says_so() {
    let Some(mut browser) = Browser::open() else { return };
    let directory = tempfile::tempdir().expect("there is room for a page");
    let file = written(directory.path(), "broken", &page::backtest("{\"metrics\": "));
    PHONE.show(&mut browser, "light", &file);
    let failure = browser.value("document.getElementById('failure').innerText");
    assert!(failure.as_str().is_some_and(|text| text.contains("could not be drawn")), "{failure}");
}

#[test]
fn names_are_shown_and_never_run() {
    let Some(mut browser) = Browser::open() else { return };
    let directory = tempfile::tempdir().expect("there is room for a page");
    let report = samples::nasty();
    let file = written(directory.path(), "nasty", &page::backtest(&report.to_string()));
    DESKTOP.look(&mut browser, "light", &file);
    assert_eq!(browser.value("JSON.parse(document.getElementById('data').textContent)"), report);
    let text = browser.value("document.getElementById('main').textContent");
    for shown in [
        "</script><script>fail()</script>",
        "<img src=x onerror=fail()>",
        "\\u{202e}gnp.exe\\u{7}",
        "92,233,720,368,547,758.07",
    ] {
        assert!(text.as_str().is_some_and(|text| text.contains(shown)), "{shown}");
    }
    assert_eq!(browser.value("document.querySelectorAll('main script, main img').length"), 0);
    // Nor would a script run that came in by another way: the page's policy allows its own alone.
    browser.value(
        "document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.ran = true' }))",
    );
    assert_eq!(browser.value("window.ran === undefined"), true);
}

#[test]
#[ignore = "takes pictures of the page that TIDEGATE_PAGE names"]
fn pictures_of_a_page() {
    let file = PathBuf::from(std::env::var_os("TIDEGATE_PAGE").expect("TIDEGATE_PAGE names a page"));
    let file = file.canonicalize().expect("the page is there");
    let pictures = pictures().expect("TIDEGATE_SCREENSHOTS names a directory");
    let name = file.file_stem().expect("it has a name").to_string_lossy().into_owned();
    let mut browser = Browser::open().expect("there is a browser");
    for (sight, shape) in [(DESKTOP, "desktop"), (PHONE, "phone")] {
        for scheme in ["light", "dark"] {
            sight.look(&mut browser, scheme, &file);
            sight::assert_drawn(&mut browser, shape);
            sight::picture(&mut browser, &sight, &pictures.join(format!("{name}-{shape}-{scheme}.png")));
        }
    }
    sight::assert_prints(&mut browser, &name, Some(&pictures));
}
