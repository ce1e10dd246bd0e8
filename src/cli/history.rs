//! `outtray history`: receipts, newest first.
//!
//! In: the ledger, whether an engine runs or not. Out: a line a receipt, or `{"receipts":[…]}`.
//! Not here: the ledger (`sync`).

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::failure::{Exit, Failure};
use super::output::{Output, style};
use crate::guard::Guarded;
use crate::host::Home;
use crate::phrase;
use crate::sync::event::Receipt;
use crate::sync::inspect;

pub fn run(home: &Home, out: Output, number: usize) -> Result<Exit, Failure> {
    let receipts = inspect::history(&home.setup()?, number)?;
    if out.json {
        let receipts: Vec<Value> = receipts.iter().map(object).collect();
        out.object(&json!({"receipts": receipts}))?;
        return Ok(Exit::Done);
    }
    if receipts.is_empty() {
        out.note("Nothing was sent yet.");
    }
    for receipt in &receipts {
        out.data(line(receipt, &TimeZone::system()))?;
    }
    Ok(Exit::Done)
}

fn object(receipt: &Receipt) -> Value {
    let mut object = serde_json::to_value(receipt).unwrap_or_default();
    if let Value::Object(members) = &mut object {
        members.insert("uri".into(), format!("s3://{}/{}", receipt.bucket, receipt.key).into());
    }
    object
}

fn line(receipt: &Receipt, zone: &TimeZone) -> String {
    let when = receipt.time.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string();
    let size = phrase::bytes(receipt.size);
    let hash = receipt.sha256.get(..12).unwrap_or(&receipt.sha256);
    let guard =
        receipt.guard.as_ref().and_then(Guarded::sentence).map(|told| format!("\n{:21}{}", "", style::dim(&told)));
    let guard = guard.unwrap_or_default();
    format!("{}  {}  {size:>9}  {}  {}{guard}", style::dim(&when), receipt.file, style::dim(hash), receipt.place())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt() -> Receipt {
        Receipt {
            time: "2026-01-27T10:30:00Z".parse().unwrap(),
            file: "a.json".into(),
            size: 1_234,
            sha256: "0123456789abcdef".into(),
            bucket: "ingest".into(),
            key: "uploads/x_a.json".into(),
            guard: None,
            proof: "sha256".into(),
        }
    }

    #[test]
    fn a_line_names_file_and_place() {
        let shown = anstream::adapter::strip_str(&line(&receipt(), &TimeZone::UTC)).to_string();
        insta::assert_snapshot!(shown, @"2026-01-27 10:30:00  a.json     1.2 KB  0123456789ab  s3://ingest/uploads/x_a.json");
    }

    #[test]
    fn the_object_has_every_promised_member() {
        let object = object(&receipt());
        for member in ["time", "file", "size", "sha256", "bucket", "key", "guard", "proof", "uri"] {
            assert!(object.get(member).is_some(), "{member}");
        }
        assert_eq!(object["time"], "2026-01-27T10:30:00Z");
    }
}
