//! Clipboard texts: typical ones, shares, the largest that are scanned; and reading packs.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "bench"
)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pinhole::clipboard::{Rules, Text};

/// What people copy, with nothing of ours in it; `#` stands for a number.
const TYPICAL: [&str; 20] = [
    "好的，明天下午#点见",
    "收货地址：杭州市文三路#号#幢#室，王先生 1380013####",
    "订单号：1234567890#，请尽快发货，谢谢！",
    "https://example.org/articles/#?utm_source=chat&page=#",
    "https://github.com/example/project/issues/##",
    "Meeting moved to #:30, room B#. Please bring the Q# figures.",
    "let total = items.iter().map(|item| item.price * #).sum::<u64>();",
    "git commit -m \"fix: bound the scan (#)\"",
    "/usr/local/lib/python3.#/site-packages/numpy/core",
    "SELECT name, price FROM orders WHERE id = # AND state = 'paid';",
    "#f3a9c1d7be34f2a9c1d7be34f2a9c1d7be34f2a",
    "someone.#@example.com",
    "【通知】本周#晚上八点例会改到线上进行，请大家准时参加，会议号 ### ### ###。",
    "原价￥#99，券后￥#9，限时三天",
    "The quick brown fox jumps over the lazy dog # times before it rests.",
    "192.168.#.# 255.255.255.0",
    "{\"id\": #, \"name\": \"value\", \"tags\": [\"a\", \"b\"]}",
    "哈哈哈哈哈😂😂😂 太好笑了",
    "src/clipboard/recognise.rs:#:# warning: unused variable",
    "今天天气不错，我们去西湖边走走吧，听说荷花开了，顺便在#路那家店吃个饭。",
];

const SHARES: [&str; 6] = [
    "￥dAEYbi4KO4D￥",
    "【2018夏季新款女装】http://m.tb.cn/h.3XYA5IW 点击链接，再选择浏览器咑閞",
    "8/F2iBcQ6xCZB// 复制打开手淘",
    "看看这个 https://item.taobao.com/item.htm?spm=a1z10.1&id=520813250866&from=chat，不错",
    "🎵e2Nocj7Tx1g📲，打开淘宝",
    "￥ｄＡＥＹｂｉ４ＫＯ４Ｄ￥",
];

/// Ten of each, with other numbers.
fn typical() -> Vec<Text> {
    let numbered = |digit: char, text: &str| Text::seal(&text.replace('#', &digit.to_string()));
    ('0'..='9').flat_map(|digit| TYPICAL.map(|text| numbered(digit, text))).collect()
}

fn recognising(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("recognise");
    let long = |pick: &[usize]| {
        let text: String = pick
            .iter()
            .cycle()
            .map(|at| TYPICAL[*at])
            .flat_map(|text| [text, "\n"])
            .take(4000)
            .collect();
        vec![Text::seal(&text[..text.floor_char_boundary(65_536)])]
    };
    let sets = [
        ("typical", typical()),
        ("shares", SHARES.map(Text::seal).into()),
        ("64 KiB zh", long(&[0, 1, 2, 12, 13, 17, 19])),
        ("64 KiB en", long(&[3, 5, 14])),
        ("64 KiB code", long(&[6, 7, 8, 9, 16, 18])),
    ];
    let found = |texts: &[Text]| {
        texts.iter().filter(|text| Rules::taobao().recognise(text).is_some()).count()
    };
    assert_eq!(sets.each_ref().map(|(_, texts)| found(texts)), [0, SHARES.len(), 0, 0, 0]);
    for (name, texts) in &sets {
        group.throughput(Throughput::Elements(texts.len() as u64));
        for (pack, rules) in [("taobao", Rules::taobao()), ("all", Rules::all())] {
            group.bench_function(format!("{name}, {pack}"), |bencher| {
                bencher.iter(|| {
                    texts.iter().filter(|text| rules.recognise(black_box(text)).is_some()).count()
                });
            });
        }
    }
    group.finish();
}

fn loading(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("load");
    group.bench_function("taobao", |bencher| bencher.iter(|| Rules::named(&["taobao"]).unwrap()));
    let links: String = (0..500)
        .map(|at| format!("[[link]]\nid = \"l{at}\"\nhost = \"host-{at}.example\"\nsubdomains = [\"@\", \"m\"]\npath = \"/s/{{alnum:6-12}}[/]\"\n"))
        .collect();
    let pack = format!("[pack]\nid = \"many\"\nversion = 1\n{links}");
    group.bench_function("500 links", |bencher| {
        bencher.iter(|| Rules::from_toml(black_box(&pack)).unwrap());
    });
    group.finish();
}

criterion_group!(benches, recognising, loading);
criterion_main!(benches);
