use std::fmt;
use std::process::ExitCode;

/// Exit codes of `pto`. 2 (wrong usage) is given by the command-line parser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Failed: a fault of the program, the disk or the machine.
    Failed = 1,
    /// Done, and there are warnings to read.
    Warnings = 3,
    /// The input cannot be used.
    BadInput = 4,
    /// Something that the program depends on is missing.
    MissingDependency = 5,
    /// Interrupted; the same command goes on from where it stopped.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// What went wrong, where, how to mend it: three parts of one message to the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppError {
    /// Exit code.
    pub exit: Exit,
    /// What and where, a Russian sentence.
    pub message: String,
    /// How to mend it, a Russian sentence.
    pub remedy: String,
}

impl AppError {
    /// A failure of the program, the disk or the machine.
    pub fn failed(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { exit: Exit::Failed, message: message.into(), remedy: remedy.into() }
    }

    /// An input that cannot be used.
    pub fn bad_input(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { exit: Exit::BadInput, message: message.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Ошибка: {}\n  Что делать: {}", self.message, self.remedy)
    }
}
