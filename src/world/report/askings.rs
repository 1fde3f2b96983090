//! How each asking of a show went: for a person, as JSON lines, or as a table for a spreadsheet.

use std::io;

use serde::Serialize;

use super::json;
use super::screen::{Colours, Screen};
use super::text::{clean, cut, fit, width};
use super::tone::Tone;
use super::words::{count, thousands};
use crate::model::channel::ShowId;
use crate::model::vote::{PollReport, RefusedVotes};

/// Columns of an answer, at most, and of the bar of one that all chose.
const ANSWER_COLUMNS_MAX: usize = 28;
const BAR_COLUMNS: usize = 24;
/// Columns of a time to the second.
const TIME_COLUMNS: usize = 19;

/// For whom the askings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A person.
    Plain,
    /// A program: one JSON object for each asking.
    Json,
    /// A spreadsheet: one row for each answer.
    Csv,
}

/// Shows on standard output how the askings of these shows went.
pub fn show(shows: &[(ShowId, Vec<PollReport>)], form: Form) -> io::Result<()> {
    match form {
        Form::Json => Screen::pipe(io::stdout()).write(&json_text(shows)),
        Form::Csv => Screen::pipe(io::stdout()).write(&csv_text(shows)?),
        Form::Plain => {
            let mut out = Screen::stdout();
            let columns = out.width().unwrap_or(usize::MAX);
            let text = plain_text(shows, out.colours(), columns);
            out.write(&text)
        }
    }
}

/// One asking, as a program reads it.
#[derive(Serialize)]
struct Asking<'a> {
    show: &'a str,
    channel: &'a str,
    poll_id: &'a str,
    current_time: &'a str,
    question: &'a str,
    opened: String,
    closes_at: String,
    #[serde(rename = "final")]
    is_final: bool,
    void: bool,
    answers: Vec<Answered<'a>>,
    total: u64,
    votes_per_second: Option<f64>,
    refused: RefusedVotes,
}

/// One of its answers.
#[derive(Serialize)]
struct Answered<'a> {
    choice: &'a str,
    answer: &'a str,
    votes: u64,
    percent: u64,
}

/// One answer, as a row.
#[derive(Serialize)]
struct Row<'a> {
    show: &'a str,
    channel: &'a str,
    poll_id: &'a str,
    current_time: &'a str,
    opened: &'a str,
    question: &'a str,
    choice: &'a str,
    answer: &'a str,
    votes: u64,
    percent: u64,
    total: u64,
    votes_per_second: Option<f64>,
    #[serde(rename = "final")]
    is_final: bool,
    void: bool,
    duplicate: u64,
    late: u64,
    invalid: u64,
}

fn asking<'a>(show: &'a ShowId, report: &'a PollReport) -> Asking<'a> {
    let (ballot, tally) = (&report.ballot, &report.tally);
    let answered = ballot.answers.iter().map(|choice| Answered {
        choice: &choice.key,
        answer: &choice.text,
        votes: tally.of(&choice.key),
        percent: tally.percent(&choice.key),
    });
    Asking {
        show: &show.script,
        channel: show.channel.as_str(),
        poll_id: &ballot.asking.poll_id,
        current_time: &ballot.asking.current_time,
        question: &ballot.question,
        opened: ballot.opened.to_string(),
        closes_at: ballot.closes_at.to_string(),
        is_final: report.is_final,
        void: ballot.is_void,
        answers: answered.collect(),
        total: tally.total(),
        votes_per_second: per_second(report),
        refused: report.refused,
    }
}

/// Votes a second from the first to the last, to a hundredth; none where they came at once.
fn per_second(report: &PollReport) -> Option<f64> {
    let (first, last) = report.voted?;
    let seconds = last.duration_since(first).as_secs_f64();
    let votes = u32::try_from(report.tally.total()).map_or(f64::from(u32::MAX), f64::from);
    (seconds > 0.0).then(|| (votes / seconds * 100.0).round() / 100.0)
}

fn askings(shows: &[(ShowId, Vec<PollReport>)]) -> impl Iterator<Item = Asking<'_>> {
    shows.iter().flat_map(|(show, reports)| reports.iter().map(|report| asking(show, report)))
}

fn json_text(shows: &[(ShowId, Vec<PollReport>)]) -> String {
    askings(shows).map(|asking| json::line(&asking)).collect()
}

fn csv_text(shows: &[(ShowId, Vec<PollReport>)]) -> io::Result<String> {
    let mut table = csv::Writer::from_writer(Vec::new());
    for asking in askings(shows) {
        for Answered { choice, answer, votes, percent } in &asking.answers {
            table.serialize(Row {
                show: asking.show,
                channel: asking.channel,
                poll_id: asking.poll_id,
                current_time: asking.current_time,
                opened: &asking.opened,
                question: asking.question,
                choice,
                answer,
                votes: *votes,
                percent: *percent,
                total: asking.total,
                votes_per_second: asking.votes_per_second,
                is_final: asking.is_final,
                void: asking.void,
                duplicate: asking.refused.duplicate,
                late: asking.refused.late,
                invalid: asking.refused.invalid,
            })?;
        }
    }
    let bytes = table.into_inner().map_err(csv::IntoInnerError::into_error)?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

fn plain_text(shows: &[(ShowId, Vec<PollReport>)], colours: Colours, columns: usize) -> String {
    let mut text = String::new();
    for (show, reports) in shows {
        let line = cut(&clean(&show.to_string()), columns);
        text.extend([line.as_str(), "\n"]);
        for report in reports {
            text.push('\n');
            text.push_str(&block(report, colours, columns));
        }
        if reports.is_empty() {
            text.push_str("  nothing was asked\n");
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// One asking: its question, a bar for each answer, and what became of its votes.
fn block(report: &PollReport, colours: Colours, columns: usize) -> String {
    let ballot = &report.ballot;
    let time = ballot.opened.strftime("%Y-%m-%d %H:%M:%S").to_string();
    let state = match (ballot.is_void, report.is_final) {
        (true, _) => "  (void: no vote counts)",
        (false, true) => "",
        (false, false) => "  (not final)",
    };
    let room = columns.saturating_sub(TIME_COLUMNS + 2 + width(state)).max(1);
    let question = cut(&clean(&ballot.question), room);
    let mut text = format!("{}  {question}{state}\n", colours.paint(Tone::Past, &time));
    let widest = ballot.answers.iter().map(|choice| width(&clean(&choice.text))).max();
    let widest = widest.unwrap_or(0).min(ANSWER_COLUMNS_MAX);
    let votes = |key: &str| thousands(report.tally.of(key));
    let digits = ballot.answers.iter().map(|choice| votes(&choice.key).len()).max().unwrap_or(0);
    for choice in &ballot.answers {
        let percent = report.tally.percent(&choice.key);
        let bar = fit(&bar(percent, report.tally.of(&choice.key)), BAR_COLUMNS);
        let line = format!(
            "  {}  {}  {:>digits$}  {percent:>3} %",
            fit(&clean(&choice.text), widest),
            colours.paint(Tone::Poll, &bar),
            votes(&choice.key),
        );
        text.extend([line.as_str(), "\n"]);
    }
    text.extend(["  ", &cut(&sum(report), columns.saturating_sub(2)), "\n"]);
    text
}

fn bar(percent: u64, votes: u64) -> String {
    let share = usize::try_from(percent).unwrap_or(0) * BAR_COLUMNS;
    // An answer that somebody chose is seen.
    "█".repeat((share / 100).max(usize::from(votes > 0)))
}

fn sum(report: &PollReport) -> String {
    let RefusedVotes { duplicate, late, invalid } = report.refused;
    let mut told = vec![count(report.tally.total(), "vote", "votes")];
    told.extend(per_second(report).map(|rate| format!("{rate} a second")));
    let again = if duplicate == 1 { "second vote" } else { "second votes" };
    let refused = [(duplicate, again), (late, "late"), (invalid, "for no answer")];
    let refused: Vec<String> = refused
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{} {word}", thousands(number)))
        .collect();
    if refused.is_empty() {
        told.push("none refused".to_owned());
    } else {
        told.push(format!("refused: {}", refused.join(", ")));
    }
    told.join(" · ")
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use serde_json::{Value, json};

    use super::*;
    use crate::model::channel::ChannelArn;
    use crate::model::payload::Slot;
    use crate::model::poll::{AskingId, Choice, Tally};
    use crate::model::vote::Ballot;

    fn shows() -> Vec<(ShowId, Vec<PollReport>)> {
        let opened: Timestamp = "2026-11-22T17:05:01Z".parse().expect("it is a time");
        let choice = |key: &str, text: &str| Choice { key: key.to_owned(), text: text.to_owned() };
        let ballot = Ballot {
            asking: AskingId {
                poll_id: "6f2b".to_owned(),
                current_time: "2026-Nov-22-170501".to_owned(),
            },
            question: "Who wins, \"Red\"\nor Blue?".to_owned(),
            answers: vec![choice("1", "Red"), choice("2", "Blue"), choice("3", "neither of them")],
            slot: Slot(Slot::POLL.to_owned()),
            change: false,
            is_quiz: false,
            is_sent: false,
            is_void: false,
            opened,
            closes_at: opened + SignedDuration::from_secs(30),
            votes_until: opened + SignedDuration::from_secs(40),
        };
        let mut tally = Tally::default();
        tally.add("1", 12_000);
        tally.add("2", 13);
        let ended = PollReport {
            tally,
            is_final: true,
            voted: Some((opened, opened + SignedDuration::from_secs(20))),
            refused: RefusedVotes { duplicate: 1_200, late: 2, invalid: 0 },
            ballot: ballot.clone(),
        };
        let open = PollReport {
            tally: Tally::default(),
            is_final: false,
            voted: None,
            refused: RefusedVotes::default(),
            ballot,
        };
        let show = |script: &str| ShowId { script: script.into(), channel: ChannelArn::local() };
        vec![(show("match"), vec![ended, open]), (show("quiet"), Vec::new())]
    }

    #[test]
    fn a_person_sees_bars_within_eighty_columns() {
        let text = plain_text(&shows(), Colours::Off, 80);
        assert!(text.lines().all(|line| width(line) <= 80), "{text}");
        insta::assert_snapshot!(text, @r#"
        match on arn:aws:ivs:us-west-2:000000000000:channel/local

        2026-11-22 17:05:01  Who wins, "Red" or Blue?
          Red              ████████████████████████  12,000  100 %
          Blue             █                             13    0 %
          neither of them                                 0    0 %
          12,013 votes · 600.65 a second · refused: 1,200 second votes, 2 late

        2026-11-22 17:05:01  Who wins, "Red" or Blue?  (not final)
          Red                                        0    0 %
          Blue                                       0    0 %
          neither of them                            0    0 %
          0 votes · none refused

        quiet on arn:aws:ivs:us-west-2:000000000000:channel/local
          nothing was asked
        "#);
    }

    #[test]
    fn a_void_asking_is_told_as_void() {
        let mut shows = shows();
        shows[0].1[0].ballot.is_void = true;
        let plain = plain_text(&shows, Colours::Off, 80);
        assert!(plain.contains("or Blue?  (void: no vote counts)"), "{plain}");
        let json = json_text(&shows);
        assert_eq!(json.matches(r#""void":true"#).count(), 1, "{json}");
        assert_eq!(json.matches(r#""void":false"#).count(), 1, "{json}");
        let csv = csv_text(&shows).expect("it is written to memory");
        assert_eq!(csv.matches(",true,true,").count(), 3, "final and void of each answer: {csv}");
    }

    #[test]
    fn a_program_reads_one_object_for_each() {
        let text = json_text(&shows());
        let lines: Vec<Value> =
            text.lines().map(|line| serde_json::from_str(line).expect("it is JSON")).collect();
        let [ended, open] = &lines[..] else { panic!("{text}") };
        let blue = json!({ "choice": "2", "answer": "Blue", "votes": 13, "percent": 0 });
        assert_eq!(ended["answers"][1], blue);
        assert_eq!((&ended["show"], &ended["final"]), (&json!("match"), &json!(true)));
        assert_eq!((&ended["total"], &ended["votes_per_second"]), (&json!(12_013), &json!(600.65)));
        assert_eq!(ended["refused"], json!({ "duplicate": 1_200, "late": 2, "invalid": 0 }));
        assert_eq!((&open["votes_per_second"], &open["final"]), (&Value::Null, &json!(false)));
    }

    #[test]
    fn a_spreadsheet_has_a_row_for_each_answer() {
        let text = csv_text(&shows()).expect("it is written to memory");
        let mut table = csv::Reader::from_reader(text.as_bytes());
        let names = "show,channel,poll_id,current_time,opened,question,choice,answer,votes,\
                     percent,total,votes_per_second,final,void,duplicate,late,invalid";
        assert_eq!(text.lines().next(), Some(names));
        let rows: Vec<_> = table.records().map(|row| row.expect("it is a row")).collect();
        assert_eq!(rows.len(), 6);
        let second: Vec<&str> = rows[1].iter().skip(3).collect();
        let asked = ["2026-Nov-22-170501", "2026-11-22T17:05:01Z", "Who wins, \"Red\"\nor Blue?"];
        let counted =
            ["2", "Blue", "13", "0", "12013", "600.65", "true", "false", "1200", "2", "0"];
        assert_eq!(second, [&asked[..], &counted[..]].concat());
    }
}
