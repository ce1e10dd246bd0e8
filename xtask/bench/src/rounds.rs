//! Clients in turn, round after round: a busy machine is busy for all of them.
//!
//! In: clients and a load of files. Out: each client's costs, in the order of the rounds. The first client is the one
//! that the others are compared with. Not here: what the numbers say (`report`).

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::clients::Client;
use crate::cost::{Cost, measure};
use crate::place::Place;
use crate::sign::Signer;
use crate::sink::Sink;

/// What is to be carried.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    pub files: usize,
    pub size: usize,
    /// Marked files that lie beside them.
    pub marked: usize,
}

/// One client's rounds.
#[derive(Debug)]
pub struct Row {
    pub client: String,
    pub costs: Vec<Cost>,
}

/// One workload, measured.
#[derive(Debug)]
pub struct Outcome {
    pub id: String,
    pub what: String,
    pub files: usize,
    pub rows: Vec<Row>,
    /// The least time that the delays allow, for clients with one request a file; seconds.
    pub bound: Option<f64>,
}

pub fn run(id: &str, what: String, load: Load, rounds: usize, clients: &[Client], sink: &Sink) -> Result<Outcome> {
    with_keys(id, what, load, rounds, clients, sink, &Signer { access: "AKIABENCH".into(), secret: "bench".into() })
}

#[allow(clippy::too_many_arguments, reason = "every one of them is a different thing")]
pub fn with_keys(
    id: &str,
    what: String,
    load: Load,
    rounds: usize,
    clients: &[Client],
    sink: &Sink,
    keys: &Signer,
) -> Result<Outcome> {
    let mut rows: Vec<Row> = clients.iter().map(|client| Row { client: client.name(), costs: Vec::new() }).collect();
    for _ in 0..rounds {
        for (client, row) in clients.iter().zip(&mut rows) {
            let place = Place::new()?;
            place.marked(load.marked)?;
            place.files(load.files, load.size)?;
            let mut command = client.command(&place, sink, keys)?;
            row.costs.push(measure(&mut command)?);
            if client.marks() {
                place.all_marked(load.files + load.marked)?;
            }
        }
    }
    Ok(Outcome { id: id.to_owned(), what, files: load.files, rows, bound: None })
}

/// The middle one of a few numbers, and the least and the greatest.
pub fn middle(numbers: impl Iterator<Item = f64>) -> Option<(f64, f64, f64)> {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    Some((numbers[..].get(numbers.len() / 2).copied()?, *numbers.first()?, *numbers.last()?))
}

impl Row {
    pub fn wall(&self) -> f64 {
        middle(self.costs.iter().map(|cost| cost.wall.as_secs_f64())).map_or(f64::NAN, |all| all.0)
    }

    pub fn cpu(&self) -> f64 {
        middle(self.costs.iter().map(|cost| cost.cpu.as_secs_f64())).map_or(f64::NAN, |all| all.0)
    }

    pub fn rss(&self) -> f64 {
        self.costs.iter().map(|cost| cost.rss).fold(0.0, f64::max)
    }

    /// How often one's figure is that of the other, round by round.
    pub fn ratio(&self, base: &Row, figure: impl Fn(&Cost) -> f64) -> Option<(f64, f64, f64)> {
        middle(self.costs.iter().zip(&base.costs).map(|(mine, theirs)| figure(mine) / figure(theirs)))
    }
}

impl Outcome {
    pub fn base(&self) -> Result<&Row> {
        self.rows.first().context("nobody was measured")
    }

    pub fn json(&self) -> Value {
        let row = |row: &Row| {
            let rounds: Vec<Value> = row
                .costs
                .iter()
                .map(|cost| {
                    json!({"wall_s": cost.wall.as_secs_f64(), "cpu_s": cost.cpu.as_secs_f64(), "rss_mb": cost.rss})
                })
                .collect();
            json!({
                "client": row.client, "wall_s": row.wall(), "files_per_s": self.files as f64 / row.wall(),
                "cpu_us_per_file": row.cpu() * 1e6 / self.files as f64, "rss_mb": row.rss(), "rounds": rounds,
            })
        };
        json!({
            "id": self.id, "what": self.what, "files": self.files, "bound_s": self.bound,
            "clients": self.rows.iter().map(row).collect::<Vec<_>>(),
        })
    }
}
