use std::sync::Arc;

use super::*;
use crate::domain::{GroupName, Membership};

/// Transactions of a few customers, as parts of these lengths gather them.
fn history(lens: &[usize]) -> History {
    let mut number = 0;
    let part = |len: &usize| {
        let mut part = HistoryPart::of_log();
        for _ in 0..*len {
            if number % 7 == 0 {
                part.activate(Arc::new(Policy::default()), format!("policy {number}"));
            }
            push(&mut part, number);
            number += 1;
        }
        part
    };
    History::of(lens.iter().map(part).collect()).unwrap()
}

fn push(part: &mut HistoryPart, number: u32) {
    let customer = ["7", "ann", "007", "8"][number as usize % 4];
    let reason = ["", "daily_amount", "duplicate", "daily_count", ""][number as usize % 5];
    let group = ["", "", "gold", "default"][number as usize / 4 % 4];
    part.push(&NewRow {
        customer_id: customer.as_bytes(),
        id: if number.is_multiple_of(3) { format!("t{number}") } else { number.to_string() }.as_bytes(),
        line: u64::from(number) * 2 + 1,
        amount: Amount::from_minor(i64::from(number)),
        time: Timestamp::from_micros(i64::from(number)).unwrap(),
        group: Some(group).filter(|group| !group.is_empty()),
        reason: Some(reason.as_bytes()).filter(|reason| !reason.is_empty()),
    });
}

/// Everything that a history says, a line a transaction, account by account.
fn told(history: &History) -> Vec<String> {
    let mut lines = Vec::new();
    for account in 0..history.accounts() {
        let customer = String::from_utf8(history.customer(account).into_owned()).unwrap();
        let gathered = history.gather(account..account + 1);
        let rows = gathered.rows(history.range(account));
        for ((index, row), said) in history.range(account).zip(rows).zip(history.said_of(account)) {
            assert_eq!(history.row(index).unwrap().place, row.place);
            let id = String::from_utf8(history.id(row.place).into_owned()).unwrap();
            let Origin { position, line } = history.origin(row.place);
            let group = said.and_then(|name| history.said.get(name));
            let group = group.map(|name| String::from_utf8(name.into_owned()).unwrap());
            let reason = history.codes().reason(row.then);
            let (amount, time) = (row.amount.minor(), row.time.micros());
            lines.push(format!("{customer} {id} {position:?} {line} {amount} {time} {reason:?} {group:?}"));
        }
    }
    lines
}

#[test]
fn parts_make_the_same_history_wherever_it_is_cut() {
    let whole = history(&[50]);
    assert_eq!((whole.len(), whole.accounts(), told(&whole).len()), (50, 4, 50));
    for lens in [&[1, 49][..], &[25, 25], &[0, 10, 0, 40, 0], &[7, 7, 36]] {
        let parts = history(lens);
        assert_eq!(told(&parts), told(&whole), "{lens:?}");
        let spans =
            |history: &History| history.spans().iter().map(|span| (span.from, span.text.clone())).collect::<Vec<_>>();
        assert_eq!(spans(&parts), spans(&whole), "{lens:?}");
    }
    assert!(history(&[]).is_empty());
}

#[test]
fn transactions_keep_what_they_are_found_by() {
    let history = history(&[20]);
    // Policies stand at the positions 1, 9 and 17.
    let positions: Vec<_> = (0..20).map(|place| history.origin(place).position.unwrap()).collect();
    let expected: Vec<_> = (2..=8).chain(10..=16).chain(18..=23).collect();
    assert_eq!(positions, expected);
    assert_eq!((history.origin(3).line, history.id(3).as_ref(), history.id(4).as_ref()), (7, &b"t3"[..], &b"4"[..]));
    assert_eq!(told(&history)[5], r#"ann 1 Some(3) 3 1 1 Some("daily_amount") None"#);
    let policies: Vec<_> = history.policies().iter().map(|policy| policy.position).collect();
    assert_eq!(policies, [Some(1), Some(9), Some(17)]);
}

#[test]
fn accounts_come_together_and_in_chunks_that_have_all_of_them() {
    let history = history(&[50]);
    for row in 0..50 {
        assert!(history.range(history.account_of(row)).contains(&row));
    }
    for len in [1, 13, 14, 26, 1_000] {
        let chunks = history.chunks(len);
        let accounts: Vec<_> = chunks.into_iter().flatten().collect();
        assert_eq!(accounts, [0, 1, 2, 3], "{len}");
    }
}

#[test]
fn who_is_asked_first_says_which_group_a_customer_is_in() {
    let history = history(&[16]);
    let mut members = Membership::default();
    members.join(b"7", &GroupName::new("silver").unwrap());
    let members = Arc::new(members);
    let of = |of: GroupsOf| {
        let groups = Groups::new(&history, &of);
        let name = |row| groups.name(groups.place_of(row)).to_owned();
        let names = |account: usize| history.range(account).map(name).collect::<Vec<_>>();
        (names(0), names(1))
    };
    let names = |names: [&str; 4]| names.map(str::to_owned).to_vec();
    let said = names(["default", "default", "gold", "default"]);
    assert_eq!(of(GroupsOf::History), (said.clone(), said.clone()));
    assert_eq!(
        of(GroupsOf::HistoryAbove(Arc::clone(&members))),
        (names(["silver", "silver", "gold", "default"]), said.clone())
    );
    assert_eq!(of(GroupsOf::HistoryBelow(members)), (names(["silver"; 4]), said));
    assert!(!Groups::none().are_told() && Groups::new(&history, &GroupsOf::History).are_told());
}
