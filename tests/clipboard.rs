//! The clipboard path, from a text to what would leave.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests")]
#![cfg(all(feature = "clipboard", feature = "inspect"))]

use pinhole::clipboard::{Found, Rules, Text};
use pinhole::egress::ShareKind;
use pinhole::inspect;
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    id: String,
    text: String,
    expect: Option<Vec<String>>,
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("data/clipboard/cases.json")).unwrap()
}

/// Texts by what is hard about them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hard {
    tokens: Vec<String>,
    no_tokens: Vec<String>,
    inside: Vec<String>,
    hosts: Vec<String>,
    no_links: Vec<String>,
    private: Vec<String>,
    denied: Vec<String>,
    no_codes: Vec<String>,
    others: Vec<String>,
}

fn hard() -> Hard {
    toml::from_str(include_str!("data/clipboard/hard.toml")).unwrap()
}

fn recognise(rules: &Rules, text: &str) -> Option<Found> {
    rules.recognise(&Text::seal(text))
}

/// What stood in the text, under the default pack.
fn ours(text: &str) -> Option<String> {
    recognise(Rules::taobao(), text).map(|found| inspect::share(&found).matched.to_owned())
}

/// What would leave, under every pack.
fn value(text: &str) -> Option<String> {
    recognise(Rules::all(), text).map(|found| inspect::share(&found).value.to_owned())
}

#[test]
fn every_case_is_right_under_all_packs() {
    let cases = cases();
    assert_eq!(cases.len(), 52);
    for Case { id, text, expect } in cases {
        let found = recognise(Rules::all(), &text);
        let matched = found.as_ref().map(|found| inspect::share(found).matched);
        match (matched, expect) {
            (None, None) => {}
            (Some(matched), Some(expect)) if expect.iter().any(|one| one == matched) => {}
            (matched, expect) => panic!("{id}: {matched:?}, not {expect:?}"),
        }
    }
}

#[test]
fn nothing_of_another_family_is_ours() {
    for Case { id, text, .. } in cases() {
        let Some(found) = recognise(Rules::taobao(), &text) else { continue };
        assert!(found.rule().starts_with("taobao."), "{id}");
        let shown = inspect::share(&found);
        let of_others = ["jd.com", "douyin", "xiaohongshu", "yangkeduo"];
        assert!(!of_others.iter().any(|other| shown.matched.contains(other)), "{id}");
    }
    for text in &hard().others {
        assert_eq!(ours(text), None, "{text}");
    }
    let both = "蒙牛牛奶 https://u.jd.com/XaEB1jq ￥xutOgMtfvNU￥/ CZ0001";
    assert_eq!(ours(both).as_deref(), Some("xutOgMtfvNU"));
}

#[test]
fn tokens_by_the_strength_of_their_opener() {
    for text in &hard().tokens {
        let token = ours(text).unwrap_or_else(|| panic!("{text}"));
        assert!(token.starts_with("OZGjcQKQk"), "{text}: {token}");
    }
    for text in &hard().no_tokens {
        assert_eq!(ours(text), None, "{text}");
    }
}

#[test]
fn no_token_in_a_link_a_path_or_code() {
    for text in &hard().inside {
        assert_eq!(ours(text), None, "{text}");
    }
}

#[test]
fn a_word_about_passwords_refuses_tokens_and_codes() {
    for words in
        ["password", "Passwd", "密码", "验证码", "WiFi", "wi-fi", "登录", "ＷｉＦｉ", "PWD"]
    {
        for text in [
            format!("{words} ￥dAEYbi4KO4D￥"),
            format!("￥dAEYbi4KO4D￥\n{words}"),
            format!("{words}：\n(dAEYbi4KO4D)"),
            format!("淘宝{words}口令：AB12CD34"),
        ] {
            assert_eq!(ours(&text), None, "{text}");
        }
        let far = format!("{words}{}￥dAEYbi4KO4D￥", "，".repeat(30));
        assert_eq!(ours(&far).as_deref(), Some("dAEYbi4KO4D"), "{far}");
    }
    assert_eq!(ours("密\u{200B}码 ￥dAEYbi4KO4D￥"), None);
    for text in &hard().denied {
        assert_eq!(value(text), None, "{text}");
    }
    for words in ["compass", "spin", "口令", "复制打开淘宝", "淘口令"] {
        let text = format!("{words} ￥dAEYbi4KO4D￥");
        assert_eq!(ours(&text).as_deref(), Some("dAEYbi4KO4D"), "{text}");
    }
}

#[test]
fn no_code_in_something_longer_or_in_a_link() {
    for text in &hard().no_codes {
        assert_eq!(value(text), None, "{text}");
    }
    let second = "Claim code: AAAA-BBBBBB-CCCC-DDDD, claim code: ABCD-EF12GH-34IJ.";
    assert_eq!(value(second).as_deref(), Some("ABCD-EF12GH-34IJ"));
}

#[test]
fn codes_need_keyword_separator_and_family() {
    for text in
        ["淘宝口令：AB12CD34", "AB12CD34 是天猫\n红包口令是 AB12CD34", "手淘 邀请码=AB12CD34。"]
    {
        assert_eq!(ours(text).as_deref(), Some("AB12CD34"), "{text}");
    }
    assert_eq!(recognise(Rules::taobao(), "淘宝口令：AB12CD34").unwrap().kind(), ShareKind::Code);
    for text in [
        "口令：AB12CD34",
        "邀请码：AB12CD34",
        "淘宝口令 AB12CD34",
        "淘宝口令：\nAB12CD34",
        "淘宝红包：Information",
        "淘宝红包：13800138000",
        "淘宝口令：AB12CD34.com",
        "淘宝 AB12CD34",
    ] {
        assert_eq!(ours(text), None, "{text}");
    }
}

#[test]
fn what_hides_or_is_wide_is_seen_and_lines_never_join() {
    for text in [
        "￥dAEY\u{200B}bi4KO\u{200B}4D￥",
        "￥\u{FEFF}dAEYbi4KO4D\u{200D}￥",
        "￥ｄＡＥＹｂｉ４ＫＯ４Ｄ￥",
        "￥\u{1D41D}AEYbi4KO4D￥",
    ] {
        assert_eq!(ours(text).as_deref(), Some("dAEYbi4KO4D"), "{text}");
    }
    for line_break in ["\n", "\r\n", "\r", "\u{2028}", "\u{85}", "\n\u{200B}", "\u{200B}\n"] {
        for text in [
            format!("￥dAEYbi{line_break}4KO4D￥"),
            format!("https://m.tb.cn/{line_break}h.abc123"),
            format!("https://m.{line_break}tb.cn/h.abc123"),
        ] {
            assert_eq!(ours(&text), None, "{text:?}");
        }
    }
    let found = recognise(Rules::taobao(), "看\u{200B}￥d\u{200B}AEYbi4KO4D￥").unwrap();
    assert_eq!(inspect::share(&found).span, 9..23);
}

#[test]
fn links_end_where_a_reader_sees_them_end() {
    let link = "https://m.tb.cn/h.abc123";
    for behind in [
        "",
        " ",
        "\n",
        "。",
        "，不错",
        "」",
        "）",
        "】",
        "了解更多",
        ".",
        ",",
        ";",
        ":",
        "!",
        "?",
        "'",
        "\"",
        ")",
        "...",
        "!?",
        ").",
        "**",
        "**](https://example.org)",
        "](x)",
        ">",
        "</a>",
        "`",
        "🎵",
        "｜",
        "\u{A0}",
    ] {
        for before in
            ["", " ", "链接:", "看", "（", "「", "(", "[**", "<", "\"", "link:", "👉", "\n"]
        {
            let text = format!("{before}{link}{behind}");
            assert_eq!(ours(&text).as_deref(), Some(link), "{text}");
        }
    }
    assert_eq!(ours("m.tb.cn/h.abc123 打开").as_deref(), Some("m.tb.cn/h.abc123"));
    assert_eq!(value("m.tb.cn/h.abc123").as_deref(), Some(link));
}

#[test]
fn the_host_is_listed_or_it_is_no_link() {
    for host in &hard().hosts {
        for scheme in ["https://", "http://", "taobao://", ""] {
            for text in [format!("{scheme}{host}/h.abc123"), format!("看{scheme}{host}/h.abc123")]
            {
                assert_eq!(ours(&text), None, "{text}");
            }
        }
    }
    for text in &hard().no_links {
        assert_eq!(ours(text), None, "{text}");
    }
}

#[test]
fn a_private_page_is_no_share() {
    for text in &hard().private {
        assert_eq!(ours(text), None, "{text}");
    }
}

#[test]
fn what_leaves_is_minimal() {
    for (text, minimal) in [
        ("HTTPS://M.TB.CN/h.AbC123", "https://m.tb.cn/h.AbC123"),
        ("http://m.tb.cn/h.3XYA5IW?sm=ad30bf&spm=a.b#me", "http://m.tb.cn/h.3XYA5IW?sm=ad30bf"),
        ("https://m.tb.cn/h.abc123?x=1&tk=dAEYbi4KO4D", "https://m.tb.cn/h.abc123?tk=dAEYbi4KO4D"),
        ("https://m.tb.cn/h.abc123?tk=my%20secret", "https://m.tb.cn/h.abc123"),
        ("https://m.tb.cn/h.abc123?tk=https://example.org", "https://m.tb.cn/h.abc123"),
        (
            "https://item.taobao.com/item.htm?spm=a1z10.1&id=520813250866&user=me#order",
            "https://item.taobao.com/item.htm?id=520813250866",
        ),
        (
            "https://www.xiaohongshu.com/discovery/item/abc?xsec_token=a%2Bb&source=pc_share",
            "https://www.xiaohongshu.com/discovery/item/abc?xsec_token=a%2Bb",
        ),
        ("taobao://M.tb.cn/h.ffKfhIt?from=me", "taobao://m.tb.cn/h.ffKfhIt"),
    ] {
        assert_eq!(value(text).as_deref(), Some(minimal), "{text}");
        assert_eq!(value(minimal).as_deref(), Some(minimal), "again");
    }
}

#[test]
fn nothing_that_a_cut_touches_matches() {
    const HALF: usize = 32 * 1024;
    let filler = |length: usize| "啊 ".chars().cycle().take(length).collect::<String>();
    let around = |before: usize, share: &str, behind: usize| {
        ours(&[&filler(before), " ", share, " ", &filler(behind)].concat())
    };
    // Two characters of the filler are four bytes.
    let (token, link) = ("￥dAEYbi4KO4D￥", "https://m.tb.cn/h.abc123456789");
    for share in [token, link] {
        assert!(around(0, share, 200_000).is_some(), "{share}");
        assert!(around(200_000, share, 0).is_some(), "{share}");
        assert!(around(100_000, share, 100_000).is_none(), "{share}");
        for at in HALF - 64..=HALF + 64 {
            let mut text = "a\n".repeat(at / 2) + if at % 2 == 1 { "\n" } else { "" } + share;
            text += &" a".repeat(HALF);
            assert_eq!(ours(&text), None, "{share} at {at}");
            let tail = share.to_owned() + &" ".repeat(2 * HALF - at);
            assert_eq!(ours(&("a ".repeat(HALF) + &tail)), None, "{share} at {at} from the end");
        }
    }
    // A link of another's that begins before the cut, and a run without an end.
    let nested = format!("https://example.org/{}?u={link} ", "a".repeat(40_000));
    assert_eq!(ours(&("a ".repeat(HALF) + &nested)), None);
    assert!(ours(&("a".repeat(200_000) + token)).is_some());
    assert!(ours(&(token.to_owned() + &"a".repeat(200_000))).is_some());
}

/// Texts that a careless scanner reads again and again: quadratic work would take minutes here.
#[test]
fn hostile_texts_are_read_to_their_end_and_are_not_ours() {
    for piece in [
        "http://",
        "a@",
        "a.",
        "a.b,",
        "m.tb.cn,",
        "m.tb.cn/,",
        "m.tb.cn.evil.cn/",
        "m.tb.cn:1,",
        "(dAEYbi4KO4",
        "￥dAEYbi4KO4D_",
        "/dAEYbi4KO4/",
        "口令：",
        "laim code ",
        "https://m.tb.cn/h.abc,",
        "\u{200B}a",
        "//////(",
    ] {
        let text = Text::seal(&piece.repeat(65_536 / piece.len()));
        assert!(Rules::all().recognise(&text).is_none(), "{piece}");
    }
}

#[test]
fn a_pack_brought_along_recognises_and_releases_nothing() {
    use pinhole::purpose::ShareCodes;
    use pinhole::{Grant, Home, MemoryStore, PurposeId, Refusal, SystemClock};

    let pack = "[pack]\nid = 'shop'\nversion = 1\n[[link]]\nid = 'item'\nhost = 'shop.example'\n\
                path = '/item/{digit:6}'\n[tests]\npositive = ['https://shop.example/item/123456']\n";
    let home = Home::open(MemoryStore::default(), SystemClock);
    home.consent().grant(PurposeId::ShareCodes, Grant::default()).unwrap();
    let permit = home.consent().permit::<ShareCodes>().unwrap();

    let rules = Rules::from_toml(pack).unwrap();
    let found = recognise(&rules, "看 https://shop.example/item/123456").unwrap();
    assert_eq!(found.rule(), "shop.item");
    let refused = home.gate().release(found, &permit).unwrap_err();
    assert_eq!(refused.refusal(), Some(Refusal::UnsignedPack));
    assert!(home.ledger().unwrap().entries().is_empty());

    let found = recognise(Rules::taobao(), "￥dAEYbi4KO4D￥").unwrap();
    let bits = inspect::share(&found).bits;
    let released = home.gate().release(found, &permit).unwrap();
    assert_eq!(released.bits, bits);

    let failing = pack.replace("item/123456'", "item/me'");
    let error = Rules::from_toml(&failing).err().unwrap();
    assert_eq!(error.to_string(), "pack shop, tests, positive 1: is not what the rules do");
}

#[test]
fn packs_go_by_name() {
    let rules = Rules::named(&["jd", "taobao"]).unwrap();
    assert_eq!(recognise(&rules, "￥3DIFi3EsIAhRkW￥").unwrap().rule(), "jd.token");
    assert_eq!(recognise(&rules, "￥dAEYbi4KO4D￥").unwrap().rule(), "taobao.token");
    assert!(recognise(&rules, "https://v.douyin.com/6YWKa6_haf8/").is_none());
    assert!(Rules::named(&["taobao", "nope"]).is_err() && Rules::named(&[]).is_err());
    fn shared<T: Send + Sync + 'static>() {}
    shared::<(Rules, Found)>();
}

mod properties {
    use super::*;
    use proptest::prelude::*;
    use url::Url;

    const SCHEMES: &str = "https:// http:// HTTPS:// taobao:// ://";
    const HOSTS: &str =
        "m.tb.cn M.Tb.Cn item.taobao.com u.jd.com v.douyin.com x.app.link 3.cn evil.cn";
    const PATHS: &str =
        "/h.abc123 /item.htm?id=520813250866 /6YWKa6_haf8/ /XaEB1jq ?tk=dAEYbi4KO4D &sm=a1 /%2e";
    const PIECES: &str = "￥ $ / ( ) 《 🎵 啊 dAEYbi4KO4D F2iBcQ6xCZB 3DIFi3EsIAhRkW # @ : :80 :443 \\ %2e . 。 ＠ ． \
        ， ； é х xn-- - _ ｄ \u{200B} \u{FE0F} 淘宝 口令： 密码 AB12CD34 Z:/ Claim code: ABCD-EF12GH-34IJ 复制";

    fn one_of(words: &'static str) -> impl Strategy<Value = &'static str> {
        proptest::sample::select(words.split_whitespace().collect::<Vec<_>>())
    }

    /// A piece that matches and near misses are made of.
    fn piece() -> impl Strategy<Value = String> {
        prop_oneof![
            2 => (one_of(SCHEMES), one_of(HOSTS), one_of(PATHS)).prop_map(|(a, b, c)| [a, b, c].concat()),
            1 => one_of(HOSTS).prop_map(str::to_owned),
            1 => one_of(PATHS).prop_map(str::to_owned),
            4 => one_of(PIECES).prop_map(str::to_owned),
            2 => "[ \n\r]",
            1 => any::<char>().prop_map(String::from),
            1 => "[ -~]{1,12}",
        ]
    }

    fn text() -> impl Strategy<Value = String> {
        proptest::collection::vec(piece(), 0..8).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn what_is_found_is_bounded_and_stood_on_one_line(text in text()) {
            for rules in [Rules::taobao(), Rules::all()] {
                let Some(found) = recognise(rules, &text) else { continue };
                let shown = inspect::share(&found);
                prop_assert!((1..=256).contains(&shown.value.len()));
                prop_assert!(shown.bits <= pinhole::egress::Share::MAX_BITS);
                prop_assert!(!shown.matched.contains(['\n', '\r']));
                // The span is on character borders, and on one line.
                let original = text.get(shown.span.clone()).unwrap();
                prop_assert!(!original.contains(['\n', '\r']));
            }
        }

        #[test]
        fn a_link_means_to_browsers_what_it_means_here(text in text()) {
            let Some(found) = recognise(Rules::all(), &text) else { return Ok(()) };
            if !matches!(found.kind(), ShareKind::Link | ShareKind::Scheme) {
                return Ok(());
            }
            let shown = inspect::share(&found);
            let value = Url::parse(shown.value).unwrap();
            prop_assert_eq!(value.as_str(), shown.value);
            let written = if shown.matched.contains("://") {
                shown.matched.to_owned()
            } else {
                format!("https://{}", shown.matched)
            };
            let written = Url::parse(&written).unwrap();
            prop_assert_eq!(written.scheme(), value.scheme());
            prop_assert_eq!(
                written.host_str().map(str::to_ascii_lowercase),
                value.host_str().map(str::to_owned)
            );
            prop_assert_eq!(written.path(), value.path());
            prop_assert_eq!((written.username(), written.port()), ("", None));

            let again = recognise(Rules::all(), shown.value).expect("a minimal link is a link");
            prop_assert_eq!(inspect::share(&again).value, shown.value);
        }

        #[test]
        fn any_text_and_any_pack_is_safe(text in any::<String>()) {
            let _ = recognise(Rules::all(), &text);
            let _ = Rules::from_toml(&text);
        }

        #[test]
        fn a_streamed_text_is_the_same_text(text in text()) {
            let streamed = Rules::all().recognise(&Text::read_from(text.as_bytes()).unwrap());
            let sealed = recognise(Rules::all(), &text);
            let value = |found: &Option<Found>| found.as_ref().map(|f| inspect::share(f).value.to_owned());
            prop_assert_eq!(value(&streamed), value(&sealed));
        }
    }
}
