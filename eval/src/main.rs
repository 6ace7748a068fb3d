//! `eval DIR` grades the documents of a folder that have a truth file; `eval --make DIR [SETS]` writes synthetic ones.

fn main() -> std::process::ExitCode {
    eval::command()
}
