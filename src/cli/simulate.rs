//! `runner simulate`: a whole evening at once.

use std::io::{self, BufWriter, ErrorKind};
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::SignedDuration;

use crate::model::limits::{REHEARSAL_LASTS_DEFAULT, REHEARSAL_VIEWERS_DEFAULT};
use crate::model::moment::{Go, Stretch};
use crate::model::time::Span;
use crate::world::rehearsal::error::SimulateError;
use crate::world::rehearsal::golden::{Difference, Golden, Taken};
use crate::world::rehearsal::head::Head;
use crate::world::rehearsal::lines::Lines;
use crate::world::rehearsal::picture::may_be_written;
use crate::world::rehearsal::replay::{Replay, replay};
use crate::world::rehearsal::simulate::{Hears, Simulation, Told, simulate};
use crate::world::rehearsal::timeline::Timeline;
use crate::world::rehearsal::whole::write_whole;
use crate::world::rehearsal::{self, Start};
use crate::world::report::page::page;
use crate::world::report::replayed as report;
use crate::world::report::sheet::{Sheet, Shown};
use crate::world::run::RunError;
use crate::world::script_file::script_name;

use super::Exit;
use super::args::{AnswerArgs, RehearsalArgs};
use super::say::{complain, say, written};
use super::spec::{show_script, start, whole};

pub(super) const EXAMPLES: &str = "\
The run sheet has what is sent when, how large it is and what a viewer reads; at its
end stand the numbers a producer asks for. The same script, facts, seed and start give
the same evening.

Examples:
  runner simulate show.rhai                         three hours from now on
  runner simulate show.rhai --start 2026-12-31T20:00 --for 5h
  runner simulate show.rhai --start 20:00 --off-air 20:45..20:50 --faults
  runner simulate show.rhai --go 'score@45m={\"team\":\"reds\",\"points\":\"1\"}'
  runner simulate show.rhai --html evening.html     a picture of it, for a browser
  runner simulate show.rhai --golden evening.jsonl --update     keeps the evening,
  runner simulate show.rhai --golden evening.jsonl              compares with it
  runner simulate show.rhai --replay .runner/journal.jsonl      last evening again

Exit codes: 0 fine · 1 the script failed, or the evening is another · 2 usage";

/// What `simulate` takes.
#[derive(Debug, Clone, Args)]
pub(super) struct SimulateArgs {
    /// The show script, a .rhai file
    #[arg(value_parser = show_script())]
    script: PathBuf,
    /// How long the evening lasts: `90s`, `5h` [default: 3h]
    #[arg(long = "for", value_name = "DURATION")]
    lasts: Option<Span>,
    /// When it begins: `20:00` today or `2026-12-31T20:00`, in the show's zone, or with an offset
    /// [default: now, to the full minute]
    #[arg(long, value_name = "TIME", value_parser = start)]
    start: Option<Start>,
    /// How many viewers there are at the most [default: 1000]
    #[arg(long, value_name = "NUMBER", value_parser = whole::<u64>, allow_negative_numbers = true)]
    viewers: Option<u64>,
    /// The channel is on air only then: `20:00..22:00` or `5m..2h`; repeatable
    #[arg(long, value_name = "FROM..TO")]
    on_air: Vec<Stretch>,
    /// The channel is off air then; repeatable
    #[arg(long, value_name = "FROM..TO")]
    off_air: Vec<Stretch>,
    /// Throttling, an outage, a lost answer and a change of the clock, each at a time by the seed
    #[arg(long)]
    faults: bool,
    /// A cue the operator fires, and when: `intro@20:45`, `score@45m={"team":"reds"}`; repeatable
    #[arg(long, value_name = "CUE@TIME[=JSON]")]
    go: Vec<Go>,
    #[command(flatten)]
    rehearsal: RehearsalArgs,
    #[command(flatten)]
    answers: AnswerArgs,
    #[command(flatten)]
    out: OutArgs,
    /// Play a past evening again, from its journal, and show what would have been different
    #[arg(long, value_name = "JOURNAL", conflicts_with_all = REPLAYED)]
    replay: Option<PathBuf>,
    /// Which run of the journal [default: the last]
    #[arg(long, value_name = "NUMBER", value_parser = whole::<u32>, requires = "replay")]
    run: Option<u32>,
}

/// How an evening is told.
#[derive(Debug, Clone, Args)]
struct OutArgs {
    /// The timeline as JSON lines: a head, the events as in the journal, a summary
    #[arg(long, conflicts_with_all = ["quiet", "golden"])]
    json: bool,
    /// Compare with the timeline kept in this file; what is not given here is as it was there
    #[arg(long, value_name = "FILE")]
    golden: Option<PathBuf>,
    /// Write the golden anew
    #[arg(long, requires = "golden")]
    update: bool,
    /// Only the summary
    #[arg(long)]
    quiet: bool,
    /// Write a picture of the evening into this file, one page that needs no other
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// What a journal says itself.
const REPLAYED: [&str; 14] = [
    "lasts", "start", "viewers", "on_air", "off_air", "faults", "go", "golden", "update", "html",
    "timezone", "seed", "set", "answer",
];

pub(super) fn on_stage(args: &SimulateArgs) -> anyhow::Result<Exit> {
    rehearsal::on_stage(|| run(args))?
}

fn run(args: &SimulateArgs) -> anyhow::Result<Exit> {
    if let Some(journal) = &args.replay {
        return play_again(args, journal);
    }
    args.out.html.as_deref().map_or(Ok(()), may_be_written)?;
    let name = script_name(&args.script);
    let golden = match args.out.golden.as_ref().map(|path| Golden::read(path, &name)) {
        None => None,
        // It is written anew.
        Some(Err(SimulateError::GoldenFormat { .. })) if args.out.update => None,
        Some(read) => read?,
    };
    let simulation = simulation(args, golden.as_ref().map(|golden| &golden.head))?;
    match (&args.out.golden, golden) {
        (None, _) if args.out.json => {
            show(args, &simulation, &mut Lines(BufWriter::new(io::stdout().lock())))
        }
        (None, _) => {
            let shown = if args.out.quiet { Shown::Summary } else { Shown::Everything };
            show(args, &simulation, &mut Sheet::new(&args.script, shown))
        }
        (Some(path), _) if args.out.update => update(args, &simulation, path),
        (Some(path), None) => Err(SimulateError::NoGolden { path: path.clone() }.into()),
        (Some(_), Some(golden)) => compare(args, &simulation, &golden),
    }
}

fn play_again(args: &SimulateArgs, journal: &Path) -> anyhow::Result<Exit> {
    let replayed = replay(&Replay {
        script: args.script.clone(),
        facts: args.rehearsal.facts.clone(),
        journal: journal.to_owned(),
        run: args.run,
    })?;
    if args.out.json {
        say(report::json(&replayed, &script_name(&args.script)).trim_end())?;
    } else {
        written(report::plain(&replayed, &args.script, args.out.quiet))?;
    }
    Ok(if replayed.is_same() { Exit::Fine } else { Exit::Failed })
}

/// What is simulated: what was typed, else what a golden's head says, else what there is without.
fn simulation(args: &SimulateArgs, head: Option<&Head>) -> anyhow::Result<Simulation> {
    let kept_start = head.map(|head| Start::At(head.start));
    let start = args.start.or(kept_start).unwrap_or(Start::ThisMinute);
    let mut rehearsal = args.rehearsal.options(&args.script, start);
    rehearsal.answers = args.answers.read()?;
    let lasts = args.lasts.or(head.map(|head| head.lasts));
    let kept = |typed: &Vec<Stretch>, kept: fn(&Head) -> &Vec<Stretch>| {
        let kept = head.filter(|_| typed.is_empty()).map(kept);
        kept.unwrap_or(typed).clone()
    };
    if let Some(head) = head {
        rehearsal.seed = args.rehearsal.seed.unwrap_or(head.seed);
        if args.rehearsal.set.is_empty() {
            rehearsal.args.clone_from(&head.args);
        }
        if rehearsal.answers.is_empty() {
            rehearsal.answers.clone_from(&head.answers);
        }
        if let (None, Some(zone)) = (&args.rehearsal.timezone, &head.timezone) {
            rehearsal.zone = Some(zone.parse()?);
        }
    }
    let kept_go = head.filter(|_| args.go.is_empty()).map(|head| head.go.clone());
    Ok(Simulation {
        rehearsal,
        lasts: lasts.unwrap_or(default_span(REHEARSAL_LASTS_DEFAULT)?),
        viewers: args
            .viewers
            .or(head.map(|head| head.viewers))
            .unwrap_or(REHEARSAL_VIEWERS_DEFAULT),
        on_air: kept(&args.on_air, |head| &head.on_air),
        off_air: kept(&args.off_air, |head| &head.off_air),
        faults: args.faults || head.is_some_and(|head| head.faults),
        go: kept_go.unwrap_or_else(|| args.go.clone()),
    })
}

fn default_span(lasts: SignedDuration) -> anyhow::Result<Span> {
    Ok(Span::from_millis(u64::try_from(lasts.as_millis())?)?)
}

/// Shows an evening as it is simulated.
fn show(
    args: &SimulateArgs,
    simulation: &Simulation,
    hears: &mut dyn Hears,
) -> anyhow::Result<Exit> {
    let (head, timeline) = simulate(simulation, &mut ToTheEnd { hears, gone: false })?
        .map_err(|source| RunError::System { doing: "write to standard output", source })?;
    end(args, &head, &timeline)
}

/// Lets an evening go on to its end, its picture and its exit code when nobody reads any more.
struct ToTheEnd<'a> {
    hears: &'a mut dyn Hears,
    gone: bool,
}

impl Hears for ToTheEnd<'_> {
    fn hear(&mut self, told: &Told<'_>) -> io::Result<()> {
        if self.gone {
            return Ok(());
        }
        match self.hears.hear(told) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.gone = true;
                Ok(())
            }
            heard => heard,
        }
    }
}

/// Draws the evening where a picture is wanted, and says how it went.
fn end(args: &SimulateArgs, head: &Head, timeline: &Timeline) -> anyhow::Result<Exit> {
    if let Some(path) = &args.out.html {
        write_whole(path, &page(head, timeline))
            .map_err(|source| SimulateError::Write { path: path.clone(), source })?;
    }
    Ok(if timeline.has_failed() { Exit::Failed } else { Exit::Fine })
}

/// Takes an evening down, and shows the mistakes of its script. How it went, besides.
fn take(args: &SimulateArgs, simulation: &Simulation) -> anyhow::Result<(Taken, Exit)> {
    struct Both<'a> {
        taken: Taken,
        mistakes: ToTheEnd<'a>,
    }
    impl Hears for Both<'_> {
        fn hear(&mut self, told: &Told<'_>) -> io::Result<()> {
            self.taken.hear(told)?;
            self.mistakes.hear(told)
        }
    }
    let sheet = &mut Sheet::new(&args.script, Shown::Mistakes);
    let mistakes = ToTheEnd { hears: sheet, gone: false };
    let mut both = Both { taken: Taken::default(), mistakes };
    let (head, timeline) = simulate(simulation, &mut both)??;
    Ok((both.taken, end(args, &head, &timeline)?))
}

fn update(args: &SimulateArgs, simulation: &Simulation, path: &Path) -> anyhow::Result<Exit> {
    let (taken, exit) = take(args, simulation)?;
    taken.keep(path)?;
    say(format_args!("kept {} events in `{}`", taken.events(), path.display()))?;
    Ok(exit)
}

fn compare(args: &SimulateArgs, simulation: &Simulation, golden: &Golden) -> anyhow::Result<Exit> {
    let (taken, exit) = take(args, simulation)?;
    if !taken.has_begun() {
        // What keeps the script from beginning has been shown; an evening that is not is no other.
        return Ok(exit);
    }
    let differences = golden.compare(&taken);
    let path = golden.path().display();
    if differences.is_empty() {
        say(format_args!("as in `{path}`: {} events", taken.events()))?;
        return Ok(exit);
    }
    say(format_args!("--- {path}\n+++ now"))?;
    for difference in differences {
        match difference {
            Difference::Same(line) => say(format_args!("  {line}"))?,
            Difference::Changed(line) => say(format_args!("~ {line}"))?,
            Difference::Gone(line) => say(format_args!("- {line}"))?,
            Difference::New(line) => say(format_args!("+ {line}"))?,
            Difference::Skipped(lines) => say(format_args!("@ {lines} lines are the same"))?,
            Difference::More(lines) => say(format_args!("… {lines} lines more"))?,
        }
    }
    complain(format_args!(
        "the evening is not as in `{path}`\nhint: `--update` keeps it as it is now"
    ));
    Ok(Exit::Failed)
}
