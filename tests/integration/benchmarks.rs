//! Ratios as BENCHMARKS.md records them, by which `cargo bench --bench compare -- --check` judges.

#[path = "../../benches/compare/recorded.rs"]
mod recorded;

use recorded::{holds, ratio};

const PAGE: &str = "\
# Benchmarks

| machine | |
| --- | --- |
| cores | 2 |

## 10,000 lines

| program | seconds (fastest to slowest) | times `simple` | times `import` |
| --- | ---: | ---: | ---: |
| `tidegate run` | 0.007 (0.006 to 0.009) | 2.50 | 9.00 |

## 100,000 lines

100,000 plain lines, 9.0 MB; the median of 15 interleaved runs:

| program | seconds (fastest to slowest) | times `simple` | times `import` |
| --- | ---: | ---: | ---: |
| `tidegate run` | 0.030 (0.029 to 0.035) | 5.10 | 5.90 |
| `tidegate run --store` | 0.100 (0.090 to 0.140) | n/a | 1.77 |
| `simple` | 0.153 (0.150 to 0.170) | 1.00 | 1.16 |

## 100,000 mixed lines

| program | seconds (fastest to slowest) | times `simple` | times `import` |
| --- | ---: | ---: | ---: |
| `tidegate run` | 0.031 (0.029 to 0.035) | 4.90 | 5.70 |
| `copy` | 0.005 (0.004 to 0.006) | 30.00 | 35.00 |
";

#[test]
fn ratio_is_read_by_lines_program_and_yardstick() {
    for (lines, program, column, expected) in [
        (100_000, "`tidegate run`", "times `simple`", 5.1),
        (100_000, "`tidegate run`", "times `import`", 5.9),
        (100_000, "`tidegate run --store`", "times `import`", 1.77),
        (10_000, "`tidegate run`", "times `simple`", 2.5),
    ] {
        assert_eq!(ratio(PAGE, lines, program, column), Ok(expected), "{lines} {program} {column}");
    }
}

#[test]
fn ratio_that_is_not_there_is_told() {
    let empty = PAGE.replace("## 10,000 lines", "## 10,000 lines\n\n## 20,000 lines");
    for (page, lines, program, column, expected) in [
        ("", 100_000, "`tidegate run`", "times `simple`", "it has no heading for 100000 lines"),
        (PAGE, 1_000, "`tidegate run`", "times `simple`", "it has no heading for 1000 lines"),
        (&*empty, 10_000, "`tidegate run`", "times `simple`", "it has no table for 10000 lines"),
        (PAGE, 100_000, "`tidegate run`", "times `tuned`", "its table for 100000 lines has no column times `tuned`"),
        // A row of the mixed lines is none of the plain ones.
        (PAGE, 100_000, "`copy`", "times `simple`", "its table for 100000 lines has no row `copy`"),
        (
            PAGE,
            100_000,
            "`tidegate run --store`",
            "times `simple`",
            "its table for 100000 lines has no ratio for `tidegate run --store` in the column times `simple`",
        ),
    ] {
        assert_eq!(ratio(page, lines, program, column), Err(expected.to_owned()));
    }
}

#[test]
fn ratio_of_nothing_is_none() {
    for nothing in ["0.00", "-5.10", "NaN", "inf", ""] {
        let page = PAGE.replace("5.10", nothing);
        assert!(ratio(&page, 100_000, "`tidegate run`", "times `simple`").is_err(), "{nothing}");
    }
}

#[test]
fn ratio_may_fall_by_a_third_and_no_more() {
    for (measured, expected) in [(9.0, true), (6.0, true), (5.5, true), (4.01, true), (3.99, false), (1.0, false)] {
        assert_eq!(holds(measured, 6.0), expected, "{measured}");
    }
}
