//! What configurations mean, in words.

use insta::assert_snapshot;

use super::*;
use crate::config::describe;

fn described(file: &str) -> String {
    let home = Home::new().with("work/tidegate.toml", file);
    let (config, mut origin) = home.load(None, &[], &[]).unwrap();
    origin.file = Some(PathBuf::from("tidegate.toml"));
    describe(&config, &origin)
}

#[test]
fn defaults_in_words() {
    let (config, origin) = Home::new().load(None, &[], &[]).unwrap();
    assert_snapshot!(describe(&config, &origin), @r#"
    The defaults, as there is no configuration file: 3 limits, checked in this order

      1. daily-count    at most 3 transactions a day, loads and withdrawals together
      2. daily-amount   at most 5,000.00 loaded a day
      3. weekly-amount  at most 20,000.00 loaded a week

    A day, a week (Monday to Sunday) and a month are those of the UTC calendar; only accepted transactions count.
    Reaching a limit exactly is allowed.
    A withdrawal is never more than the balance.
    An id that its customer has sent before is a duplicate and declined.
    Times are in the format of RFC 3339, unless a transaction has its own.
    Reads input.txt and writes output.txt, unless the command line says otherwise.
    "#);
}

#[test]
fn changes_in_words() {
    let env = [("TIDEGATE_IO__INPUT", "-"), ("TIDEGATE_POLICY__DUPLICATES", "ignore")];
    let (config, origin) = Home::new().load(None, &env, &["daily-count.count=1"]).unwrap();
    assert_snapshot!(describe(&config, &origin), @r#"
    The defaults, as there is no configuration file, changed by TIDEGATE_IO__INPUT and TIDEGATE_POLICY__DUPLICATES and --set daily-count.count=1: 3 limits, checked in this order

      1. daily-count    at most 1 transaction a day, loads and withdrawals together
      2. daily-amount   at most 5,000.00 loaded a day
      3. weekly-amount  at most 20,000.00 loaded a week

    A day, a week (Monday to Sunday) and a month are those of the UTC calendar; only accepted transactions count.
    Reaching a limit exactly is allowed.
    A withdrawal is never more than the balance.
    An id that its customer has sent before is a duplicate and gets no verdict.
    Times are in the format of RFC 3339, unless a transaction has its own.
    Reads standard input and writes output.txt, unless the command line says otherwise.
    "#);
}

#[test]
fn no_limits_in_words() {
    let file = "limits = []\nio.input = \"a\\u001b\"\nio.output = \"-\"\nio.time_format = \"%d/%m/%Y\"\n";
    assert_snapshot!(described(file), @r#"
    tidegate.toml: no limits

    A withdrawal is never more than the balance.
    An id that its customer has sent before is a duplicate and declined.
    Times are in the format "%d/%m/%Y", and in UTC where they have no offset, unless a transaction has its own.
    Reads "a\u{1b}" and writes standard output, unless the command line says otherwise.
    "#);
}

#[test]
fn every_kind_of_limit_in_words() {
    let mut file = String::new();
    for window in ["day", "week", "month", "transaction"] {
        for direction in ["load", "withdrawal", "any"] {
            for bounds in ["count = 1000", "amount = \"1234567.5\"", "count = 1000\namount = \"1234567.5\""] {
                let name = format!("limit-{}", file.matches("name").count());
                file +=
                    &format!("[[limits]]\nname = {name:?}\nwindow = {window:?}\ndirection = {direction:?}\n{bounds}\n");
            }
        }
    }
    assert_snapshot!(described(&file), @r#"
    tidegate.toml: 36 limits, checked in this order

       1. limit-0   at most 1,000 loads a day
       2. limit-1   at most 1,234,567.50 loaded a day
       3. limit-2   at most 1,000 loads and 1,234,567.50 loaded a day
       4. limit-3   at most 1,000 withdrawals a day
       5. limit-4   at most 1,234,567.50 withdrawn a day
       6. limit-5   at most 1,000 withdrawals and 1,234,567.50 withdrawn a day
       7. limit-6   at most 1,000 transactions a day, loads and withdrawals together
       8. limit-7   at most 1,234,567.50 a day, loads and withdrawals together
       9. limit-8   at most 1,000 transactions and 1,234,567.50 a day, loads and withdrawals together
      10. limit-9   at most 1,000 loads a week
      11. limit-10  at most 1,234,567.50 loaded a week
      12. limit-11  at most 1,000 loads and 1,234,567.50 loaded a week
      13. limit-12  at most 1,000 withdrawals a week
      14. limit-13  at most 1,234,567.50 withdrawn a week
      15. limit-14  at most 1,000 withdrawals and 1,234,567.50 withdrawn a week
      16. limit-15  at most 1,000 transactions a week, loads and withdrawals together
      17. limit-16  at most 1,234,567.50 a week, loads and withdrawals together
      18. limit-17  at most 1,000 transactions and 1,234,567.50 a week, loads and withdrawals together
      19. limit-18  at most 1,000 loads a month
      20. limit-19  at most 1,234,567.50 loaded a month
      21. limit-20  at most 1,000 loads and 1,234,567.50 loaded a month
      22. limit-21  at most 1,000 withdrawals a month
      23. limit-22  at most 1,234,567.50 withdrawn a month
      24. limit-23  at most 1,000 withdrawals and 1,234,567.50 withdrawn a month
      25. limit-24  at most 1,000 transactions a month, loads and withdrawals together
      26. limit-25  at most 1,234,567.50 a month, loads and withdrawals together
      27. limit-26  at most 1,000 transactions and 1,234,567.50 a month, loads and withdrawals together
      28. limit-27  a count of 1,000, which declines nothing as each load is counted alone
      29. limit-28  at most 1,234,567.50 in any one load
      30. limit-29  at most 1,234,567.50 in any one load; a count of 1,000, which declines nothing as each load is counted alone
      31. limit-30  a count of 1,000, which declines nothing as each withdrawal is counted alone
      32. limit-31  at most 1,234,567.50 in any one withdrawal
      33. limit-32  at most 1,234,567.50 in any one withdrawal; a count of 1,000, which declines nothing as each withdrawal is counted alone
      34. limit-33  a count of 1,000, which declines nothing as each transaction is counted alone
      35. limit-34  at most 1,234,567.50 in any one transaction
      36. limit-35  at most 1,234,567.50 in any one transaction; a count of 1,000, which declines nothing as each transaction is counted alone

    A day, a week (Monday to Sunday) and a month are those of the UTC calendar; only accepted transactions count.
    Reaching a limit exactly is allowed.
    A withdrawal is never more than the balance.
    An id that its customer has sent before is a duplicate and declined.
    Times are in the format of RFC 3339, unless a transaction has its own.
    Reads input.txt and writes output.txt, unless the command line says otherwise.
    "#);
}
