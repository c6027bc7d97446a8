//! The files at both ends of a run: where lines come from, where results go.

mod identity;
mod replacement;
mod sink;
mod source;
mod stop;

pub use identity::is_same_file;
pub use sink::{Sink, Sinks, Target, Targets, open_output, open_sinks};
pub use source::Source;
pub use stop::{StopListener, StopSwitch, Wait, stop_switch};
