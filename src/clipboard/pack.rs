//! The format of a rule pack.
//!
//! ```toml
//! [pack]
//! id = "shop"
//! version = 1
//!
//! [[link]]
//! id = "item"
//! host = "shop.example"
//! subdomains = ["@", "www"]
//! path = "/item/{digit:6-12}[/]"
//! keep_query = [{ key = "ref", charset = "alnum", max = 12 }]
//!
//! [tests]
//! positive = ["https://www.shop.example/item/123456?ref=a1&from=chat"]
//! negative = ["https://shop.example/orders/123456"]
//! ```

use toml::Table;

use super::address::Address;
use super::code::Code;
use super::fields::{Fields, NO_NAME, is_name};
use super::pattern::Pattern;
use super::rules::Rules;
use super::token::Token;
use crate::egress::Share;
use crate::error::{Error, Place, Result};

/// A pack as it was read: every rule checked by itself.
#[derive(Debug)]
pub(super) struct Pack {
    pub(super) id: String,
    pub(super) version: u32,
    /// Each with its id within the pack.
    pub(super) rules: Vec<(String, Rule)>,
    pub(super) tests: Tests,
}

#[derive(Debug)]
pub(super) enum Rule {
    Token(Token),
    Address(Address),
    Code(Code),
    /// In a box: it is much larger than the others.
    Pattern(Box<Pattern>),
}

/// What a pack says about itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Tests {
    /// Texts that it recognises.
    pub(super) positive: Vec<String>,
    /// Texts that it does not.
    pub(super) negative: Vec<String>,
}

/// Reads one table of rules.
type Reader = fn(Fields<'_>) -> Result<Rule>;

impl Pack {
    /// Reads a pack. Its tests have not run.
    ///
    /// # Errors
    ///
    /// With pack, rule and field, where one is unknown, missing or out of range.
    pub(super) fn parse(text: &str) -> Result<Self> {
        if text.len() > Rules::LARGEST_PACK {
            return Err(Error::input("pack", "over 1 MiB"));
        }
        // The parser's own message would quote the text.
        let table: Table = text.parse().map_err(|error: toml::de::Error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = 1 + before.matches('\n').count();
            Error::input_at("pack", "not TOML", Place::Line(line as u64))
        })?;
        let mut all = Fields::of_table("unnamed", table);
        let (id, version) = head(all.required("pack")?)?;
        let mut all = Fields::of_table(&id, all.into_rest());
        let kinds: [(&str, Reader); 5] = [
            ("token", |fields| Token::read(fields).map(Rule::Token)),
            ("link", |fields| Address::read_link(fields).map(Rule::Address)),
            ("scheme", |fields| Address::read_scheme(fields).map(Rule::Address)),
            ("code", |fields| Code::read(fields).map(Rule::Code)),
            ("regex", |fields| Pattern::read(fields).map(Box::new).map(Rule::Pattern)),
        ];
        let mut rules: Vec<(String, Rule)> = Vec::new();
        for (kind, read) in kinds {
            for table in all.tables(kind)? {
                let fields = Fields::of_rule(&id, table)?;
                let rule = fields.rule().to_owned();
                if rules.iter().any(|(other, _)| *other == rule) {
                    return Err(fields.error("id", "another rule has it"));
                }
                if id.len() + 1 + rule.len() > Share::MAX_RULE {
                    return Err(fields.error("id", "over 32 bytes with the pack's"));
                }
                rules.push((rule, read(fields)?));
            }
        }
        if rules.is_empty() {
            return Err(all.error("pack", "no rules"));
        }
        let tests = match all.optional("tests")? {
            Some(table) => Tests::read(Fields::of_table(&id, table))?,
            None => Tests::default(),
        };
        all.end()?;
        Ok(Self { id, version, rules, tests })
    }
}

/// Id and version from `[pack]`.
fn head(table: Table) -> Result<(String, u32)> {
    let mut fields = Fields::of_table("unnamed", table);
    let id: String = fields.required("id")?;
    if !is_name(&id) {
        return Err(fields.error("id", NO_NAME));
    }
    let mut fields = Fields::of_table(&id, fields.into_rest());
    let version = fields.required("version")?;
    fields.end()?;
    Ok((id, version))
}

impl Tests {
    fn read(mut fields: Fields<'_>) -> Result<Self> {
        let tests = Self {
            positive: fields.words("positive")?,
            negative: fields.optional("negative")?.unwrap_or_default(),
        };
        fields.end()?;
        Ok(tests)
    }

    pub(super) fn count(&self) -> usize {
        self.positive.len() + self.negative.len()
    }
}

#[cfg(test)]
mod tests {
    use super::Pack;

    const LINK: &str = "[[link]]\nid = 'item'\nhost = 'shop.example'\npath = '/{digit:6}'\n";

    fn error(rules: &str) -> String {
        let pack = format!("[pack]\nid = 'shop'\nversion = 1\n{rules}");
        Pack::parse(&pack).err().unwrap().to_string()
    }

    #[test]
    fn an_error_names_pack_rule_and_field_and_quotes_nothing() {
        let token = "[[token]]\nid = 'kl'\nopen = ['$']\nclose = ['$']\n";
        for (rules, message) in [
            ("", "pack shop, pack: no rules"),
            (&format!("{LINK}shceme = 1"), "pack shop, rule item, shceme: unknown field"),
            (&format!("{LINK}'s3cret key' = 1"), "pack shop, rule item, fields: unknown field"),
            (&format!("{LINK}[extra]"), "pack shop, extra: unknown field"),
            (&format!("{LINK}ports = 's3cret'"), "pack shop, rule item, ports: not of its type"),
            (&format!("{LINK}{LINK}"), "pack shop, rule item, id: another rule has it"),
            (
                &LINK.replace("shop.", ""),
                "pack shop, rule item, host: a public suffix: anybody can register under it",
            ),
            (
                &LINK.replace("path", "keep_query = []\n#"),
                "pack shop, rule item, path: missing: a link without one would let out any page",
            ),
            (
                &format!("{LINK}required_query = ['id']"),
                "pack shop, rule item, required_query: a key that keep_query does not have",
            ),
            (
                &format!("{LINK}keep_query = [{{key='id', charset='s3cret', max=9}}]"),
                "pack shop, rule item, charset: no such set; one of digit, hex, alnum, word, query",
            ),
            (token, "pack shop, rule kl, length: missing"),
            (
                &format!("{token}length = 3"),
                "pack shop, rule kl, length: under 6: any word would be a token",
            ),
            (&format!("{token}length = [12, 11]"), "pack shop, rule kl, length: out of range"),
            (
                &format!("{}length = 11", token.replace("['$']", "['s3cret']")),
                "pack shop, rule kl, open: a letter, digit, space, or one of = . - _ \\",
            ),
            (
                "[[regex]]\nid='r'\nliteral='code'\npattern='s3cret('",
                "pack shop, rule r, pattern: not a regular expression, or too large",
            ),
            (
                "[[regex]]\nid='r'\nliteral='code'\npattern='code'\nwindow=257",
                "pack shop, rule r, window: over 256 bytes",
            ),
            ("[[regex]]\nid='r'\npattern='code'", "pack shop, rule r, literal: missing"),
        ] {
            assert_eq!(error(rules), message);
        }
        assert_eq!(error("s3cret s3cret"), "pack, line 4: not TOML");
        let nameless = Pack::parse(LINK).err().unwrap().to_string();
        assert_eq!(nameless, "pack unnamed, pack: missing");
    }

    #[test]
    fn ids_fit_into_what_leaves() {
        let long = LINK.replace("item", &"i".repeat(28));
        assert!(error(&long).ends_with("id: over 32 bytes with the pack's"));
        let pack =
            format!("[pack]\nid = 'shop'\nversion = 1\n{}", LINK.replace("item", &"i".repeat(27)));
        assert_eq!(Pack::parse(&pack).unwrap().rules.len(), 1);
    }
}
