//! A head that was kept elsewhere tells of what the ledger alone can't.

use super::{SIZE, Subject};

/// The head after a commit, as a run would have printed it.
fn head_after(subject: &Subject, commit: u64) -> String {
    subject.ask(&format!(
        "SELECT (first_position + events - 1) || ':' || lower(hex(root)) || ':' || lower(hex(chain)) FROM commits WHERE number = {commit}"
    ))
}

#[test]
fn every_head_that_the_log_ever_had_fits() {
    let subject = Subject::new();
    let commits: u64 = subject.ask("SELECT count(*) FROM commits");
    let empty = "0:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855:".to_owned() + &"0".repeat(64);
    for head in (1..=commits).map(|commit| head_after(&subject, commit)).chain([empty]) {
        let (status, report) = subject.verify(&format!("--head {head}"));
        assert_eq!(status, 0, "{head}: {report:#}");
    }
}

#[test]
fn log_whose_end_was_cut_off_cleanly_fits_unless_a_head_is_given() {
    let subject = Subject::new();
    let last: u64 = subject.ask("SELECT max(number) FROM commits WHERE batch = 4");
    let head = head_after(&subject, last);
    let first: u64 = subject.ask(&format!("SELECT first_position FROM commits WHERE number = {last}"));
    subject.change(&format!(
        "DELETE FROM commits WHERE number >= {last}; DELETE FROM segments WHERE commit_number >= {last};
         DELETE FROM batch_records WHERE number >= 4; DELETE FROM checkpoints; DELETE FROM runs;
         DELETE FROM transaction_pages; DELETE FROM account_pages; DELETE FROM statement_pages;
         DELETE FROM day_totals;"
    ));
    let (status, report) = subject.verify("");
    assert_eq!(status, 0, "{report:#}");
    subject.assert_found(&format!("--head {head}"), "the log is shorter than the head", [Some(first), None, None]);
}

#[test]
fn head_of_another_log_is_told_by_its_part_that_differs() {
    let subject = Subject::new();
    let head = head_after(&subject, 1);
    let [size, root, chain]: [&str; 3] = head.split(':').collect::<Vec<_>>().try_into().unwrap();
    let zeros = "0".repeat(64);
    // The commits that complete a batch may hold nothing but that.
    let last = subject.first_commit(2) - 1;
    subject.assert_found(&format!("--head {size}:{zeros}:{chain}"), "the head's root is another", [None; 3]);
    subject.assert_found(
        &format!("--head {size}:{root}:{zeros}"),
        "the head's chain is another",
        [None, Some(last), None],
    );
    // A root of a size at which no commit ended.
    let one = "1:".to_owned() + root + ":" + chain;
    subject.assert_found(&format!("--head {one}"), "the head's root is another", [None; 3]);
    subject.assert_found(
        &format!("--head 9999:{root}:{chain}"),
        "the log is shorter than the head",
        [Some(SIZE + 1), None, None],
    );
    subject.assert_found(&format!("--head 0:{root}:{zeros}"), "the head's root is another", [None; 3]);
}

#[test]
fn text_that_is_no_head_is_a_mistake_of_usage() {
    let subject = Subject::new();
    for head in ["x", "1:2:3", "7"] {
        assert_eq!(subject.verify(&format!("--head {head}")).0, 2, "{head}");
    }
}
