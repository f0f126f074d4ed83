//! What a user may ask for: to see everything that is kept, and to have it deleted.

use serde::Serialize;

use crate::consent::{self, Record};
use crate::error::Result;
use crate::home::Home;
use crate::json;
use crate::ledger::{self, Entry};
use crate::purpose::PURPOSES;

/// Everything pinhole keeps, for the person it is about.
pub struct Rights<'home> {
    home: &'home Home,
}

#[derive(Serialize)]
struct Export {
    consent: Vec<Record>,
    ledger: Vec<Entry>,
    pruned: u64,
}

impl<'home> Rights<'home> {
    pub(crate) fn of(home: &'home Home) -> Self {
        Self { home }
    }

    /// Everything that is kept, as one JSON object: the consent record and the ledger.
    ///
    /// # Errors
    ///
    /// Where one of them cannot be read or is damaged.
    pub fn export(&self) -> Result<String> {
        let ledger = self.home.ledger()?;
        Ok(json::line(&Export {
            consent: self.home.records()?.into_vec(),
            pruned: ledger.pruned(),
            ledger: ledger.entries().to_vec(),
        }))
    }

    /// Deletes all of it. Consent is gone with it, and every permit dead.
    ///
    /// # Errors
    ///
    /// Where a file cannot be deleted; permits are dead even then.
    pub fn erase(&self) -> Result<()> {
        for terms in PURPOSES {
            self.home.ticks().advance(terms.id);
        }
        let kept = [consent::FILE, ledger::FILE];
        if kept.iter().all(|name| matches!(self.home.store().load(name), Ok(None))) {
            return Ok(());
        }
        self.home.alone(|home| kept.iter().try_for_each(|name| home.store().erase(name)))
    }
}
