//! Pages as they lie in the file.

use super::*;

fn lengths(file: &File, table: &str) -> Vec<i64> {
    let mut statement = file.connection.prepare(&format!("SELECT length(page) FROM {table}")).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[test]
fn pages_are_full_and_fit_into_pages_of_the_file() {
    let log = Log::random(2, 20_000, 3_000);
    let file = File::with_runs(&log, IndexKeys::new([1; 16]), &[20_000]);
    for table in ["transaction_pages", "account_pages", "statement_pages"] {
        let lengths = lengths(&file, table);
        assert!(lengths.len() > 10 && lengths.iter().all(|len| *len <= 960), "{table}: {lengths:?}");
        assert!(lengths.iter().sum::<i64>() > 800 * lengths.len() as i64, "{table}: {lengths:?}");
    }
    let sql = "SELECT count(*) FROM dbstat WHERE pagetype = 'overflow' AND name LIKE '%_pages'";
    match file.connection.query_row(sql, [], |row| row.get::<_, i64>(0)) {
        Ok(overflows) => assert_eq!(overflows, 0),
        // SQLite may be built without this table.
        Err(error) => assert!(error.to_string().contains("no such table"), "{error}"),
    }
}

#[test]
fn format_of_pages_does_not_change() {
    let mut log = Log::default();
    log.decide(0, 1, 1_234, 10_957);
    log.decide(0, 2, -34, 10_958);
    log.decide(0, 2, 9, 10_959);
    log.decide(1, 1, 7, 10_900);
    let file = File::with_runs(&log, IndexKeys::new([0; 16]), &[4]);
    let shown = file.contents().into_iter().map(|row| {
        let values = row.into_iter().map(|value| match value {
            Value::Blob(bytes) => hex::encode(bytes),
            Value::Integer(number) => number.to_string(),
            other => format!("{other:?}"),
        });
        values.collect::<Vec<_>>().join(" ")
    });
    insta::assert_snapshot!(shown.collect::<Vec<_>>().join("\n"), @r#"
    1 4 4 2 400200082080000400024008a000000220800400000200c00101004000040020 0000400200040002200000020088000000000084000000820102000001000100
    1 2656574669078077988 2 00010002c6d882cd0a0080808080b08ef9990203
    1 2656574669179977239 000130030d9aab01d2090001000200220001e9b3bcc6af8ef999020a637573746f6d65722d310107a8aa0107000100
    1 2656574669179977239 0 0002301300808eea8607a4130480c60a43050080c60a12e9b3bcc6af8ef999020b637573746f6d65722d31070c80f89082070e
    1 10900 Text("7") 1 Text("0") 0 Text("0") 0 Text("0") 0
    1 10957 Text("1234") 1 Text("0") 0 Text("0") 0 Text("0") 0
    1 10958 Text("0") 0 Text("34") 1 Text("0") 0 Text("0") 0
    1 10959 Text("0") 0 Text("0") 0 Text("9") 1 Text("0") 0
    1
    1
    1
    4
    "#);
}
