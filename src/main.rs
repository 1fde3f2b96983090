//! The binary `runner`: all it does is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    showrunner::cli::main()
}
