//! `clip`: is there a share of ours in a clipboard text?

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::PathBuf;

use pinhole::clipboard::{Found, Rules, Text};
use pinhole::egress::ShareKind;
use pinhole::purpose::ShareCodes;
use pinhole::{Home, Permit, PurposeId, Refusal, inspect};
use serde::Serialize;

use crate::context::Context;
use crate::failure::{Failure, Status};
use crate::keep::ReleaseAnswer;
use crate::pack;

/// Recognise a share token, link, scheme or activity code in a clipboard text.
///
/// The text comes from standard input, a file or the argument; other processes can see an
/// argument. Nothing leaves without --release. Exit 1: nothing of ours.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  pbpaste | pinhole clip\n  \
    pinhole clip --file chat.txt --lines --json\n  \
    pinhole clip --rules jd,douyin < clipboard.txt\n  \
    pinhole clip --release < clipboard.txt")]
pub(crate) struct Args {
    /// The text; better on standard input
    #[arg(conflicts_with = "file")]
    text: Option<String>,
    /// Read the text from a file
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Each line is one clipboard
    #[arg(long)]
    lines: bool,
    /// Pack names with commas between, `all`, or the path of a pack
    #[arg(long, value_name = "NAMES", default_value = "taobao")]
    rules: String,
    /// Release what is found through the gate, and print the egress record only
    #[arg(long)]
    release: bool,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Status, Failure> {
    let rules = pack::named(&args.rules)?;
    // Before the text is read: whether there is leave must not depend on it.
    let exit = args.release.then(|| Exit::open(&rules, context)).transpose()?;
    let mut answers = Answers { rules: &rules, exit, context, any: false };
    match (&args.text, &args.file) {
        (Some(text), _) => answers.all_of("argument", text.as_bytes(), args.lines)?,
        (None, Some(path)) => {
            let file = File::open(path).map_err(|error| Failure::file(path, &error))?;
            answers.all_of(path.display(), BufReader::new(file), args.lines)?;
        }
        (None, None) => answers.all_of("standard input", io::stdin().lock(), args.lines)?,
    }
    Ok(if answers.any { Status::Done } else { Status::Nothing })
}

/// Where a share leaves, and the leave for it.
struct Exit {
    home: Home,
    permit: Permit<ShareCodes>,
}

impl Exit {
    fn open(rules: &Rules, context: &Context) -> Result<Self, Failure> {
        let home = context.home()?;
        if !rules.origin().may_release() {
            return Err(refused(&Refusal::UnsignedPack.into()));
        }
        let permit = home.consent().permit().map_err(|error| refused(&error))?;
        Ok(Self { home, permit })
    }
}

fn refused(error: &pinhole::Error) -> Failure {
    Failure::about(PurposeId::ShareCodes, error)
}

struct Answers<'a> {
    rules: &'a Rules,
    /// Where to release; `None` to show.
    exit: Option<Exit>,
    context: &'a mut Context,
    any: bool,
}

impl Answers<'_> {
    /// Answers for the text in `source`, or for each of its lines.
    fn all_of(
        &mut self,
        name: impl std::fmt::Display,
        mut source: impl BufRead,
        lines: bool,
    ) -> Result<(), Failure> {
        if !lines {
            let text = Text::read_from(source).map_err(|error| Failure::about(name, &error))?;
            return self.answer(&text);
        }
        for number in 1_u64.. {
            let mut line = Line { source: &mut source, begun: false, ended: false };
            let text = Text::read_from(&mut line)
                .map_err(|error| Failure::about(format_args!("{name}, line {number}"), &error))?;
            if !line.begun {
                break;
            }
            self.answer(&text)?;
        }
        Ok(())
    }

    fn answer(&mut self, text: &Text) -> Result<(), Failure> {
        let Some(found) = self.rules.recognise(text) else { return self.nothing() };
        self.any = true;
        match &self.exit {
            Some(Exit { home, permit }) => {
                let released = home.gate().release(found, permit).map_err(|e| refused(&e))?;
                self.context.json_line(&ReleaseAnswer::from(&released))
            }
            None => self.show(&found),
        }
    }

    fn nothing(&mut self) -> Result<(), Failure> {
        #[derive(Serialize)]
        struct Answer {
            outcome: &'static str,
        }
        // A release prints JSON in any case.
        if self.context.json || self.exit.is_some() {
            return self.context.json_line(&Answer { outcome: "none" });
        }
        self.context.line("nothing of ours; nothing leaves")
    }

    fn show(&mut self, found: &Found) -> Result<(), Failure> {
        #[derive(Serialize)]
        struct Answer<'a> {
            outcome: &'static str,
            kind: ShareKind,
            rule: &'a str,
            matched: &'a str,
            value: &'a str,
            bits: u32,
        }
        let (kind, rule) = (found.kind(), found.rule());
        let inspect::Share { matched, span, value, bits, .. } = inspect::share(found);
        if self.context.json {
            let outcome = "share";
            return self.context.json_line(&Answer { outcome, kind, rule, matched, value, bits });
        }
        let (name, from) = (kind.name(), span.start + 1);
        self.context.line(format_args!("{name} by {rule}, at byte {from}: {matched}"))?;
        self.context.line(format_args!("would leave, {bits} bits: {value}"))
    }
}

/// One line of `source`, without its end.
struct Line<R> {
    source: R,
    begun: bool,
    ended: bool,
}

impl<R: BufRead> Read for Line<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.ended {
            return Ok(0);
        }
        let available = self.source.fill_buf()?;
        self.begun |= !available.is_empty();
        let limit = available.len().min(into.len());
        let line = available.iter().take(limit).position(|byte| *byte == b'\n');
        let length = line.unwrap_or(limit);
        into.iter_mut().zip(available).take(length).for_each(|(to, from)| *to = *from);
        self.ended = line.is_some();
        self.source.consume(length + usize::from(self.ended));
        Ok(length)
    }
}
