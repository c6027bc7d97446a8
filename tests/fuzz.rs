//! Readers against any bytes: none panics, the fast and the careful one agree, and a leaf and a receipt have one form. And
//! the allocator against any sizes.
//!
//! `cargo test` tries a bounded number of random inputs. For a search guided by coverage, with `cargo-bolero` installed:
//! `cargo bolero test fast_and_careful_readers_agree`, and likewise for the other tests.

use tidegate::allocator::HugePages;
use tidegate::domain::RecentDate;
use tidegate::formats::csv::{CsvParser, columns};
use tidegate::formats::framing::{Records, whole_records};
use tidegate::formats::jsonl::{careful, fast};
use tidegate::formats::reject::RejectedLine;
use tidegate::formats::{CarefulRecord, Format, TimeFormat};
use tidegate::receipt::{Growth, Receipt};
use tidegate::store::{Head, codec};

/// Serves everything here, as it does in the program.
#[global_allocator]
static ALLOCATOR: HugePages = HugePages;

/// The values of the usual line, which random bytes are put between and into.
const USUAL: &str = r#"{"id":"15887","customer_id":"528","load_amount":"$3318.47","time":"2000-01-01T00:00:00Z"}"#;

/// The same with a group.
const GROUPED: &str =
    r#"{"id":"15887","customer_id":"528","load_amount":"$3318.47","time":"2000-01-01T00:00:00Z","group":"gold"}"#;

/// The leaf of a usual event, likewise.
const LEAF: &str = r#"[1,"AccountLimitExceeded",2,30,"528",4,"15887","-3318.47","2000-01-01T00:00:00Z","daily_amount","amount","4800.00",1]"#;

/// One of the second version with everything that stands behind all else.
const LEAF_WITH_EXTRAS: &str = r#"[2,"AccountDeposited",2,30,"528",4,"15887","1.00","2000-01-01T00:00:00Z",{"group":"gold","flags":[["a",2],["b",10]],"shadow":[["c_1",1]]}]"#;

/// Puts bytes in the place of at most seven others.
fn splice(text: &str, bytes: &[u8], start: u8, len: u8) -> Vec<u8> {
    let start = usize::from(start) % text.len();
    let end = (start + usize::from(len % 8)).min(text.len());
    let mut spliced = text.as_bytes().to_vec();
    spliced.splice(start..end, bytes.iter().copied());
    spliced
}

fn assert_readers_agree(line: &[u8]) {
    // Having read the usual line before must not matter.
    let mut dates = RecentDate::default();
    let _ = fast::parse(USUAL.as_bytes(), &mut dates);
    let with_group = fast::parse_with_group(line, &mut dates).map(|(fast, group)| (fast, Some(group)));
    let Some((fast, fast_group)) = fast::parse(line, &mut dates).map(|fast| (fast, None)).or(with_group) else {
        return;
    };
    for groups in [false, true] {
        let fast_group = fast_group.clone().filter(|_| groups);
        let careful = careful::parse(line, None, groups).map(|record| {
            let CarefulRecord { id, customer_id, amount, time, group } = record;
            (
                line.get(fast.id.clone()) == Some(id.as_bytes()),
                line.get(fast.customer_id.clone()) == Some(customer_id.as_bytes()),
                fast_group.and_then(|group| line.get(group)) == group.as_deref().map(str::as_bytes),
                amount,
                time,
            )
        });
        assert_eq!(careful, Ok((true, true, true, fast.amount, fast.time)));
    }
}

#[test]
fn fast_and_careful_readers_agree() {
    bolero::check!().with_type::<(Vec<u8>, u8, u8)>().for_each(|(bytes, start, len)| {
        assert_readers_agree(bytes);
        assert_readers_agree(&splice(USUAL, bytes, *start, *len));
        assert_readers_agree(&splice(GROUPED, bytes, *start, *len));
    });
}

fn assert_no_leaf_but_the_events_own(bytes: &[u8]) {
    if let (Ok(schema), Ok(event)) = (codec::Schema::of(1, bytes), codec::decode(1, bytes)) {
        let mut leaf = Vec::new();
        codec::encode(&mut leaf, schema, &event);
        assert_eq!(leaf, bytes);
    }
}

#[test]
fn what_is_read_as_an_event_is_its_own_leaf() {
    bolero::check!().with_type::<(Vec<u8>, u8, u8)>().for_each(|(bytes, start, len)| {
        assert_no_leaf_but_the_events_own(bytes);
        assert_no_leaf_but_the_events_own(&splice(LEAF, bytes, *start, *len));
        assert_no_leaf_but_the_events_own(&splice(LEAF_WITH_EXTRAS, bytes, *start, *len));
    });
}

fn assert_no_proof_but_in_its_own_form(bytes: &[u8]) {
    if let Ok(receipt) = Receipt::parse(bytes) {
        assert_eq!(receipt.text().as_bytes(), bytes);
        let _ = receipt.check(&receipt.head);
    }
    if let Ok(growth) = Growth::parse(bytes) {
        assert_eq!(growth.text().as_bytes(), bytes);
        let _ = growth.check(&growth.from, &growth.to);
    }
}

#[test]
fn what_is_read_as_a_proof_is_in_its_own_form() {
    let head = Head { size: u64::MAX, root: [7; 32], chain: [8; 32] };
    let receipt = Receipt { head, position: 1 << 40, event: LEAF.to_owned(), inclusion: vec![[9; 32]; 3] }.text();
    let growth = Growth { from: Head { size: 7, ..head }, to: head, consistency: vec![[9; 32]; 3] }.text();
    bolero::check!().with_type::<(Vec<u8>, u8, u16, u8)>().for_each(|(bytes, start, skip, len)| {
        assert_no_proof_but_in_its_own_form(bytes);
        for text in [&receipt, &growth] {
            // Texts of several hundred bytes, of which a byte alone does not reach all.
            let skip = usize::from(*skip) % text.len();
            let spliced = [&text.as_bytes()[..skip], &splice(&text[skip..], bytes, *start, *len)].concat();
            assert_no_proof_but_in_its_own_form(&spliced);
        }
    });
}

#[test]
fn no_reader_panics_on_any_bytes() {
    let columns = columns(b"id,customer_id,load_amount,time,time_format,group", true).unwrap();
    let mut parser = CsvParser::new();
    bolero::check!().for_each(|bytes: &[u8]| {
        for format in [Format::JsonLines, Format::Csv] {
            for at_end in [false, true] {
                let whole = whole_records(format, bytes, at_end);
                for record in Records::new(format, &bytes[..whole]) {
                    if let Err(error) = parser.parse(record.bytes, &columns, None) {
                        RejectedLine::new(record.line.into(), &error, record.bytes).write(&mut Vec::new());
                    }
                }
            }
        }
        let _ = parser.parse(bytes, &columns, None);
        for groups in [false, true] {
            let _ = careful::parse(bytes, None, groups);
            let _ = tidegate::formats::csv::columns(bytes, groups);
        }
        Format::detect(bytes);
        if let Ok(text) = str::from_utf8(bytes)
            && let Ok(format) = TimeFormat::new(text)
        {
            let _ = format.parse(text);
        }
    });
}

/// So many bytes of one value, and then so many of another.
type Parts = [(usize, u8); 2];

/// Checks that a block is so many bytes of one value and then of another, by the ends of each part.
fn assert_is(block: &[u8], parts: Parts) {
    let mut start = 0;
    for (len, byte) in parts {
        let part = &block[start..start + len];
        for at in [0, len / 2, len.saturating_sub(1)].into_iter().filter(|at| *at < len) {
            assert_eq!(part[at], byte, "place {at} of a part of {len}");
        }
        start += len;
    }
    assert_eq!(start, block.len());
}

#[test]
fn blocks_that_come_and_grow_and_shrink_keep_what_was_written_to_them() {
    // Up to more than two huge pages, and never a multiple of one.
    const STEP: usize = 20_479;
    bolero::check!().with_iterations(100).with_type::<Vec<(u8, u8, u8)>>().for_each(|steps| {
        let mut others: Vec<(Vec<u8>, Parts)> = Vec::new();
        for (first, second, byte) in steps.iter().take(8) {
            let [kept, grown] = [first, second].map(|len| usize::from(*len) * STEP);
            let mut block = vec![0; kept];
            assert_is(&block, [(kept, 0), (0, 0)]);
            block.fill(*byte);
            block.resize(kept + grown, !*byte);
            assert_is(&block, [(kept, *byte), (grown, !*byte)]);
            block.truncate(kept + grown / 3);
            block.shrink_to_fit();
            let parts = [(kept, *byte), (grown / 3, !*byte)];
            assert_is(&block, parts);
            others.iter().for_each(|(block, parts)| assert_is(block, *parts));
            others.push((block, parts));
            if others.len() > 3 {
                others.swap_remove(usize::from(*byte) % 3);
            }
        }
    });
}
