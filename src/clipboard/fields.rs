//! Reads a table of a rule pack field by field, so that an error names pack, rule and field.

use serde::de::DeserializeOwned;
use toml::Table;

use super::classes::Charset;
use crate::error::{Error, Result};

/// The fields of one table that have not been read yet.
pub(super) struct Fields<'p> {
    pack: &'p str,
    rule: String,
    table: Table,
}

impl<'p> Fields<'p> {
    /// The fields of a rule, named by its `id`.
    pub(super) fn of_rule(pack: &'p str, table: Table) -> Result<Self> {
        let mut fields = Self::of_table(pack, table);
        let id: String = fields.required("id")?;
        if !is_name(&id) {
            return Err(fields.error("id", NO_NAME));
        }
        fields.rule = id;
        Ok(fields)
    }

    /// The fields of a table that is no rule.
    pub(super) fn of_table(pack: &'p str, table: Table) -> Self {
        Self { pack, rule: String::new(), table }
    }

    /// The fields of a table inside this rule.
    pub(super) fn within(&self, table: Table) -> Self {
        Self { pack: self.pack, rule: self.rule.clone(), table }
    }

    /// The `id` of the rule.
    pub(super) fn rule(&self) -> &str {
        &self.rule
    }

    /// Takes a field that may be left out.
    pub(super) fn optional<T: DeserializeOwned>(
        &mut self,
        field: &'static str,
    ) -> Result<Option<T>> {
        let value = self.table.remove(field);
        value.map(|v| v.try_into().map_err(|_| self.error(field, "not of its type"))).transpose()
    }

    /// Takes a field that must be there.
    pub(super) fn required<T: DeserializeOwned>(&mut self, field: &'static str) -> Result<T> {
        self.optional(field)?.ok_or_else(|| self.error(field, "missing"))
    }

    /// Takes a list of words, none of them empty. Left out, it is empty.
    pub(super) fn words(&mut self, field: &'static str) -> Result<Vec<String>> {
        let words: Vec<String> = self.optional(field)?.unwrap_or_default();
        if words.iter().any(String::is_empty) {
            return Err(self.error(field, "an empty word"));
        }
        Ok(words)
    }

    /// Takes a length, as one number or as `[least, most]`, within 1 to `limit`.
    pub(super) fn length(&mut self, field: &'static str, limit: usize) -> Result<Length> {
        let (least, most) = match self.table.remove(field) {
            None => return Err(self.error(field, "missing")),
            Some(toml::Value::Integer(n)) => (n, n),
            Some(value) => value.try_into().map_err(|_| self.error(field, "not of its type"))?,
        };
        let length = |n: i64| usize::try_from(n).ok().filter(|n| (1..=limit).contains(n));
        match (length(least), length(most)) {
            (Some(least), Some(most)) if least <= most => Ok(Length { least, most }),
            _ => Err(self.error(field, "out of range")),
        }
    }

    /// Takes the name of a set of characters.
    pub(super) fn charset(&mut self, field: &'static str) -> Result<Charset> {
        let name: String = self.required(field)?;
        Charset::named(&name)
            .ok_or_else(|| self.error(field, "no such set; one of digit, hex, alnum, word, query"))
    }

    /// Takes a list of tables.
    pub(super) fn tables(&mut self, field: &'static str) -> Result<Vec<Table>> {
        Ok(self.optional(field)?.unwrap_or_default())
    }

    /// What has not been read.
    pub(super) fn into_rest(self) -> Table {
        self.table
    }

    /// No field is left.
    pub(super) fn end(self) -> Result<()> {
        match self.table.keys().next() {
            None => Ok(()),
            // A key can hold anything; only a plain one is repeated.
            Some(key) if is_name(key) => Err(self.error(key.clone(), "unknown field")),
            Some(_) => Err(self.error("fields", "unknown field")),
        }
    }

    pub(super) fn error(
        &self,
        field: impl Into<std::borrow::Cow<'static, str>>,
        why: &'static str,
    ) -> Error {
        Error::rule(self.pack, &self.rule, field, why)
    }
}

/// From how many to how many bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Length {
    pub(super) least: usize,
    pub(super) most: usize,
}

impl Length {
    pub(super) fn holds(self, length: usize) -> bool {
        (self.least..=self.most).contains(&length)
    }
}

pub(super) const NO_NAME: &str = "not 1 to 32 of a-z, 0-9, - and _";

/// True for what may name a pack, a rule or a field.
pub(super) fn is_name(name: &str) -> bool {
    (1..=32).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b))
}
