//! What becomes of an index that something else has written to.

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use crate::store::History;

/// Asks everything of an index; errors other than damage, and panics, are failures.
fn ask_everything(file: &mut File, log: &Arc<Log>, keys: IndexKeys) -> bool {
    let ids: Vec<_> = (0..40).map(customer_id).collect();
    let accounts: Vec<_> = ids.iter().map(|id| id.as_bytes()).collect();
    let pairs: Vec<_> = log.seen.iter().map(|(customer, id)| (customer.as_bytes(), id.as_bytes())).collect();
    let mut answers = Vec::new();
    match file.history(log, keys) {
        Ok(mut history) => {
            let whole = history.accounts_remembering(Memory::Transactions, &accounts);
            answers.extend([history.accounts(&accounts).err(), whole.err(), history.seen(&pairs).err()]);
        }
        Err(error) => answers.push(Some(error)),
    }
    match Runs::ranges(&file.connection) {
        Ok(runs) => {
            for id in &accounts {
                answers.push(positions(&file.connection, &runs, &keys, id, 0, 1_000).err());
            }
            for (customer, id) in log.seen.iter().take(20) {
                let pair = (customer.as_bytes(), id.as_bytes());
                answers.push(positions_of(&file.connection, &runs, &keys, pair, 1_000).err());
            }
            answers.extend(accounts.iter().map(|id| statement(&file.connection, &runs, &keys, id, 1_000).err()));
            let tail = Tail::default();
            answers.push(statements_of_all(&file.connection, &runs, &tail, 1_000, |_, _| Ok(())).err());
            answers.push(day_totals(&file.connection, &runs).err());
            answers.push(file.change(|transaction| merge_range(transaction, 1, log.len())).err());
        }
        Err(error) => answers.push(Some(error)),
    }
    let errors: Vec<_> = answers.into_iter().flatten().collect();
    for error in &errors {
        assert!(matches!(error, StoreError::Damaged(_)), "{error:?}");
    }
    !errors.is_empty()
}

fn log_and_file(seed: u64, keys: IndexKeys) -> (Arc<Log>, File) {
    let log = Arc::new(Log::random(seed, 600, 40));
    let file = File::with_runs(&log, keys, &[300, 600]);
    (log, file)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn changed_pages_are_damage_or_another_answer_and_never_a_panic(
        seed in 0..4u64,
        table in prop_oneof![Just("transaction_pages"), Just("account_pages"), Just("statement_pages")],
        which in any::<Index>(),
        changes in prop::collection::vec((any::<Index>(), any::<u8>()), 1..4),
        cut in prop::option::of(any::<Index>()),
    ) {
        let keys = IndexKeys::new([5; 16]);
        let (log, mut file) = log_and_file(seed, keys);
        let pages = rows(&file.connection, &format!("SELECT run, first_key, page FROM {table}"));
        let [run, key, Value::Blob(page)] = which.get(&pages).as_slice() else { unreachable!() };
        let mut page = page.clone();
        for (place, byte) in changes {
            *place.get_mut(&mut page) = byte;
        }
        if let Some(cut) = cut {
            page.truncate(cut.index(page.len()));
        }
        let sql = format!("UPDATE {table} SET page = ?3 WHERE run = ?1 AND first_key = ?2");
        file.connection.execute(&sql, rusqlite::params![run, key, page]).unwrap();
        ask_everything(&mut file, &log, keys);
    }

    #[test]
    fn any_bytes_as_pages_are_no_panic(
        table in prop_oneof![Just("transaction_pages"), Just("account_pages"), Just("statement_pages")],
        bytes in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let keys = IndexKeys::new([5; 16]);
        let (log, mut file) = log_and_file(0, keys);
        file.connection.execute(&format!("UPDATE {table} SET page = ?1"), [bytes]).unwrap();
        ask_everything(&mut file, &log, keys);
    }
}

#[test]
fn sound_index_has_no_damage() {
    let keys = IndexKeys::new([5; 16]);
    let (log, mut file) = log_and_file(0, keys);
    assert!(!ask_everything(&mut file, &log, keys));
}

#[test]
fn columns_of_impossible_values_are_damage() {
    for sql in [
        "UPDATE runs SET first_position = 2 WHERE run = 1",
        "UPDATE runs SET first_position = -1 WHERE run = 1",
        "UPDATE runs SET first_position = 302 WHERE run = 2",
        "UPDATE runs SET last_position = 9223372036854775807 WHERE run = 1",
        "UPDATE runs SET last_position = 0 WHERE run = 1",
        "UPDATE runs SET transactions = 301",
        "UPDATE runs SET transactions = 1",
        "UPDATE runs SET accounts = 9223372036854775807",
        "UPDATE runs SET transactions = 'many'",
        "UPDATE runs SET transaction_filter = x''",
        "UPDATE runs SET account_filter = x'00'",
        "UPDATE runs SET account_filter = 7",
        "UPDATE account_pages SET first_key = first_key - 9223372036854775807",
        "UPDATE account_pages SET first_key = 9223372036854775807 - first_key",
        "UPDATE transaction_pages SET first_key = 9223372036854775807 - first_key",
        "UPDATE transaction_pages SET page = 'text'",
        "UPDATE account_pages SET page = 3.5",
        "UPDATE account_pages SET page = x'ff'",
        "UPDATE statement_pages SET first_key = first_key - 9223372036854775807",
        "UPDATE statement_pages SET first_key = 9223372036854775807 - first_key",
        "UPDATE statement_pages SET number = number + 1",
        "UPDATE statement_pages SET number = -1 - number",
        "UPDATE statement_pages SET page = 3.5",
        "UPDATE statement_pages SET page = x'ff'",
        "UPDATE statement_pages SET page = x'' WHERE number = 1",
        "DELETE FROM statement_pages WHERE number = 2",
        "DELETE FROM statement_pages WHERE run = 2",
        "DELETE FROM day_totals WHERE run = 2",
        "UPDATE day_totals SET day = -719163 WHERE day = 10000",
        "UPDATE day_totals SET day = 4000000000 WHERE day = 10000",
        "UPDATE day_totals SET day = 'x' WHERE day = 10000",
        "UPDATE day_totals SET accepted_loads = '0' || accepted_loads",
        "UPDATE day_totals SET accepted_loads = 'x'",
        "UPDATE day_totals SET accepted_loads = CAST(accepted_loads AS BLOB)",
        "UPDATE day_totals SET declined_loads = '340282366920938463463374607431768211455'",
        "UPDATE day_totals SET declined_loads = '340282366920938463463374607431768211456'",
        "UPDATE day_totals SET declined_withdrawals = '-1'",
        "UPDATE day_totals SET accepted_load_count = accepted_load_count + 1",
        "UPDATE day_totals SET declined_load_count = 9223372036854775807",
        "UPDATE day_totals SET declined_load_count = -1",
    ] {
        let keys = IndexKeys::new([5; 16]);
        let (log, mut file) = log_and_file(0, keys);
        file.connection.execute_batch(sql).unwrap();
        assert!(ask_everything(&mut file, &log, keys), "{sql}");
    }
}

#[test]
fn events_whose_amounts_add_up_to_more_than_63_bits_are_damage() {
    let mut log = Log::default();
    log.decide(0, 0, 5, 10_000);
    log.decide(0, 1, 5, 10_001);
    let keys = IndexKeys::new([0; 16]);
    for amounts in [[i64::MAX, 1], [i64::MIN, 1], [1, -2]] {
        for days in [[0, 0], [0, 1]] {
            let mut log = log.clone();
            for ((event, amount), day) in log.events.iter_mut().flatten().zip(amounts).zip(days) {
                event.event.amount = Amount::from_minor(amount);
                event.event.time = Timestamp::from_micros(day * 86_400_000_000).unwrap();
            }
            let log = Arc::new(log);
            let mut file = File::new();
            let id = customer_id(0);
            for memory in [Memory::Days, Memory::Transactions] {
                let history = file.history(&log, keys);
                let asked = history.and_then(|history| history.accounts_remembering(memory, &[id.as_bytes()]));
                assert!(matches!(asked, Err(StoreError::Damaged(_))), "{amounts:?} on {days:?}: {asked:?}");
            }
            let mut recent = log.recent(keys, 1, 2);
            match file.change(|transaction| write_run(transaction, 1, 2, &mut recent)) {
                Ok(()) => assert!(ask_everything(&mut file, &log, keys)),
                Err(error) => assert!(matches!(error, StoreError::Damaged(_)), "{error:?}"),
            }
        }
    }
}

#[test]
fn statement_of_which_a_page_is_missing_is_told_to_nobody() {
    let mut log = Log::default();
    (0..12_000).for_each(|number| log.decide(number % 2, number, 100, 10_000));
    let keys = IndexKeys::new([5; 16]);
    let file = File::with_runs(&log, keys, &[12_000]);
    assert_eq!(file.connection.execute("DELETE FROM statement_pages WHERE number = 20", []), Ok(1));
    let runs = Runs::ranges(&file.connection).unwrap();
    let told = statements_of_all(&file.connection, &runs, &Tail::default(), 12_000, |id, lines| {
        assert_eq!(lines, log.statement(str::from_utf8(id).unwrap(), 12_000));
        Ok(())
    });
    assert!(matches!(told, Err(StoreError::Damaged(_))), "{told:?}");
    let one = |customer| statement(&file.connection, &runs, &keys, customer_id(customer).as_bytes(), 12_000);
    let told = [one(0), one(1)].into_iter().flatten().collect::<Vec<_>>();
    assert_eq!(told.len(), 1, "the statement of one account is whole");
    let history = file.history(&Arc::new(log), keys).unwrap();
    let ids = [customer_id(0), customer_id(1)];
    let accounts =
        ids.each_ref().map(|id| history.accounts_remembering(Memory::Transactions, &[id.as_bytes()]).is_ok());
    assert_eq!(accounts.iter().filter(|is_told| **is_told).count(), 1, "{accounts:?}");
}

#[test]
fn statement_that_ends_too_early_is_damage_where_more_came_since() {
    let mut log = Log::default();
    (0..12).for_each(|number| log.decide(0, number, 100, 10_000));
    let keys = IndexKeys::new([5; 16]);
    let file = File::with_runs(&log, keys, &[5, 10]);
    file.connection.execute("DELETE FROM statement_pages WHERE run = 2", []).unwrap();
    let history = file.history(&Arc::new(log), keys).unwrap();
    let asked = history.accounts_remembering(Memory::Recent, &[customer_id(0).as_bytes()]);
    assert!(matches!(asked, Err(StoreError::Damaged(_))), "{asked:?}");
}
