//! Which part of the input the reader says that a batch is.

use std::io::{Seek, SeekFrom, Write};
use std::ops::Range;

use proptest::prelude::*;
use proptest::sample::select;
use sha2::{Digest, Sha256};

use super::*;
use crate::actors::{Reader, Reading};
use crate::batch::{Batch, Dialect, LINE_LEN_MAX};
use crate::bus::{Event, credits, fan_in};
use crate::files::{StopSwitch, stop_switch};
use crate::formats::framing::Records;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// How much of an overlong line is kept at least.
const CUT_LINE_LEN: usize = LINE_LEN_MAX + 2;

const HEADER: &str = "id,customer_id,load_amount,time";

/// More batches than any of these inputs can come in.
const BATCHES_MAX: usize = 2_000;

/// What a reader makes of an input.
struct Intake {
    #[expect(clippy::vec_box, reason = "batches travel in boxes")]
    batches: Vec<Box<Batch>>,
    closing: Option<Box<Batch>>,
}

fn read(file: File, format: Option<Format>, start: Start, strict: bool) -> (Intake, StopSwitch) {
    let (_give, take) = credits(BATCHES_MAX, 1);
    let (to_manager, mut events) = fan_in(BATCHES_MAX + 1);
    let (switch, listener) = stop_switch().unwrap();
    let source = Source::of_file(file, "input");
    let reading = Reading { format, strict, ..Reading::default() };
    Reader::new(source, &reading, start, listener, take, to_manager).run().unwrap();
    let mut intake = Intake { batches: Vec::new(), closing: None };
    while let Some(event) = events.blocking_recv() {
        match event {
            Event::TxnRead(batch) => intake.batches.push(batch),
            Event::InputEnded { closing, batches, .. } => {
                assert_eq!(batches, intake.batches.len() as u64);
                intake.closing = closing;
            }
            other => panic!("{other:?} is nothing that a reader says"),
        }
    }
    (intake, switch)
}

fn hashed() -> Start {
    Start { hasher: Some(Sha256::new()), ..Start::default() }
}

fn file_of(input: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(input).unwrap();
    file.rewind().unwrap();
    file
}

/// Reads an input from a pipe, into which it is written in pieces of these lengths, again and again.
fn read_trickling(input: &[u8], pieces: &[usize], start: Start) -> Intake {
    let (read_end, write_end) = rustix::pipe::pipe().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut write_end = File::from(write_end);
            let mut rest = input;
            for len in pieces.iter().cycle() {
                let (piece, behind) = rest.split_at((*len).min(rest.len()));
                write_end.write_all(piece).unwrap();
                std::thread::yield_now();
                rest = behind;
                if rest.is_empty() {
                    break;
                }
            }
        });
        read(File::from(read_end), None, start, false).0
    })
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn newlines(text: &[u8]) -> u64 {
    text.iter().filter(|byte| **byte == b'\n').count() as u64
}

/// Asserts that batches stand for the whole input, each for whole lines of it, and hash what lies before their ends.
fn assert_accounted_for(input: &[u8], intake: &Intake) {
    let closing = intake.closing.as_ref().expect("the input is complete");
    let mut end = 0;
    for batch in intake.batches.iter().chain([closing]) {
        assert_eq!(batch.input.start, end, "batch {} touches the one before", batch.number);
        end = batch.input.end;
        let read = &input[..end as usize];
        assert_eq!(batch.input.hash, sha256(read), "batch {} up to {end}", batch.number);
        assert!(
            end == input.len() as u64 || read.ends_with(b"\n"),
            "batch {} ends in the middle of a line",
            batch.number
        );
        let open_line = u64::from(read.last().is_some_and(|last| *last != b'\n'));
        let bom_alone = u64::from(read == BOM);
        let lines = newlines(read) + open_line - bom_alone;
        assert_eq!(batch.first_line + u64::from(batch.line_count), lines + 1, "batch {}", batch.number);
    }
    assert_eq!(end, input.len() as u64);
    assert!(closing.completes_input && closing.text.is_empty() && closing.line_count == 0);
    assert_eq!(closing.number, intake.batches.len() as u64);
    assert!(intake.batches.iter().all(|batch| !batch.completes_input && !batch.text.is_empty()));
}

/// The lines of these batches. It depends on how they arrive how much is kept of an overlong one, so no more than has to
/// be is taken here, and whether a blank one before a header is in a batch, so none is.
fn lines(batches: &[Box<Batch>]) -> Vec<Vec<u8>> {
    let text: Vec<_> = batches.iter().flat_map(|batch| batch.text.iter().copied()).collect();
    let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    lines.map(|line| line[..line.len().min(CUT_LINE_LEN)].to_vec()).collect()
}

/// Reads the rest of a file behind a batch of it, as another run would.
fn read_behind(input: &[u8], batch: &Batch) -> Intake {
    let end = batch.input.end;
    let mut file = file_of(input);
    file.seek(SeekFrom::Start(end)).unwrap();
    let start = Start {
        line: batch.first_line + u64::from(batch.line_count),
        offset: end,
        hasher: Some(Sha256::new_with_prefix(&input[..end as usize])),
        dialect: batch.dialect.clone(),
        past_bom: true,
    };
    read(file, None, start, false).0
}

/// An input that shows itself in short.
#[derive(Clone)]
struct Input(Vec<u8>);

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for line in self.0.split_inclusive(|byte| *byte == b'\n') {
            let shown = &line[..line.len().min(80)];
            writeln!(f, "{} bytes: {}", line.len(), shown.escape_ascii())?;
        }
        Ok(())
    }
}

fn any_line() -> impl Strategy<Value = Vec<u8>> {
    let kept = CUT_LINE_LEN;
    let overlong = (select(vec![kept - 3, kept - 2, kept - 1, kept, kept + 1, 90_000, 400_000]), any::<bool>())
        .prop_map(|(len, blank)| vec![if blank { b' ' } else { b'x' }; len]);
    prop_oneof![
        8 => "\\PC{0,40}".prop_map(String::into_bytes),
        4 => Just(b"1,2,$3,2000-01-01T00:00:00Z".to_vec()),
        2 => Just(b"\"quoted\",\"on\ntwo\nlines\"".to_vec()),
        2 => Just(b"\"never closed".to_vec()),
        2 => Just(Vec::new()),
        1 => prop::collection::vec(any::<u8>(), 0..20),
        1 => overlong,
    ]
}

/// Any input, with or without a byte order mark, a CSV header, blank lines before it and an end of the last line.
fn any_input() -> impl Strategy<Value = Input> {
    let lines = prop::collection::vec((any_line(), any::<bool>()), 0..12);
    let header = select(vec!["", "\n", "\n \r\n"]).prop_map(|blank| format!("{blank}{HEADER}\r\n"));
    (any::<bool>(), prop::option::of(header), lines, any::<bool>()).prop_map(|(bom, header, lines, open)| {
        let mut input = if bom { BOM.to_vec() } else { Vec::new() };
        input.extend_from_slice(header.unwrap_or_default().as_bytes());
        for (line, crlf) in lines {
            input.extend_from_slice(&line);
            input.extend_from_slice(if crlf { b"\r\n" } else { b"\n" });
        }
        if open {
            input.extend_from_slice(b"the last");
        }
        Input(input)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_byte_of_a_file_is_counted_and_hashed_once_and_in_order(Input(input) in any_input()) {
        let (intake, _) = read(file_of(&input), None, hashed(), false);
        assert_accounted_for(&input, &intake);
    }

    #[test]
    fn every_byte_of_a_trickling_pipe_is_counted_and_hashed_once_and_in_order(
        Input(input) in any_input(),
        pieces in prop::collection::vec(prop_oneof![1usize..80, 4_000usize..70_000], 1..8),
    ) {
        // Very small pieces of a very long line would only take long.
        let least = input.len() / 1_000;
        let pieces: Vec<_> = pieces.into_iter().map(|len| len.max(least).max(1)).collect();
        let intake = read_trickling(&input, &pieces, hashed());
        assert_accounted_for(&input, &intake);
        let (whole, _) = read(file_of(&input), None, hashed(), false);
        prop_assert!(lines(&intake.batches) == lines(&whole.batches));
    }

    #[test]
    fn reading_goes_on_behind_any_batch(Input(input) in any_input()) {
        let whole = read_trickling(&input, &[input.len() / 5 + 1], hashed());
        for (done, batch) in whole.batches.iter().enumerate() {
            let rest = read_behind(&input, batch);
            prop_assert!(lines(&rest.batches) == lines(&whole.batches[done + 1..]), "behind batch {}", done);
            let (closing, expected) = (rest.closing.unwrap(), whole.closing.as_ref().unwrap());
            prop_assert_eq!(closing.input.end, expected.input.end);
            prop_assert_eq!(closing.input.hash, expected.input.hash);
            prop_assert_eq!(closing.first_line, expected.first_line);
            prop_assert_eq!(&closing.dialect, &expected.dialect);
        }
    }

    #[test]
    fn batch_can_be_cut_short_before_any_of_its_records(Input(input) in any_input()) {
        let (intake, _) = read(file_of(&input), None, hashed(), true);
        for batch in &intake.batches {
            let format = if matches!(batch.dialect, Some(Dialect::Csv(_))) { Format::Csv } else { Format::JsonLines };
            for record in Records::new(format, &batch.text) {
                let mut short = Batch::new(1);
                (short.first_line, short.input, short.marks) = (batch.first_line, batch.input, batch.marks.clone());
                short.end_before(record.line, record.start, &batch.text);
                let read = &input[..short.input.end as usize];
                prop_assert!(read.is_empty() || read == BOM || read.ends_with(b"\n"));
                prop_assert_eq!(short.first_line + u64::from(short.line_count), newlines(read) + 1);
                prop_assert_eq!(short.input.hash, sha256(read));
                prop_assert!(input[short.input.end as usize..].starts_with(&record.bytes[..record.bytes.len().min(50)]));
            }
        }
    }
}

#[test]
fn long_file_comes_in_several_batches_that_are_all_accounted_for() {
    let line = "{\"id\":\"1\",\"customer_id\":\"2\",\"load_amount\":\"$3.00\",\"time\":\"2000-01-01T00:00:00Z\"}\n";
    let mut input = BOM.to_vec();
    input.extend_from_slice(line.repeat(20_000).as_bytes());
    let (intake, _) = read(file_of(&input), None, hashed(), false);
    assert!(intake.batches.len() > 3);
    assert_accounted_for(&input, &intake);
    for batch in &intake.batches {
        let rest = read_behind(&input, batch);
        assert_eq!(rest.closing.unwrap().input.hash, sha256(&input));
    }
}

#[test]
fn input_without_any_transaction_is_complete_all_the_same() {
    let cases: [(&[u8], Range<u64>); 7] = [
        (b"", 0..0),
        (BOM, 0..3),
        (b"id,customer_id,load_amount,time\n", 0..32),
        (b"id,customer_id,load_amount,time", 0..31),
        (b"\xef\xbb\xbf\n\nid,customer_id,load_amount,time\r\n", 0..38),
        (b"\n", 1..1),
        (b" \n\t", 3..3),
    ];
    for (input, expected) in cases {
        let (intake, _) = read(file_of(input), None, hashed(), false);
        assert_accounted_for(input, &intake);
        let closing = intake.closing.unwrap();
        assert_eq!(closing.input.start..closing.input.end, expected, "{}", input.escape_ascii());
        assert_eq!(closing.dialect.is_some(), input.len() > 20, "{}", input.escape_ascii());
    }
}

#[test]
fn hashes_are_made_only_if_they_are_asked_for() {
    let (intake, _) = read(file_of(b"1\n2\n"), None, Start::default(), false);
    let closing = intake.closing.unwrap();
    assert_eq!((closing.input.end, closing.input.hash), (4, [0; 32]));
    assert!(intake.batches.iter().all(|batch| batch.input.hash == [0; 32] && batch.marks.is_empty()));
}

#[test]
fn reading_that_was_stopped_does_not_complete_the_input() {
    let (_give, take) = credits(2, 1);
    let (to_manager, mut events) = fan_in(3);
    let (switch, listener) = stop_switch().unwrap();
    switch.stop();
    let source = Source::of_file(file_of(b"1\n"), "input");
    Reader::new(source, &Reading::default(), hashed(), listener, take, to_manager).run().unwrap();
    let event = events.blocking_recv().unwrap();
    let Event::InputEnded { ending, closing, .. } = event else { panic!("{event:?} is no end") };
    assert_eq!(ending, Ending::Interrupted);
    assert!(closing.is_none());
}
