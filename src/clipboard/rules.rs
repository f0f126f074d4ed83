//! Rule packs, ready to recognise.

use std::sync::OnceLock;

use super::address::Address;
use super::code::Code;
use super::hosts::Hosts;
use super::pack::{Pack, Rule, Tests};
use super::pattern::Pattern;
use super::source::Text;
use super::token::Token;
use crate::egress::ShareKind;
use crate::error::{Error, Result};
use crate::pack::Origin;

/// The packs in this library, by name.
const EMBEDDED: [(&str, &str); 8] = [
    ("taobao", include_str!("../../rules/clipboard/taobao.toml")),
    ("jd", include_str!("../../rules/clipboard/jd.toml")),
    ("pinduoduo", include_str!("../../rules/clipboard/pinduoduo.toml")),
    ("douyin", include_str!("../../rules/clipboard/douyin.toml")),
    ("xiaohongshu", include_str!("../../rules/clipboard/xiaohongshu.toml")),
    ("meituan", include_str!("../../rules/clipboard/meituan.toml")),
    ("alipay", include_str!("../../rules/clipboard/alipay.toml")),
    ("western", include_str!("../../rules/clipboard/western.toml")),
];

const NO_PACK: &str = "no embedded pack has this name";

/// What is ours in a clipboard text: the rules of one pack or of several.
pub struct Rules {
    packs: Vec<PackInfo>,
    rules: Vec<RuleInfo>,
    origin: Origin,
    /// Bit `n` is set where a token or code can have `n` bytes.
    pub(super) run_lengths: u64,
    /// These and the following each with its place in `rules`; tokens by priority.
    pub(super) tokens: Vec<(usize, Token)>,
    pub(super) codes: Vec<(usize, Code)>,
    pub(super) addresses: Vec<(usize, Address)>,
    pub(super) patterns: Vec<(usize, Pattern)>,
    pub(super) hosts: Hosts,
}

/// A pack, as `pinhole pack show` lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PackInfo {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// How many tests it brings.
    pub tests: usize,
}

/// A rule, as `pinhole pack show` lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleInfo {
    /// Its id, as `pack.rule`: what leaves with a share.
    pub id: String,
    /// What it recognises.
    pub kind: ShareKind,
    /// The hosts of a link or scheme; `*.` stands for any one label.
    pub hosts: Vec<String>,
}

impl Rules {
    /// The largest pack that is read, in bytes: 1 MiB.
    pub const LARGEST_PACK: usize = 1 << 20;

    /// The default pack: share tokens, links, schemes and activity codes of the Taobao family,
    /// and no other app's. Read once.
    pub fn taobao() -> &'static Self {
        static TAOBAO: OnceLock<Rules> = OnceLock::new();
        TAOBAO.get_or_init(|| Self::embedded(|name| name == "taobao"))
    }

    /// Every embedded pack. Read once.
    pub fn all() -> &'static Self {
        static ALL: OnceLock<Rules> = OnceLock::new();
        ALL.get_or_init(|| Self::embedded(|_| true))
    }

    /// The embedded packs of these names.
    ///
    /// # Errors
    ///
    /// Where one of them is none of [`Rules::names`], or there is none.
    pub fn named(names: &[&str]) -> Result<Self> {
        if names.is_empty() || !names.iter().all(|name| Self::names().any(|known| known == *name)) {
            return Err(Error::input("rules", NO_PACK));
        }
        Ok(Self::embedded(|name| names.contains(&name)))
    }

    /// The embedded pack of this name, after its own tests have passed.
    ///
    /// # Errors
    ///
    /// As [`Rules::named`] and [`Rules::from_toml`].
    pub fn checked(name: &str) -> Result<Self> {
        let pack = EMBEDDED.into_iter().find(|(known, _)| *known == name);
        let (_, toml) = pack.ok_or_else(|| Error::input("rules", NO_PACK))?;
        Self::tested(toml, Origin::Embedded)
    }

    /// The names of the embedded packs.
    pub fn names() -> impl Iterator<Item = &'static str> {
        EMBEDDED.into_iter().map(|(name, _)| name)
    }

    /// The rules of a pack that the caller brings, after its tests have passed. It is unsigned:
    /// what it recognises the gate does not release.
    ///
    /// # Errors
    ///
    /// With pack, rule and field, where the pack is not of the format, claims a public suffix, or
    /// fails a test of its own.
    pub fn from_toml(pack: &str) -> Result<Self> {
        Self::tested(pack, Origin::Unsigned)
    }

    /// Where they came from: what unsigned ones recognise the gate does not release.
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// The packs of these rules.
    pub fn packs(&self) -> &[PackInfo] {
        &self.packs
    }

    /// Every rule, pack by pack.
    pub fn list(&self) -> &[RuleInfo] {
        &self.rules
    }

    fn tested(pack: &str, origin: Origin) -> Result<Self> {
        let pack = Pack::parse(pack)?;
        let tests = pack.tests.clone();
        let rules = Self::compile([pack], origin);
        rules.pass(&tests)?;
        Ok(rules)
    }

    fn embedded(wanted: impl Fn(&str) -> bool) -> Self {
        let packs = EMBEDDED.into_iter().filter(|(name, _)| wanted(name));
        #[allow(
            clippy::expect_used,
            reason = "embedded packs are part of the code: each is tested"
        )]
        let packs = packs.map(|(_, toml)| Pack::parse(toml).expect("an embedded pack is valid"));
        Self::compile(packs, Origin::Embedded)
    }

    fn compile(packs: impl IntoIterator<Item = Pack>, origin: Origin) -> Self {
        let mut all = Self {
            packs: Vec::new(),
            rules: Vec::new(),
            origin,
            run_lengths: 0,
            tokens: Vec::new(),
            codes: Vec::new(),
            addresses: Vec::new(),
            patterns: Vec::new(),
            hosts: Hosts::default(),
        };
        for Pack { id, version, rules, tests } in packs {
            for (rule, body) in rules {
                all.add(format!("{id}.{rule}"), body);
            }
            all.packs.push(PackInfo { id, version, tests: tests.count() });
        }
        all.tokens.sort_by_key(|(_, token)| std::cmp::Reverse(token.priority));
        let hosts = all.addresses.iter().enumerate().flat_map(|(at, (_, address))| {
            address.hosts.iter().map(move |host| (host.clone(), at))
        });
        all.hosts = Hosts::new(hosts);
        let lengths = all.tokens.iter().map(|(_, token)| token.length);
        let lengths = lengths.chain(all.codes.iter().map(|(_, code)| code.length));
        all.run_lengths =
            lengths.flat_map(|length| length.least..=length.most).fold(0, |bits, n| bits | 1 << n);
        all
    }

    fn add(&mut self, id: String, body: Rule) {
        let place = self.rules.len();
        let (kind, hosts) = match body {
            Rule::Token(token) => {
                self.tokens.push((place, token));
                (ShareKind::Token, Vec::new())
            }
            Rule::Address(address) => {
                let listed = (address.kind, address.hosts.clone());
                self.addresses.push((place, address));
                listed
            }
            Rule::Code(code) => {
                self.codes.push((place, code));
                (ShareKind::Code, Vec::new())
            }
            Rule::Pattern(pattern) => {
                self.patterns.push((place, *pattern));
                (ShareKind::Code, Vec::new())
            }
        };
        self.rules.push(RuleInfo { id, kind, hosts });
    }

    /// Holds what a pack says about itself against what it does.
    fn pass(&self, tests: &Tests) -> Result<()> {
        let pack = self.packs.first().map_or("", |pack| pack.id.as_str());
        let hold = |field: &str, texts: &[String], matches: bool| {
            let fails = |text: &String| self.recognise(&Text::seal(text)).is_some() != matches;
            texts.iter().position(fails).map_or(Ok(()), |at| {
                let why = "is not what the rules do";
                Err(Error::rule(pack, "", format!("tests, {field} {}", at + 1), why))
            })
        };
        hold("positive", &tests.positive, true)?;
        hold("negative", &tests.negative, false)
    }
}

#[cfg(test)]
mod tests {
    use super::{EMBEDDED, Rules};

    #[test]
    fn every_embedded_pack_passes_its_tests() {
        for name in Rules::names() {
            let rules = Rules::checked(name).unwrap();
            let [pack] = rules.packs() else { panic!("one pack") };
            assert!(pack.id == name && pack.tests > 0, "{name}");
        }
        assert_eq!(Rules::all().packs().len(), EMBEDDED.len());
    }

    #[test]
    fn no_embedded_pack_claims_what_the_public_suffix_list_holds() {
        for rule in Rules::all().list() {
            for host in rule.hosts.iter().filter(|host| host.contains('.')) {
                let host = host.trim_start_matches("*.");
                assert_ne!(psl::suffix_str(host), Some(host), "{}", rule.id);
            }
        }
    }
}
