//! Every column of every table, every view and every row matters.

use std::collections::BTreeSet;
use std::fs;

use rusqlite::Connection;
use tidegate::audit::verify;
use tidegate::store::Ledger;

use super::Subject;

/// A table of the ledger.
struct Table {
    name: String,
    columns: Vec<Column>,
}

struct Column {
    name: String,
    kind: String,
    nullable: bool,
}

fn tables(connection: &Connection) -> Vec<Table> {
    let mut names = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").unwrap();
    let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let columns = |name: &str| {
        let mut statement = connection.prepare(&format!("PRAGMA table_info({name})")).unwrap();
        let column = |row: &rusqlite::Row<'_>| {
            let nullable = row.get::<_, i64>(3)? == 0 && row.get::<_, i64>(5)? == 0;
            Ok(Column { name: row.get(1)?, kind: row.get(2)?, nullable })
        };
        statement.query_map([], column).unwrap().map(Result::unwrap).collect()
    };
    names.into_iter().map(|name| Table { columns: columns(&name), name }).collect()
}

/// What a column can be changed to, as SQL.
fn changes(column: &Column) -> Vec<String> {
    let name = &column.name;
    let mut changes = match column.kind.as_str() {
        "INTEGER" => {
            [format!("{name} + 1"), format!("{name} - 1"), format!("-{name} - 1"), format!("{name} + 0.5")].to_vec()
        }
        "TEXT" => [
            format!("coalesce({name}, '') || 'x'"),
            format!("'x' || coalesce({name}, '')"),
            format!("CAST(coalesce({name}, 'x') AS BLOB)"),
            format!("coalesce({name}, '') || CAST(x'ff' AS TEXT)"),
        ]
        .to_vec(),
        _ => [
            format!("{name} || x'00'"),
            format!("zeroblob(length({name}))"),
            format!("x'ff' || substr({name}, 2)"),
            format!("CAST(hex({name}) AS TEXT)"),
        ]
        .to_vec(),
    };
    if matches!(column.name.as_str(), "complete" | "truncated") {
        changes.push(format!("1 - {name}"));
    }
    if column.nullable {
        changes.push("NULL".to_owned());
    }
    changes
}

/// Makes a change to a fresh ledger; whether verification finds it, none if the change could not be made.
fn is_found(subject: &Subject, pristine: &[u8], sql: &str) -> Option<bool> {
    fs::write(subject.path(), pristine).unwrap();
    let connection = Connection::open(subject.path()).unwrap();
    // A constraint that a change would violate is one that the file itself checks.
    if !matches!(connection.execute(sql, []), Ok(1..)) {
        return None;
    }
    drop(connection);
    let audit = verify(&Ledger::open(&subject.path()).unwrap(), None).unwrap();
    Some(!audit.findings.is_empty())
}

#[test]
fn change_of_any_column_of_any_table_is_found() {
    let subject = Subject::new();
    let pristine = fs::read(subject.path()).unwrap();
    let tables = tables(&Connection::open(subject.path()).unwrap());
    assert!(tables.len() >= 9, "{} tables", tables.len());
    for Table { name: table, columns } in &tables {
        for column in columns {
            let name = &column.name;
            let mut made = 0;
            for order in ["", "DESC"] {
                for change in changes(column) {
                    let key = if has_rowid(table) { "rowid" } else { "(SELECT 1)" };
                    let first = columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ");
                    let chosen = if has_rowid(table) {
                        format!("{key} = (SELECT rowid FROM {table} ORDER BY rowid {order} LIMIT 1)")
                    } else {
                        format!("({first}) = (SELECT {first} FROM {table} ORDER BY 1 {order}, 2 {order} LIMIT 1)")
                    };
                    let sql = format!("UPDATE {table} SET {name} = {change} WHERE {chosen} AND {name} IS NOT {change}");
                    if let Some(found) = is_found(&subject, &pristine, &sql) {
                        assert!(found, "{sql}");
                        made += 1;
                    }
                }
            }
            assert!(made > 0, "{table}.{name} was never changed");
        }
    }
}

fn has_rowid(table: &str) -> bool {
    ["batch_records", "commits", "segments", "runs"].contains(&table)
}

#[test]
fn row_too_many_or_too_few_is_found_in_any_table() {
    let subject = Subject::new();
    let pristine = fs::read(subject.path()).unwrap();
    let tables = tables(&Connection::open(subject.path()).unwrap());
    for table in tables {
        let Table { name, columns } = table;
        let sql = format!("DELETE FROM {name}");
        // Without a checkpoint, without runs and without their pages is how a ledger begins; one of them alone is not.
        assert_eq!(is_found(&subject, &pristine, &sql), Some(true), "{sql}");
        let key = if name == "meta" { "key" } else { columns[0].name.as_str() };
        let added = if key == "key" || key == "view" { "'x'".to_owned() } else { format!("{key} + 1000") };
        let values: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
        let copied: Vec<_> = values
            .iter()
            .map(|column| match *column {
                column if column == key => added.clone(),
                "name" => "'another'".to_owned(),
                column => column.to_owned(),
            })
            .collect();
        let sql =
            format!("INSERT INTO {name} ({}) SELECT {} FROM {name} LIMIT 1", values.join(", "), copied.join(", "));
        assert_eq!(is_found(&subject, &pristine, &sql), Some(true), "{sql}");
    }
}

#[test]
fn view_or_table_or_index_that_was_changed_removed_or_added_is_found() {
    let subject = Subject::new();
    let pristine = fs::read(subject.path()).unwrap();
    let views = ["events", "decisions", "accounts", "batches", "commit_log", "daily_totals"];
    let existing: BTreeSet<String> = {
        let connection = Connection::open(subject.path()).unwrap();
        let mut statement = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'view'").unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    assert_eq!(existing, views.map(str::to_owned).into());
    for view in views {
        fs::write(subject.path(), &pristine).unwrap();
        let sql: String = subject.ask(&format!("SELECT sql FROM sqlite_schema WHERE name = '{view}'"));
        subject.change(&format!("DROP VIEW {view}; {sql} LIMIT 3"));
        subject.assert_found("", &format!("the view {view} is not the one that this release makes"), [None; 3]);
        fs::write(subject.path(), &pristine).unwrap();
        subject.change(&format!("DROP VIEW {view}"));
        subject.assert_found("", &format!("the view {view} is missing"), [None; 3]);
    }
    for (sql, expected) in [
        ("CREATE VIEW event AS SELECT 1", "there is a view event"),
        (
            "PRAGMA user_version = 3; CREATE TRIGGER t AFTER INSERT ON commits BEGIN SELECT 1; END",
            "there is a trigger t",
        ),
        ("PRAGMA user_version = 3; DROP INDEX commits_by_batch", "the index commits_by_batch is missing"),
        ("PRAGMA user_version = 3; ALTER TABLE meta ADD COLUMN more", "the table meta is not the one"),
        ("PRAGMA user_version = 3; DROP TABLE rejects", "the table rejects is missing"),
    ] {
        fs::write(subject.path(), &pristine).unwrap();
        subject.change(sql);
        subject.assert_found("", expected, [None; 3]);
    }
}
