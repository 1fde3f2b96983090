//! The table: rows of percentiles, aligned, with what was wanted and whether it was met.

use std::fmt::Write as _;
use std::time::Duration;

/// The unit of a row.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Unit {
    /// Nanoseconds.
    Nanos,
    /// Microseconds.
    Micros,
    /// Milliseconds.
    Millis,
    /// Kilobytes of 1,024 bytes.
    Kilobytes,
    /// Megabytes of 1,024 kilobytes.
    Megabytes,
    /// Per cent.
    Percent,
    /// Things.
    Count,
}

impl Unit {
    fn name(self) -> &'static str {
        match self {
            Self::Nanos => "ns",
            Self::Micros => "µs",
            Self::Millis => "ms",
            Self::Kilobytes => "KB",
            Self::Megabytes => "MB",
            Self::Percent => "%",
            Self::Count => "",
        }
    }

    /// A duration in this unit.
    pub(crate) fn of(self, duration: Duration) -> f64 {
        let seconds = duration.as_secs_f64();
        match self {
            Self::Nanos => seconds * 1e9,
            Self::Micros => seconds * 1e6,
            Self::Millis => seconds * 1e3,
            Self::Kilobytes | Self::Megabytes | Self::Percent | Self::Count => f64::NAN,
        }
    }
}

/// A figure of a row that something is wanted of.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Figure {
    P50,
    P99,
    Max,
}

/// One row.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    name: String,
    unit: Unit,
    /// In rising order, at least one.
    samples: Vec<f64>,
    wanted: Vec<(Figure, f64)>,
}

impl Row {
    /// A row of samples.
    pub(crate) fn of(name: impl Into<String>, unit: Unit, mut samples: Vec<f64>) -> Self {
        assert!(!samples.is_empty(), "something was measured");
        samples.sort_by(f64::total_cmp);
        Self { name: name.into(), unit, samples, wanted: Vec::new() }
    }

    /// A row of durations.
    pub(crate) fn times(name: impl Into<String>, unit: Unit, samples: &[Duration]) -> Self {
        Self::of(name, unit, samples.iter().map(|sample| unit.of(*sample)).collect())
    }

    /// A row of one number.
    pub(crate) fn one(name: impl Into<String>, unit: Unit, value: f64) -> Self {
        Self::of(name, unit, vec![value])
    }

    /// At most so much is wanted.
    pub(crate) fn wanted(mut self, figure: Figure, at_most: f64) -> Self {
        self.wanted.push((figure, at_most));
        self
    }

    fn figure(&self, figure: Figure) -> f64 {
        match figure {
            Figure::P50 => self.at(50),
            Figure::P99 => self.at(99),
            Figure::Max => self.at(100),
        }
    }

    /// The smallest sample that so many per cent of all do not pass.
    fn at(&self, percent: usize) -> f64 {
        let rank = (self.samples.len() * percent).div_ceil(100).max(1);
        self.samples.get(rank - 1).copied().unwrap_or(f64::NAN)
    }

    fn cells(&self) -> [String; 8] {
        let one = self.samples.len() == 1;
        let shown = |figure| if one { String::new() } else { number(self.figure(figure)) };
        let wanted = self.wanted.iter().map(|(figure, at_most)| {
            let name = match figure {
                Figure::P50 => "p50 ",
                Figure::P99 => "p99 ",
                Figure::Max => "",
            };
            format!("{name}≤ {}", number(*at_most))
        });
        let met = self.wanted.iter().all(|(figure, at_most)| self.figure(*figure) <= *at_most);
        let met = match (self.wanted.is_empty(), met) {
            (true, _) => "",
            (false, true) => "yes",
            (false, false) => "NO",
        };
        [
            self.name.clone(),
            self.samples.len().to_string(),
            shown(Figure::P50),
            shown(Figure::P99),
            number(self.figure(Figure::Max)),
            self.unit.name().to_owned(),
            wanted.collect::<Vec<_>>().join(", "),
            met.to_owned(),
        ]
    }
}

/// Three digits that count, and no more places than those take.
fn number(value: f64) -> String {
    let places = match value.abs() {
        small if small == 0.0 || small >= 99.95 => 0,
        middle if middle >= 9.995 => 1,
        _ => 2,
    };
    format!("{value:.places$}")
}

/// Prints the rows.
#[expect(clippy::print_stdout, reason = "the table is what the benchmark is for")]
pub(crate) fn print(rows: &[Row]) {
    println!("\n{}", text(rows));
}

/// Says what is under way.
#[expect(clippy::print_stderr, reason = "beside the table, not in it")]
pub(crate) fn say(words: &str) {
    eprintln!("{words}");
}

fn text(rows: &[Row]) -> String {
    let head = ["", "samples", "p50", "p99", "max", "unit", "wanted", "met"].map(str::to_owned);
    let lines: Vec<[String; 8]> =
        std::iter::once(head).chain(rows.iter().map(Row::cells)).collect();
    let width =
        |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..8).map(width).collect();
    let mut text = String::new();
    for line in &lines {
        let mut row = String::new();
        for (column, (cell, width)) in line.iter().zip(&widths).enumerate() {
            let is_number = (1..=4).contains(&column);
            let written = if is_number {
                write!(row, "{cell:>width$}  ")
            } else {
                write!(row, "{cell:<width$}  ")
            };
            written.expect("a text takes whatever is written");
        }
        text.push_str(row.trim_end());
        text.push('\n');
    }
    text
}
