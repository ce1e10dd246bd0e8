//! The settings as a form: each field with its text, who fixed it, and what is wrong with it. Pure.
//!
//! In: the sources of the settings, what a person types. Out: fields to draw, changes to save.
//! Not here: drawing (`field`), the rules themselves (`config`), writing (`saving`).

use rust_i18n::t;

use crate::config::keys::{KEYS, Key, table_of};
use crate::config::{Kind, Origin, Problem, Problems, Shape, Sources, Spot, Value, edit, without_values};

/// One setting.
#[derive(Debug, Clone)]
pub struct Field {
    pub key: &'static Key,
    pub text: String,
    /// As it is in force.
    was: String,
    /// A secret is shown in this form only; its field begins empty.
    pub masked: Option<String>,
    pub fixed: Option<Fixed>,
    pub problem: Option<String>,
    /// A person wants to see an address with everything in it.
    pub is_whole: bool,
    is_touched: bool,
}

/// Why a field cannot be changed here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fixed {
    Managed { by: Option<String> },
    Environment { variable: String },
}

#[derive(Debug, Clone)]
pub struct Form {
    pub fields: Vec<Field>,
    /// Where the organisation that fixed something helps.
    pub help_url: Option<String>,
    /// What is wrong with more than one field.
    pub problems: Vec<String>,
    /// The field to begin at, until it was drawn.
    pub wanted: Option<String>,
    sources: Sources,
}

impl Field {
    pub fn is_changed(&self) -> bool {
        self.is_touched && (self.text != self.was || self.masked.is_some())
    }

    pub fn change(&mut self, text: String) {
        self.text = text;
        self.is_touched = true;
    }

    /// An address as it may be shown to whoever looks over a shoulder; `None` where nothing is to be hidden.
    pub fn without_secrets(&self) -> Option<String> {
        let shown = without_values(&self.text);
        (self.key.name == "api_url" && shown != self.text).then_some(shown)
    }

    /// As the field's own default; `None` where somebody must say it.
    pub fn default(&self) -> Option<String> {
        Value::of_default(self.key.default, self.key.shape).map(|value| value.plain())
    }

    /// Its allowed values, for people; empty where everything may stand.
    pub fn range(&self) -> String {
        match self.key.shape {
            Shape::Integer { min, max } | Shape::Integers { min, max, .. } => {
                t!("range.numbers", min = min, max = max, unit = unit(self.key)).trim().to_owned()
            }
            Shape::IntegerOr { word, min, max } => {
                t!("range.word_or_numbers", word = word, min = min, max = max, unit = unit(self.key)).into_owned()
            }
            Shape::Number { min, max } => t!("range.numbers", min = min, max = max, unit = "").trim().to_owned(),
            Shape::Text | Shape::Secret | Shape::Switch | Shape::Choice(_) | Shape::Words => String::new(),
        }
    }
}

/// What a number counts, in the person's language.
pub fn unit(key: &Key) -> String {
    match key.unit {
        "seconds" => t!("unit.seconds").into_owned(),
        "milliseconds" => t!("unit.milliseconds").into_owned(),
        "minutes" => t!("unit.minutes").into_owned(),
        "days" => t!("unit.days").into_owned(),
        "uploads" => t!("unit.uploads").into_owned(),
        "attempts" => t!("unit.attempts").into_owned(),
        other => other.to_owned(),
    }
}

/// Who fixed it, in words.
pub fn by_whom(fixed: &Fixed) -> String {
    match fixed {
        Fixed::Managed { by: Some(by) } => t!("settings.managed_by", who = crate::files::shown(by.as_ref())),
        Fixed::Managed { by: None } => t!("settings.managed"),
        Fixed::Environment { variable } => t!("settings.environment", name = variable),
    }
    .into_owned()
}

impl Form {
    /// Every public setting; or what is wrong with the file, which is then no form to fill in.
    pub fn of(sources: Sources) -> Result<Self, Problems> {
        let loaded = sources.check()?;
        let field = |key: &'static Key| {
            let was = loaded.value(key.name)?;
            let is_secret = key.shape == Shape::Secret;
            let fixed = match loaded.origin(key.name)? {
                Origin::Managed { by } => Some(Fixed::Managed { by: by.clone() }),
                Origin::Written(Spot::Environment { variable }) => {
                    Some(Fixed::Environment { variable: variable.clone() })
                }
                Origin::Default | Origin::Written(_) => None,
            };
            let (text, masked) = if is_secret { (String::new(), Some(was.clone())) } else { (was.clone(), None) };
            Some(Field { key, text, was, masked, fixed, problem: None, is_whole: false, is_touched: false })
        };
        let fields = KEYS.iter().filter(|key| !key.is_policy()).filter_map(field).collect();
        let help_url = loaded.config.managed.help_url.clone();
        Ok(Self { fields, help_url, problems: Vec::new(), wanted: None, sources })
    }

    /// Names of the groups, in the order of the file; the first has no table.
    pub fn groups(&self) -> Vec<Option<&'static str>> {
        let mut groups: Vec<Option<&'static str>> = Vec::new();
        for field in &self.fields {
            let table = table_of(field.key.name);
            if groups.last() != Some(&table) {
                groups.push(table);
            }
        }
        groups
    }

    pub fn field(&mut self, name: &str) -> Option<&mut Field> {
        self.fields.iter_mut().find(|field| field.key.name == name)
    }

    pub fn changes(&self) -> Vec<(&'static str, String)> {
        let changed = self.fields.iter().filter(|field| field.is_changed());
        changed.map(|field| (field.key.name, field.text.clone())).collect()
    }

    pub fn is_changed(&self) -> bool {
        self.fields.iter().any(Field::is_changed)
    }

    pub fn is_good(&self) -> bool {
        self.problems.is_empty() && self.fields.iter().all(|field| field.problem.is_none())
    }

    /// After each change: what is wrong, at its field. Nothing is written.
    pub fn check(&mut self) {
        self.fields.iter_mut().for_each(|field| field.problem = None);
        self.problems.clear();
        let changes = self.changes();
        let changes: Vec<_> = changes.iter().map(|(name, text)| (*name, text.as_str())).collect();
        if !changes.is_empty()
            && let Err(problems) = edit::set_all(&self.sources, &changes)
        {
            self.show(&problems);
        }
    }

    pub fn show(&mut self, problems: &Problems) {
        for problem in problems.list() {
            match problem.key.as_deref().and_then(|name| self.field(name)) {
                Some(field) => field.problem = Some(reason(field.key, problem)),
                None => self.problems.push(problem.to_string()),
            }
        }
    }

    /// What was shown before, with what is on disk now; texts that were typed stay.
    pub fn renew(&mut self, sources: Sources) -> Result<(), Problems> {
        let mut new = Self::of(sources)?;
        for field in new.fields.iter_mut().filter(|field| field.fixed.is_none()) {
            if let Some(old) = self.fields.iter().find(|old| old.key.name == field.key.name && old.is_changed()) {
                field.change(old.text.clone());
            }
        }
        new.wanted = self.wanted.take();
        *self = new;
        self.check();
        Ok(())
    }
}

/// Ranges in the person's language; what a text means is told by the rules.
fn reason(key: &Key, problem: &Problem) -> String {
    match (problem.kind, key.shape) {
        (Kind::WrongType | Kind::BadValue, Shape::Integer { min, max }) => {
            t!("must.whole", min = min, max = max).into_owned()
        }
        (Kind::WrongType | Kind::BadValue, Shape::IntegerOr { word, min, max }) => {
            t!("must.word_or_whole", word = word, min = min, max = max).into_owned()
        }
        (Kind::WrongType | Kind::BadValue, Shape::Number { min, max }) => {
            t!("must.number", min = min, max = max).into_owned()
        }
        (Kind::WrongType | Kind::BadValue, Shape::Integers { min, max, most }) => {
            t!("must.numbers", min = min, max = max, most = most).into_owned()
        }
        _ => {
            let reason = problem.reason();
            let mut letters = reason.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::Source;

    const GOOD: &str = "# mine\napi_url = \"https://a.example/new\"\ndevice_id = \"dev\"\nwatch_dir = \"m\"\n\n\
                        [network]\nproxy = \"http://me:word@proxy:3128\"\n";

    fn form(text: &str) -> Form {
        Form::of(Sources::of_text(text, Path::new("/h/config.toml"))).expect("good settings")
    }

    #[test]
    fn every_public_setting_has_a_field_in_its_group() {
        let form = form(GOOD);
        assert_eq!(form.fields.len(), KEYS.iter().filter(|key| !key.is_policy()).count());
        let groups: Vec<_> = form.groups().into_iter().map(|group| group.unwrap_or("")).collect();
        let mut once = groups.clone();
        once.dedup();
        assert_eq!((groups[0], once.len()), ("", groups.len()));
        assert!(!form.is_changed() && form.is_good());
    }

    #[test]
    fn a_bad_value_is_told_at_its_field_and_only_there() {
        let mut form = form(GOOD);
        form.field("concurrency").expect("known").change("900".into());
        form.field("api_url").expect("known").change("ftp://x".into());
        form.check();
        let told: Vec<_> = form.fields.iter().filter(|field| field.problem.is_some()).map(|f| f.key.name).collect();
        // The range comes first: what a text means is only asked when all shapes are good.
        assert_eq!(told, ["concurrency"]);
        form.field("concurrency").expect("known").change("9".into());
        form.check();
        let told: Vec<_> = form.fields.iter().filter(|field| field.problem.is_some()).map(|f| f.key.name).collect();
        assert_eq!(told, ["api_url"]);
        form.field("api_url").expect("known").change("https://b.example/new".into());
        form.check();
        assert!(form.is_good(), "{form:?}");
        assert_eq!(form.changes().len(), 2);
    }

    #[test]
    fn what_belongs_together_may_be_changed_together() {
        let mut form = form(GOOD);
        form.field("api_url").expect("known").change("http://b.example/new".into());
        form.check();
        assert!(!form.is_good());
        form.field("network.allow_insecure_http").expect("known").change("true".into());
        form.check();
        assert!(form.is_good(), "{:?}", form.problems);
    }

    #[test]
    fn a_password_is_not_in_the_form() {
        let mut form = form(GOOD);
        assert!(!format!("{:?}", form.fields).contains(":word@"));
        let field = form.field("network.proxy").expect("known");
        assert_eq!((field.text.as_str(), field.masked.as_deref()), ("", Some("http://***@proxy:3128")));
        assert!(!field.is_changed());
        field.change(String::new());
        assert!(field.is_changed(), "to empty it is a change");
    }

    #[test]
    fn what_an_organisation_fixed_is_fixed() {
        let mut sources = Sources::of_text(GOOD, Path::new("/h/config.toml"));
        let text = "device_id = \"theirs\"\n[managed]\nlocked = [\"device_id\"]\nby = \"Example\"\nhelp_url = \"https://h.example\"\n";
        sources.machine = Some(Source { file: "/etc/config.toml".into(), text: text.into() });
        let mut form = Form::of(sources).expect("good");
        assert_eq!(form.help_url.as_deref(), Some("https://h.example"));
        let field = form.field("device_id").expect("known");
        assert_eq!(
            (field.text.as_str(), field.fixed.clone()),
            ("theirs", Some(Fixed::Managed { by: Some("Example".into()) }))
        );
    }

    #[test]
    fn what_was_typed_outlives_a_change_on_disk() {
        let mut form = form(GOOD);
        form.field("concurrency").expect("known").change("9".into());
        let now = format!("scan_interval_secs = 7\n{GOOD}");
        form.renew(Sources::of_text(&now, Path::new("/h/config.toml"))).expect("good");
        assert_eq!(form.changes(), [("concurrency", "9".to_owned())]);
        assert_eq!(form.field("scan_interval_secs").expect("known").text, "7");
    }
}
