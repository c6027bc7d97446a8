//! Every decision that flips, on its way to a file.

use std::path::Path;

use super::outputs::finish;
use crate::backtest::report::FlipForm;
use crate::backtest::{Candidate, Comparison, History};
use crate::commands::output::write;
use crate::files::Sink;
use crate::formats::Format;
use crate::formats::cell::push_cell;

/// The columns of CSV, which are the keys of JSON.
const HEADER: &str = "position,line,transaction_id,account,group,amount,time,to,then,now\n";

/// How much is gathered before it is written.
const BUFFER_LEN: usize = 1 << 16;

/// Writes all flips of a comparison in input order: as CSV if the path ends so, or else a JSON object a line.
///
/// # Errors
///
/// If they can't be written.
pub(super) fn write_all(
    mut output: Sink,
    path: &Path,
    history: &History,
    now: &Candidate,
    comparison: &Comparison,
) -> anyhow::Result<()> {
    let is_csv = Format::of_path(path) == Some(Format::Csv);
    let mut buffer = Vec::with_capacity(BUFFER_LEN);
    if is_csv {
        buffer.extend_from_slice(HEADER.as_bytes());
    }
    let forms = comparison.flips.iter().filter_map(|flip| FlipForm::of(history, now, &comparison.codes, flip));
    for form in forms {
        if is_csv {
            push_record(&mut buffer, &form);
        } else {
            serde_json::to_writer(&mut buffer, &form)?;
            buffer.push(b'\n');
        }
        if buffer.len() >= BUFFER_LEN {
            write(&mut output, &buffer)?;
            buffer.clear();
        }
    }
    write(&mut output, &buffer)?;
    finish(output)
}

fn push_record(out: &mut Vec<u8>, form: &FlipForm) {
    let FlipForm { position, line, transaction_id, account, group, amount, time, to, then, now } = form;
    let position = position.map(|position| position.to_string()).unwrap_or_default();
    out.extend_from_slice(format!("{position},{line},").as_bytes());
    for text in [transaction_id, account, group.as_ref().unwrap_or(&String::new())] {
        push_cell(out, text.as_bytes());
        out.push(b',');
    }
    let reason = |reason: &Option<String>| reason.clone().unwrap_or_default();
    // An amount is a number, whatever it begins with; codes of reasons are snake_case.
    out.extend_from_slice(format!("{amount},{time},{to},{},{}\n", reason(then), reason(now)).as_bytes());
}
