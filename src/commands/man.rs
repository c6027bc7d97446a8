//! `tidegate man`.

use std::io::{self, Write};

use clap::Command;
use clap_mangen::Man;

/// Writes the manual page of a command line: the program's part, then a section for each subcommand.
///
/// # Errors
///
/// If it can't be written.
pub fn run(command: Command, out: &mut impl Write) -> io::Result<()> {
    let name = command.get_name().to_owned();
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page)?;
    for subcommand in command.get_subcommands() {
        let name = format!("{name} {}", subcommand.get_name());
        writeln!(page, ".SH {}", name.to_uppercase())?;
        // The subcommand's own sections go below that one.
        page.extend_from_slice(sections(subcommand.clone().bin_name(name))?.replace("\n.SH ", "\n.SS ").as_bytes());
    }
    out.write_all(&page)
}

/// The sections of a subcommand, without the options that all share.
fn sections(subcommand: Command) -> io::Result<String> {
    let man = Man::new(subcommand);
    let mut sections = Vec::new();
    man.render_description_section(&mut sections)?;
    man.render_synopsis_section(&mut sections)?;
    man.render_options_section(&mut sections)?;
    man.render_extra_section(&mut sections)?;
    String::from_utf8(sections).map_err(io::Error::other)
}
