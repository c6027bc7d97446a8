//! A page's frame with holes, and what goes into them.

const TEMPLATE: &str = include_str!("template.html");

/// The frame with each `{{name}}` filled. What is put in is not looked at again, whatever it has in it.
pub(super) fn fill(holes: &[(&str, &str)]) -> String {
    let mut page = String::with_capacity(holes.iter().map(|(_, text)| text.len()).sum::<usize>() + TEMPLATE.len());
    for (at, piece) in TEMPLATE.split("{{").enumerate() {
        match piece.split_once("}}") {
            Some((name, rest)) if at > 0 => {
                let filled = holes.iter().find(|(hole, _)| *hole == name);
                page.push_str(filled.map_or("", |(_, text)| text));
                page.push_str(rest);
            }
            _ => page.push_str(piece),
        }
    }
    page
}
