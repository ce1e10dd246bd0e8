//! Tables in text: what the head of a column says about the cells below it.
//!
//! In: a scene and a place. Out: labels of the column's head. Not here: labels beside a value (`scene`).

use super::labels::{Hit, Labels};

/// Bytes above a cell in which its table's head is looked for.
const REACH: usize = 2000;

/// The labels over a cell that begins here: `name;tel` above `Ann;415…`, or a table of Markdown.
pub fn labels(text: &str, hits: &[Hit], at: usize) -> Labels {
    // No further back than a row may be long: a document may be one line.
    let lowest = at.saturating_sub(REACH);
    let line = memchr::memrchr(b'\n', &text.as_bytes()[lowest..at]).map_or(lowest, |end| lowest + end + 1);
    if line == lowest && lowest > 0 {
        return Labels::NONE;
    }
    let before = &text[line..at];
    let Some(sign) = before.trim_end_matches([' ', '"']).chars().next_back().filter(|c| is_sign(*c)) else {
        return Labels::NONE;
    };
    let column = before.matches(sign).count();
    let Some(head) = head(text, line, sign) else { return Labels::NONE };
    let mut cells = text[head.0..head.1].split(sign);
    let width: usize = cells.by_ref().take(column).map(|cell| cell.len() + 1).sum();
    let Some(cell) = cells.next() else { return Labels::NONE };
    let (start, end) = (head.0 + width, head.0 + width + cell.len());
    let inside = hits.iter().filter(|hit| hit.start >= start && hit.end <= end);
    inside.fold(Labels::NONE, |labels, hit| labels.or(hit.labels))
}

fn is_sign(c: char) -> bool {
    matches!(c, ';' | '|' | ',' | '\t')
}

/// The first line above, without a blank line between, that has as many columns: where it begins and ends.
fn head(text: &str, mut line: usize, sign: char) -> Option<(usize, usize)> {
    let lowest = line.saturating_sub(REACH);
    let rest = &text.as_bytes()[line..text.len().min(line + REACH + 1)];
    let length = memchr::memchr(b'\n', rest).or((rest.len() <= REACH).then_some(rest.len()))?;
    let own = text[line..line + length].matches(sign).count();
    let mut found = None;
    while line > lowest {
        let end = line - 1;
        let start = memchr::memrchr(b'\n', &text.as_bytes()[lowest..end]).map_or(lowest, |end| lowest + end + 1);
        if start == lowest && lowest > 0 || text[start..end].matches(sign).count() != own {
            break;
        }
        found = Some((start, end));
        line = start;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::find::labels::hits;
    use crate::guard::view::View;

    fn over(text: &str) -> Labels {
        let view = View::new(text);
        labels(text, &hits(&view), text.find('#').expect("the place is marked"))
    }

    #[test]
    fn the_head_of_a_column_speaks_for_its_cells() {
        assert_eq!(over("name;tel\nAnn;1\nBob;#"), Labels::Phone);
        assert_eq!(over("| name | phone |\n|---|---|\n| Ann | #"), Labels::NONE);
        assert_eq!(over("| name | phone |\n|---|---|\n| Ann | # |"), Labels::Phone);
        assert_eq!(over("name,ssn,x\nAnn,#,1"), Labels::Ssn);
    }

    #[test]
    fn other_lines_are_no_heads() {
        assert_eq!(over("tel;x\n\nAnn;#"), Labels::NONE);
        assert_eq!(over("my phone, and\nthen #"), Labels::NONE);
    }
}
