//! The icon and its menu, as the panel sees them over the bus.
//!
//! In: a session and the item's place. Out: what a person would see, and clicks. Not here: finding the program (`world`).

use serde_json::Value;

use super::session::Session;

const ITEM: &str = "org.kde.StatusNotifierItem";
const MENU: &str = "com.canonical.dbusmenu";

/// One line of the menu.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub id: i64,
    pub text: String,
    pub enabled: bool,
}

pub struct Item<'a> {
    pub session: &'a Session,
    pub name: String,
    pub path: String,
}

impl Item<'_> {
    fn property(&self, name: &str) -> Option<Value> {
        self.session.property((&self.name, &self.path), ITEM, name)
    }

    /// Title and text of the tooltip.
    pub fn tooltip(&self) -> String {
        let tip = self.property("ToolTip").unwrap_or_default();
        format!("{} {}", tip[2].as_str().unwrap_or_default(), tip[3].as_str().unwrap_or_default())
    }

    /// Whether the icon is the picture of that state, to the pixel.
    pub fn shows(&self, state: &str) -> bool {
        self.shows_on(state, "dark")
    }

    /// The picture for a panel that is `light` or `dark`.
    pub fn shows_on(&self, state: &str, ground: &str) -> bool {
        let pixels = self.property("IconPixmap").unwrap_or_default();
        let shown = pixels[0][2].as_array().cloned().unwrap_or_default();
        let shown: Vec<u8> = shown.iter().filter_map(|byte| u8::try_from(byte.as_u64()?).ok()).collect();
        shown == picture(state, ground)
    }

    pub fn lines(&self) -> Vec<Line> {
        let layout = self.session.call((&self.name, "/MenuBar"), MENU, &["GetLayout", "iias", "0", "-1", "0"]);
        let mut lines = Vec::new();
        collect(&layout.unwrap_or_default()[1], &mut lines);
        lines
    }

    pub fn line(&self, text: &str) -> Option<Line> {
        self.lines().into_iter().find(|line| line.text == text)
    }

    /// As a panel does it when a person clicks.
    #[track_caller]
    pub fn click(&self, text: &str) {
        let line = self.line(text).unwrap_or_else(|| panic!("no line {text:?} in {:#?}", self.lines()));
        assert!(line.enabled, "{line:?}");
        let event = ["Event", "isvu", &line.id.to_string(), "clicked", "i", "0", "0"];
        self.session.call((&self.name, "/MenuBar"), MENU, &event).expect("the menu takes clicks");
    }
}

/// A node of the layout is number, properties, children; each child lies in a variant.
fn collect(node: &Value, lines: &mut Vec<Line>) {
    let property = |name: &str| node[1][name]["data"].clone();
    if let (Some(id), Some(text)) = (node[0].as_i64(), property("label").as_str()) {
        let enabled = property("enabled").as_bool().unwrap_or(true);
        lines.push(Line { id, text: text.replace("__", "_"), enabled });
    }
    for child in node[2].as_array().into_iter().flatten() {
        collect(&child["data"], lines);
    }
}

/// The generated picture in the bus's order of colours.
fn picture(state: &str, ground: &str) -> Vec<u8> {
    let file = format!("{}/icons/generated/{state}-{ground}-48.png", env!("CARGO_MANIFEST_DIR"));
    let file = std::io::BufReader::new(std::fs::File::open(file).unwrap());
    let mut reader = png::Decoder::new(file).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    pixels.chunks_exact(4).flat_map(|rgba| [rgba[3], rgba[0], rgba[1], rgba[2]]).collect()
}
