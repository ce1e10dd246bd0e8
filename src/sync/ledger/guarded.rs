//! What the ledger knows of the guard's work: people's decisions, and counts of what was redacted.
//!
//! In: what decisions are bound to (`guarding::seal`), choices. Out: the same, and sums over all receipts.
//! Not here: the receipts (`store`).

use rusqlite::params;

use super::{LedgerError, Store, schema};
use crate::guard::{Action, Choice, Guarded, Tally};
use crate::sync::guarding::Seal;

impl Store {
    /// The person decided about one content under one name.
    pub(in crate::sync) fn choose(&self, seal: &Seal, choice: Choice) -> Result<(), LedgerError> {
        let now = jiff::Timestamp::now().as_second();
        self.db
            .prepare_cached("INSERT OR REPLACE INTO choice(source_sha256, choice, at) VALUES(?1, ?2, ?3)")?
            .execute(params![seal, schema::written(Some(&choice)), now])?;
        Ok(())
    }

    /// The same, for a look beside a running engine.
    pub(in crate::sync) fn decided(&self) -> Result<Vec<(Seal, Choice)>, LedgerError> {
        Ok(self.choices()?)
    }

    pub(super) fn choices(&self) -> rusqlite::Result<Vec<(Seal, Choice)>> {
        let mut query = self.db.prepare_cached("SELECT source_sha256, choice FROM choice ORDER BY at")?;
        let rows: Vec<(Seal, Option<String>)> =
            query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        Ok(rows.into_iter().filter_map(|(seal, text)| Some((seal, schema::read(text)?))).collect())
    }

    /// Counts of everything that was ever redacted, of all folders.
    pub(super) fn redacted(&self) -> rusqlite::Result<Tally> {
        self.redacted_from(i64::MIN)
    }

    /// The same, of receipts since that second.
    pub(in crate::sync) fn redacted_since(&self, second: i64) -> Result<Tally, LedgerError> {
        Ok(self.redacted_from(second)?)
    }

    fn redacted_from(&self, second: i64) -> rusqlite::Result<Tally> {
        let counts = "SELECT guard, count(*) FROM receipt WHERE guard IS NOT NULL AND at >= ?1 GROUP BY guard";
        let mut query = self.db.prepare_cached(counts)?;
        let rows = query.query_map([second], |row| Ok((row.get(0)?, row.get::<_, i64>(1)? as u64)))?;
        let mut all = Tally::default();
        for row in rows {
            let (text, times): (Option<String>, u64) = row?;
            if let Some(guarded) = schema::read::<Guarded>(text).filter(|guarded| guarded.mode == Action::Redact) {
                all.join(&guarded.findings, times);
            }
        }
        Ok(all)
    }
}
