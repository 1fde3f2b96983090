//! `cargo bench`: what the program promises in numbers, measured on this machine, as one table.
//! `cargo bench -- wire store` measures these subjects alone.

mod bare;
mod check;
mod child;
mod client;
mod desk;
mod go;
mod handler;
mod hls;
mod load;
mod many;
mod player;
mod save;
mod service;
mod start;
mod store;
mod table;
mod testing;
mod timers;
mod votes;
mod voting;
mod wire;

use table::Row;

/// What one subject measures.
type Measure = fn() -> Vec<Row>;

/// Every subject, by the name it is asked for.
const SUBJECTS: [(&str, Measure); 16] = [
    ("timers", timers::measure),
    ("wire", wire::measure),
    ("go", go::measure),
    ("save", save::measure),
    ("handler", handler::measure),
    ("store", store::measure),
    ("start", start::measure),
    ("check", check::measure),
    ("load", load::measure),
    ("many", many::measure),
    ("hls", hls::measure),
    ("player", player::measure),
    ("desk", desk::measure),
    ("testing", testing::measure),
    ("voting", voting::measure),
    ("votes", votes::measure),
];

fn main() {
    if bare::is_asked_for() {
        bare::run();
        return;
    }
    // Cargo adds `--bench`.
    let asked: Vec<String> =
        std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let mut rows = Vec::new();
    for (name, measure) in SUBJECTS {
        if asked.is_empty() || asked.iter().any(|word| word == name) {
            table::say(&format!("measuring: {name}"));
            rows.extend(measure());
        }
    }
    table::print(&rows);
}
