//! What a page holds is what it was given, and nothing in it can do anything but be shown.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const DATA: (&str, &str) = ("<script type=\"application/json\" id=\"data\">", "</script>");

/// What a browser would read from the page's element of data: it ends at the first end tag.
fn embedded(page: &str) -> Value {
    let (_, rest) = page.split_once(DATA.0).expect("there is an element of data");
    let (data, _) = rest.split_once(DATA.1).expect("it ends");
    assert!(!data.contains('<'), "nothing in it is markup");
    serde_json::from_str(data).expect("it is JSON")
}

#[test]
fn nasty_strings_come_back_from_both_pages() {
    let nasty = json!({ "</script><script>alert(1)</script>": ["<!--", "{{script}}", "\u{2028}\"\\", "]]>", "\u{0}"] });
    let text = nasty.to_string();
    assert_eq!(embedded(&backtest(&text)), nasty);
    assert_eq!(embedded(&sweep(&text)), nasty);
}

#[test]
fn data_changes_nothing_but_the_data() {
    let (empty, nasty) = (backtest("{}"), backtest(&json!({ "a": "</script><b>{{data}}" }).to_string()));
    let around = |page: &str| {
        let (before, rest) = page.split_once(DATA.0).expect("there is an element of data");
        let (_, after) = rest.split_once(DATA.1).expect("it ends");
        (before.to_owned(), after.to_owned())
    };
    assert_eq!(around(&empty), around(&nasty));
}

#[test]
fn every_hole_is_filled_and_no_script_ends_early() {
    for page in [backtest("{}"), sweep("{}")] {
        assert!(!page.contains("{{"), "a hole is left");
        assert_eq!(page.matches("</script>").count(), 3);
        assert_eq!(page.matches("</style>").count(), 1);
    }
    for script in [FAILURE, BACKTEST, SWEEP] {
        assert!(!script.contains("innerHTML") && !script.contains("insertAdjacentHTML") && !script.contains("<!--"));
    }
}

#[test]
fn page_names_no_other_place() {
    for page in [backtest("{}"), sweep("{}")] {
        let names = page.replace("http://www.w3.org/2000/svg", "");
        for part in ["http:", "https:", "src=", "@import", "url("] {
            assert!(!names.contains(part), "{part}");
        }
    }
}

proptest! {
    #[test]
    fn any_strings_come_back(key in ".*", text in ".*", markup in "[<>/!\\-scriptSCRIPT{}& ]{0,20}") {
        let value = json!({ key: [text, markup] });
        prop_assert_eq!(embedded(&backtest(&value.to_string())), value);
    }
}
