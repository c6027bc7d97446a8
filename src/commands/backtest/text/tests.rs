use super::*;

#[test]
fn prose_is_broken_between_words_and_indented_behind_the_first_line() {
    let long = "x".repeat(90);
    assert_eq!(wrapped("", 0), "\n");
    assert_eq!(wrapped("a b", 4), "a b\n");
    assert_eq!(wrapped(&format!("a {long} b"), 2), format!("a\n  {long}\n  b\n"));
    let words = ["ü"; 60].join(" ");
    let text = wrapped(&words, 3);
    assert!(text.lines().all(|line| line.chars().count() <= COLUMNS), "{text}");
    assert_eq!(text.split_whitespace().count(), 60);
    assert_eq!(text.lines().nth(1).map(|line| line.find('ü')), Some(Some(3)));
}
