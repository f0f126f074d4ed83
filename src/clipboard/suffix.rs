//! Names under which anybody can register: a pack that claims one would claim them all.

/// True where `host` is a public suffix: a pack may claim hosts under it, never itself.
///
/// By form for country domains and by list for the shared hosts that matter. The whole Public
/// Suffix List (<https://publicsuffix.org>) would add 700 KB to every client; a test holds this
/// answer against it for every host of the embedded packs.
pub(super) fn is_public(host: &str) -> bool {
    match host.split_once('.') {
        None => true,
        Some((second, top)) => {
            top.len() == 2 && SECOND_LEVEL.contains(&second)
                || top == "cn" && CHINESE_REGIONS.contains(&second)
                || SHARED_HOSTS.contains(&host)
        }
    }
}

/// What country registries put before their own name.
const SECOND_LEVEL: [&str; 32] = [
    "ac", "art", "asso", "biz", "co", "com", "edu", "gen", "go", "gob", "gov", "gv", "id", "idv",
    "inf", "info", "int", "ltd", "me", "mil", "name", "ne", "net", "nhs", "nom", "or", "org",
    "plc", "pro", "sch", "sci", "web",
];

/// The provinces that `.cn` registers under.
const CHINESE_REGIONS: [&str; 34] = [
    "ah", "bj", "cq", "fj", "gd", "gs", "gx", "gz", "ha", "hb", "he", "hi", "hk", "hl", "hn", "jl",
    "js", "jx", "ln", "mo", "nm", "nx", "qh", "sc", "sd", "sh", "sn", "sx", "tj", "tw", "xj", "xz",
    "yn", "zj",
];

/// Where anybody gets a name for a page or an app.
const SHARED_HOSTS: [&str; 22] = [
    "appspot.com",
    "azurestaticapps.net",
    "azurewebsites.net",
    "blogspot.com",
    "cloudfront.net",
    "firebaseapp.com",
    "fly.dev",
    "github.io",
    "gitlab.io",
    "herokuapp.com",
    "hf.space",
    "myshopify.com",
    "netlify.app",
    "ngrok.io",
    "onrender.com",
    "pages.dev",
    "readthedocs.io",
    "repl.co",
    "surge.sh",
    "vercel.app",
    "web.app",
    "workers.dev",
];

#[cfg(test)]
mod tests {
    use super::{CHINESE_REGIONS, SHARED_HOSTS, is_public};

    fn listed(host: &str) -> bool {
        psl::suffix_str(host) == Some(host)
    }

    #[test]
    fn what_is_listed_here_is_in_the_public_suffix_list() {
        for host in SHARED_HOSTS {
            assert!(listed(host) && is_public(host), "{host}");
        }
        for region in CHINESE_REGIONS {
            let host = format!("{region}.cn");
            assert!(listed(&host) && is_public(&host), "{host}");
        }
        for host in ["com", "cn", "com.cn", "net.cn", "co.uk", "com.br", "co.jp", "or.jp", "com.au"]
        {
            assert!(listed(host) && is_public(host), "{host}");
        }
    }

    #[test]
    fn a_registered_name_is_not_public() {
        for host in
            ["tb.cn", "3.cn", "1688.com", "jd.com", "xhslink.cn", "amazon.co.uk", "app.link"]
        {
            assert!(!listed(host) && !is_public(host), "{host}");
        }
    }
}
