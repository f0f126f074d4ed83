//! Links to listed hosts, and links of an app's own scheme.
//!
//! Where it accepts, it agrees with the WHATWG URL standard about scheme and host; it accepts far
//! less: no userinfo, no escapes or other scripts in the host, no path that the rule does not
//! describe.

use zeroize::Zeroizing;

use super::classes::{Charset, ends_any_link, ends_link, parts_words};
use super::fields::Fields;
use super::hosts;
use super::near::ascii_tail;
use super::path::Path;
use crate::egress::{Share, ShareKind};
use crate::error::Result;

/// `[[link]]` or `[[scheme]]` of a pack.
#[derive(Debug)]
pub(super) struct Address {
    pub(super) kind: ShareKind,
    /// Every host it is for, in lower case; `*.` before one stands for any one label.
    pub(super) hosts: Vec<String>,
    schemes: Vec<String>,
    ports: Vec<u16>,
    /// Without one, nothing but `/` may follow the host.
    path: Option<Path>,
    required_query: Vec<String>,
    keep_query: Vec<Keep>,
}

/// A query key that stays in the minimal link.
#[derive(Debug)]
struct Keep {
    key: String,
    charset: Charset,
    min: usize,
    max: usize,
}

/// Where a link stands, and what it says.
pub(super) struct Site<'t> {
    /// As it is written.
    pub(super) whole: &'t str,
    /// `None` where the link begins with its host.
    scheme: Option<&'t str>,
    pub(super) host: &'t str,
    /// Behind the host: port, path, query, fragment.
    rest: &'t str,
}

impl Address {
    pub(super) fn read_link(mut fields: Fields<'_>) -> Result<Self> {
        let https_only = fields.optional("https_only")?.unwrap_or(false);
        let mut schemes = fields.words("schemes")?;
        if schemes.is_empty() {
            schemes = ["https", "http"].map(str::to_owned).to_vec();
        }
        schemes.retain(|scheme| !https_only || scheme == "https");
        Self::read(ShareKind::Link, schemes, fields)
    }

    pub(super) fn read_scheme(mut fields: Fields<'_>) -> Result<Self> {
        let scheme: String = fields.required("scheme")?;
        if matches!(scheme.as_str(), "http" | "https") {
            return Err(fields.error("scheme", "of the web: that is a link"));
        }
        Self::read(ShareKind::Scheme, vec![scheme], fields)
    }

    fn read(kind: ShareKind, schemes: Vec<String>, mut fields: Fields<'_>) -> Result<Self> {
        if schemes.is_empty() || !schemes.iter().all(|scheme| is_scheme(scheme)) {
            return Err(fields.error("schemes", "not lower-case scheme names"));
        }
        let host: String = fields.required("host")?;
        let subdomains = fields.optional("subdomains")?.unwrap_or_else(|| vec!["@".to_owned()]);
        // An app's own scheme reaches that app whatever the host.
        let claims = schemes.iter().any(|scheme| matches!(scheme.as_str(), "http" | "https"));
        let hosts = hosts::listed(&host, &subdomains, claims)
            .map_err(|(field, why)| fields.error(field, why))?;
        let path: Option<String> = fields.optional("path")?;
        let path = path.map(|path| Path::parse(&path)).transpose();
        let mut address = Self {
            kind,
            hosts,
            schemes,
            ports: fields.optional("ports")?.unwrap_or_default(),
            path: path.map_err(|why| fields.error("path", why))?,
            required_query: fields.words("required_query")?,
            keep_query: Vec::new(),
        };
        if address.path.is_none() && kind == ShareKind::Link {
            return Err(fields.error("path", "missing: a link without one would let out any page"));
        }
        for table in fields.tables("keep_query")? {
            let keep = Keep::read(&fields, table)?;
            address.keep_query.push(keep);
        }
        let kept = |key: &String| address.keep_query.iter().any(|keep| keep.key == *key);
        if !address.required_query.iter().all(kept) {
            return Err(fields.error("required_query", "a key that keep_query does not have"));
        }
        fields.end()?;
        Ok(address)
    }

    /// The minimal link where `site`, on one of this rule's hosts, is such a link: lower-case
    /// scheme and host, the path, the kept keys in the order of the rule.
    pub(super) fn minimal(&self, site: &Site<'_>) -> Option<Zeroizing<String>> {
        let scheme = self.scheme(site.scheme)?;
        let (rest, _fragment) = site.rest.split_once('#').unwrap_or((site.rest, ""));
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (port, path) = match rest.find('/') {
            Some(at) => rest.split_at_checked(at)?,
            None => (rest, ""),
        };
        let fits = match &self.path {
            Some(pattern) => pattern.matches(path),
            None => matches!(path, "" | "/"),
        };
        if !fits || !self.allows_port(port) {
            return None;
        }
        let mut value = Zeroizing::new(String::with_capacity(Share::MAX_VALUE));
        let mut push = |part: &str| {
            // Never more than the capacity: the buffer must not move and leave a copy behind.
            let room = value.len() + part.len() <= Share::MAX_VALUE;
            room.then(|| value.push_str(part))
        };
        push(scheme)?;
        push("://")?;
        site.host
            .bytes()
            .try_for_each(|b| push(char::from(b.to_ascii_lowercase()).encode_utf8(&mut [0; 4])))?;
        push(port)?;
        push(path)?;
        let mut mark = "?";
        for keep in &self.keep_query {
            match keep.value(query) {
                Some(kept) => {
                    [mark, &keep.key, "=", kept].into_iter().try_for_each(&mut push)?;
                    mark = "&";
                }
                None if self.required_query.contains(&keep.key) => return None,
                None => {}
            }
        }
        Some(value)
    }

    /// The scheme that `written` is in lower case; without one, a link on the web is `https`.
    fn scheme(&self, written: Option<&str>) -> Option<&str> {
        let written = written.unwrap_or("https");
        self.schemes.iter().find(|scheme| scheme.eq_ignore_ascii_case(written)).map(String::as_str)
    }

    /// `port` is empty, or `:` and a listed port as browsers write it.
    fn allows_port(&self, port: &str) -> bool {
        let listed = |port: &u16| format!(":{port}");
        port.is_empty() || self.ports.iter().map(listed).any(|listed| listed == port)
    }
}
impl Keep {
    fn read(of: &Fields<'_>, table: toml::Table) -> Result<Self> {
        let mut fields = of.within(table);
        let keep = Self {
            key: fields.required("key")?,
            charset: fields.charset("charset")?,
            min: fields.optional("min")?.unwrap_or(1),
            max: fields.required("max")?,
        };
        if keep.key.is_empty() || !Charset::Word.spells(&keep.key) {
            return Err(fields.error("key", "not of letters, digits, _ and -"));
        }
        if keep.min == 0 || keep.min > keep.max || keep.max > Share::MAX_VALUE {
            return Err(fields.error("max", "out of range"));
        }
        fields.end()?;
        Ok(keep)
    }

    /// The value of this key in `query`, where it is one that may stay. The first counts.
    fn value<'t>(&self, query: &'t str) -> Option<&'t str> {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let (_, value) = pairs.find(|(key, _)| *key == self.key)?;
        let fits = (self.min..=self.max).contains(&value.len()) && self.charset.spells(value);
        fits.then_some(value)
    }
}

impl<'t> Site<'t> {
    /// The link in `text` whose scheme begins at `start` and ends at `colon`.
    pub(super) fn with_scheme(text: &'t str, start: usize, colon: usize) -> Option<Self> {
        let scheme = text.get(start..colon)?;
        begins(text.get(..start)?, is_web(scheme)).then_some(())?;
        Self::read(text, start, Some(scheme), colon + "://".len())
    }

    /// The link in `text` whose host begins at `start`, without a scheme.
    pub(super) fn bare(text: &'t str, start: usize) -> Option<Self> {
        begins(text.get(..start)?, false).then_some(())?;
        Self::read(text, start, None, start)
    }

    fn read(text: &'t str, start: usize, scheme: Option<&'t str>, host: usize) -> Option<Self> {
        let behind = text.get(host..)?;
        let run = behind.split(ends_link).next().unwrap_or_default();
        let link = run.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '"', '*', ')']);
        let (host_name, rest) = link.split_at_checked(host_length(link))?;
        // `taobao。com`, `taobao.com＠evil.cn`: a browser would read on.
        let next = behind.get(run.len()..).and_then(|behind| behind.chars().next());
        let reads_on = rest.is_empty() && next.is_some_and(|c| !c.is_ascii());
        (!reads_on).then_some(Self {
            whole: text.get(start..host + link.len())?,
            scheme,
            host: host_name,
            rest,
        })
    }
}

/// True where a link can begin behind `before`: not inside a word, a path, an address or another
/// link.
fn begins(before: &str, web: bool) -> bool {
    let mut chars = before.chars();
    match chars.next_back() {
        None => true,
        Some(':') => {
            // `link:https://…` is a word before a link.
            web || !chars.next_back().is_some_and(is_scheme_char)
        }
        Some(c) if c.is_ascii() => c.is_ascii_whitespace() || ",;!*|()[]{}<>\"'`".contains(c),
        Some(c) => parts_words(c),
    }
}

/// Schemes whose links need no `//` and can hold another link: it belongs to them.
const CARRIERS: [&str; 11] = [
    "blob",
    "data",
    "feed",
    "filesystem",
    "http",
    "https",
    "intent",
    "jar",
    "javascript",
    "mailto",
    "view-source",
];

/// True where `before`, in front of a colon, ends with the scheme of a carrier.
pub(super) fn is_carrier(before: &str) -> bool {
    let word = ascii_tail(before).rsplit(|c: char| !is_scheme_char(c)).next().unwrap_or_default();
    CARRIERS.iter().any(|scheme| word.eq_ignore_ascii_case(scheme))
}

fn is_web(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
}

/// True for what RFC 3986 allows as a scheme, in lower case.
fn is_scheme(scheme: &str) -> bool {
    scheme.starts_with(|c: char| c.is_ascii_lowercase())
        && scheme.chars().all(|c| is_scheme_char(c) && !c.is_ascii_uppercase())
}

fn is_scheme_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')
}

/// How many bytes at the start of `text` can be of a host.
pub(super) fn host_length(text: &str) -> usize {
    text.bytes().take_while(|b| is_host_byte(*b)).count()
}

fn is_host_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')
}

/// True where a name and a slash behind it are a link without a scheme, ours or not: `3.5/` is
/// none.
pub(super) fn is_host_with_path(text: &str, start: usize, end: usize) -> bool {
    let host = text.get(start..end).unwrap_or_default();
    let top = host.rsplit('.').next().unwrap_or_default();
    let path = text.as_bytes().get(end) == Some(&b'/');
    path && host.contains('.')
        && top.len() > 1
        && top.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// True where a link, ours or not, goes on over byte `at`.
///
/// # Complexity
///
/// Linear in the link.
pub(super) fn is_in_link(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let link = before.rsplit(ends_any_link).next().unwrap_or_default();
    let host = link.find('/').map(|slash| {
        let name = link.bytes().take(slash).rev().take_while(|b| is_host_byte(*b)).count();
        is_host_with_path(link, slash - name, slash)
    });
    let carried =
        || link.match_indices(':').any(|(colon, _)| link.get(..colon).is_some_and(is_carrier));
    link.contains("://") || host == Some(true) || carried()
}

/// Where the link that begins in front of `at` surely ends, ours or not.
pub(super) fn any_link_end(text: &str, at: usize) -> usize {
    let behind = text.get(at..).unwrap_or_default();
    at + behind.find(ends_any_link).unwrap_or(behind.len())
}
