//! A language model behind the port `Model`: any server that speaks the chat protocol of OpenAI, hosted or on the same
//! machine. What a document holds is sent there, money is spent there and strangers' text is read there, so:
//!
//! - answers are bound to a JSON schema and checked against it; nobody believes more of them than that;
//! - three attempts with waits drawn by chance, `Retry-After` honoured, never past the time the question allows;
//! - requests and tokens per minute are limited over all that run at once, a server that fails is left alone for a while,
//!   and the next one is asked: remote, then local, then nobody, which means rules;
//! - spending is reserved in the ledger before the call and settled after it; caps hold per document, tenant and month;
//! - answers are kept by the hash of the question and evicted when they were not used for two months;
//! - names, telephones, addresses and taxpayer numbers are masked before a call abroad and restored in the answer.
//!
//! Keys, questions and answers never reach a log.
//!
//! | variable | what |
//! |---|---|
//! | `PTO_MODEL_URL`, `PTO_MODEL_NAME`, `PTO_MODEL_KEY` | a remote server (`https://…/v1`), its model, its key |
//! | `PTO_MODEL_PRICE_IN`, `PTO_MODEL_PRICE_OUT` | roubles per million tokens; needed with a remote server, 0 is a price |
//! | `PTO_MODEL_CAP_DOCUMENT`, `…_TENANT`, `…_MONTH` | most that may be spent, roubles; needed with a price |
//! | `PTO_MODEL_IN_RUSSIA` | `yes`: the remote server stands in Russia, nothing is masked; else it counts as abroad |
//! | `PTO_MODEL_HOME_TENANTS` | tenants whose documents never go abroad, with commas between; `*` for all |
//! | `PTO_MODEL_REQUESTS_PER_MINUTE`, `PTO_MODEL_TOKENS_PER_MINUTE` | 10,000 and 1,000,000 unless set |
//! | `PTO_MODEL_PROCESSES` | how many processes share these limits; 1 unless set |
//! | `PTO_MODEL_LOCAL_URL`, `PTO_MODEL_LOCAL_NAME` | a server of one's own, asked when the remote one cannot answer |

mod attempt;
mod breaker;
mod cache;
mod chat;
mod client;
mod mask;
mod pace;
mod rate;
#[cfg(feature = "scripted")]
pub mod scripted;
mod settings;
mod spending;
mod transport;

pub use client::{Client, Surroundings};
pub use mask::Mask;
pub use pace::{MachinePace, Pace};
pub use settings::{Caps, Endpoint, HeldKey, InvalidSetting, KeySource, Limits, Price, Settings, VARIABLES};
pub use transport::{Call, HttpTransport, Incoming, Transport, Unreached};
