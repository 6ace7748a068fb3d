//! `pto`: as-built documentation from drawing sets, on one machine.

use std::process::ExitCode;

fn main() -> ExitCode {
    app::run()
}
