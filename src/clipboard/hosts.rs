//! The hosts of all rules, and which rules each one has.

use super::suffix;

/// Finds the rules for a host, ASCII case aside.
#[derive(Debug, Default)]
pub(super) struct Hosts {
    /// By hash.
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    hash: u64,
    host: String,
    /// The place among the links and schemes.
    address: usize,
}

/// The mark of a host with any one label in front.
const ANY: &str = "*.";

impl Hosts {
    /// The table of `hosts`, each with the place of its rule.
    pub(super) fn new(hosts: impl Iterator<Item = (String, usize)>) -> Self {
        let mut entries: Vec<_> =
            hosts.map(|(host, address)| Entry { hash: hash(&[&host]), host, address }).collect();
        // Stable: rules for one host stay in the order of the pack.
        entries.sort_by_key(|entry| entry.hash);
        Self { entries }
    }

    /// The places of the rules for `host`.
    ///
    /// # Complexity
    ///
    /// Logarithmic in the number of hosts.
    pub(super) fn rules_for<'a>(&'a self, host: &'a str) -> impl Iterator<Item = usize> + 'a {
        let parent = host.split_once('.').filter(|(label, _)| is_label(label));
        self.entries_of(["", host])
            .chain(parent.into_iter().flat_map(move |(_, parent)| self.entries_of([ANY, parent])))
    }

    fn entries_of<'a>(&'a self, parts: [&'a str; 2]) -> impl Iterator<Item = usize> + 'a {
        let hash = hash(&parts);
        let first = self.entries.partition_point(|entry| entry.hash < hash);
        let rest = self.entries.get(first..).unwrap_or_default();
        let same = move |entry: &&Entry| {
            let [mark, name] = parts;
            entry.host.strip_prefix(mark).is_some_and(|host| host.eq_ignore_ascii_case(name))
        };
        rest.iter().take_while(move |entry| entry.hash == hash).filter(same).map(|e| e.address)
    }
}

/// FNV-1a over the bytes in lower case.
fn hash(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes());
    bytes.fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01B3)
    })
}

/// `host` under each of `subdomains`, where `@` is the host itself and `*` any one label. Where a
/// rule `claims` the host for links of the web, it must not be public.
///
/// # Errors
///
/// The field at fault, and why.
pub(super) fn listed(
    host: &str,
    subdomains: &[String],
    claims: bool,
) -> Result<Vec<String>, (&'static str, &'static str)> {
    let labels = |name: &str| name.split('.').all(is_lower_label);
    if !labels(host) || host.len() > 253 {
        return Err(("host", "not a lower-case ASCII host name"));
    }
    if claims && host.rsplit('.').next().is_some_and(|top| top.bytes().all(|b| b.is_ascii_digit()))
    {
        return Err(("host", "an address, not a name"));
    }
    if claims && suffix::is_public(host) {
        return Err(("host", "a public suffix: anybody can register under it"));
    }
    if subdomains.is_empty() {
        return Err(("subdomains", "empty; @ is the host itself"));
    }
    let under = |subdomain: &String| match subdomain.as_str() {
        "@" => Ok(host.to_owned()),
        "*" => Ok(format!("{ANY}{host}")),
        name if labels(name) => Ok(format!("{name}.{host}")),
        _ => Err(("subdomains", "not lower-case ASCII labels, @ or *")),
    };
    subdomains.iter().map(under).collect()
}

/// True for a label that any host may have: an encoded one of another script is none.
fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
        && !label.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("xn--"))
}

fn is_lower_label(label: &str) -> bool {
    is_label(label) && !label.bytes().any(|b| b.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::{Hosts, listed};

    fn hosts(host: &str, subdomains: &[&str]) -> Result<Vec<String>, (&'static str, &'static str)> {
        let subdomains: Vec<_> = subdomains.iter().map(|&s| s.to_owned()).collect();
        listed(host, &subdomains, true)
    }

    #[test]
    fn only_listed_hosts_are_found() {
        let names = [("tb.cn", &["m", "e"][..]), ("3.cn", &["@"]), ("app.link", &["*"])];
        let all = names.iter().enumerate().flat_map(|(at, (host, subdomains))| {
            hosts(host, subdomains).unwrap().into_iter().map(move |host| (host, at))
        });
        let table = Hosts::new(all);
        let found = |host: &str| table.rules_for(host).collect::<Vec<_>>();
        assert_eq!(found("m.tb.cn"), [0]);
        assert_eq!(found("M.TB.cn"), [0]);
        assert_eq!(found("3.CN"), [1]);
        assert_eq!(found("brand.App.Link"), [2]);
        for host in [
            "tb.cn",
            "x.m.tb.cn",
            "m.tb.cn.",
            ".tb.cn",
            "3.cnn.com",
            "app.link",
            "a.b.app.link",
            "xn--a.app.link",
            "-a.app.link",
            "",
        ] {
            assert!(found(host).is_empty(), "{host}");
        }
    }

    #[test]
    fn a_host_is_a_name_that_is_not_public() {
        for host in [
            "com",
            "com.cn",
            "co.uk",
            "github.io",
            "1.2.3.4",
            "Tb.cn",
            "tb..cn",
            "",
            "塔.cn",
            "xn--a.cn",
            "*.cn",
            "tb.cn/",
            "-a.cn",
        ] {
            assert!(hosts(host, &["@"]).is_err(), "{host}");
        }
        assert!(hosts("tb.cn", &[]).is_err() && hosts("tb.cn", &["a.*"]).is_err());
        // Of an app's own scheme a host is just a word.
        assert!(listed("page", &["@".to_owned()], false).is_ok());
    }
}
