//! An account is its version and its accepted transactions.

use proptest::prelude::*;

use super::*;

fn at(micros: i64, cents: i64) -> (Timestamp, Amount) {
    (Timestamp::from_micros(micros).unwrap(), Amount::from_minor(cents))
}

proptest! {
    #[test]
    fn account_of_its_movements_equals_the_one_folded_from_events_and_has_its_days(
        movements in prop::collection::vec((-300..1_000i64, prop_oneof![0..40, 0..4_000], any::<bool>()), 0..60),
    ) {
        let limited = policy(vec![limit(Window::Week, LimitDirection::Load, Some(2_000), None)]);
        let [mut account, mut of_days] = [Memory::Transactions, Memory::Days].map(Account::new);
        let mut accepted = Vec::new();
        for (cents, number, seen) in movements {
            let when = Day::from_number(10_950 + number).to_string();
            let event = decision(&account, &limited, seen, (cents, &when));
            prop_assert_eq!(decision(&of_days, &limited, seen, (cents, &when)), event);
            account.apply(&event);
            of_days.apply(&event);
            if event.kind.is_accepted() {
                accepted.push((event.time, event.amount));
            }
            let restored = Account::from_movements(account.version(), accepted.iter().copied());
            prop_assert_eq!(&restored, &Some(account.clone()));
            prop_assert_eq!(account.latest(), accepted.iter().map(|(time, _)| *time).max());
            prop_assert!(account.days().eq(of_days.days()));
        }
    }
}

#[test]
fn movements_that_no_events_leave_make_no_account() {
    assert_eq!(Account::from_movements(0, []), Some(Account::new(Memory::Transactions)));
    assert!(Account::from_movements(2, [at(0, i64::MAX), at(0, -i64::MAX)]).is_some());
    // Which of two came first is not told by their times.
    assert!(Account::from_movements(2, [at(0, -5), at(9, 5)]).is_some());
    assert_eq!(Account::from_movements(2, [at(0, i64::MAX), at(9, 1)]), None, "loads beyond 63 bits");
    assert_eq!(Account::from_movements(1, [at(0, i64::MIN)]), None, "a withdrawal beyond 63 bits");
    assert_eq!(Account::from_movements(2, [at(0, 5), at(9, -6)]), None, "below zero");
    assert_eq!(Account::from_movements(u32::MAX, []), None, "no version is left");
}

#[test]
fn account_of_days_has_no_latest_time() {
    assert_eq!(given(&[(1, "2000-01-01")]).latest(), None);
}
