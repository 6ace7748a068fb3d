use crate::attempt::{Trouble, exchange};
use crate::breaker::Breaker;
use crate::cache::{Cache, hash_of};
use crate::chat::{Asked, Format, Said, read, tokens_guessed};
use crate::rate::Rate;
use crate::spending::{Reserve, Spending};
use crate::{Call, Endpoint, Mask, Pace, Settings, Transport};
use async_trait::async_trait;
use jsonschema::Validator;
use ports::{Answer, Blobs, Clock, Ledger, Model, PortError, Question, Reply, Spent, WhyUnanswered};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

/// How often one server is asked one question.
const ATTEMPTS: u32 = 3;

/// What an attempt may take at least, if there is so much time: longer than two thirds of what is left is a hang, so that
/// another attempt fits.
const ATTEMPT: Duration = Duration::from_secs(20);

/// What the client stands on.
#[derive(Clone)]
pub struct Surroundings {
    /// Carries requests.
    pub transport: Arc<dyn Transport>,
    /// Time that goes forward, waiting, chance.
    pub pace: Arc<dyn Pace>,
    /// Today: months of spending, and `Retry-After` as a date.
    pub clock: Arc<dyn Clock>,
    /// Where spending is written down.
    pub ledger: Arc<dyn Ledger>,
    /// Where answers are kept.
    pub blobs: Arc<dyn Blobs>,
}

/// A [`Model`] of one or more servers. One per process: limits and breakers are shared by all who ask it.
pub struct Client {
    settings: Settings,
    servers: Vec<Server>,
    requests: Rate,
    tokens: Rate,
    spending: Spending,
    cache: Cache,
    transport: Arc<dyn Transport>,
    pace: Arc<dyn Pace>,
    clock: Arc<dyn Clock>,
}

struct Server {
    endpoint: Endpoint,
    breaker: Breaker,
    /// The strictest format that it has not refused.
    format: AtomicU8,
}

/// A question on its way to one server.
struct Course<'a> {
    server: &'a Server,
    question: &'a Question,
    asked: Asked<'a>,
    schema: &'a Validator,
    until: Duration,
}

/// What became of one attempt: the answer with its tokens, and what it took.
struct Attempted {
    value: Result<(serde_json::Value, (u64, u64)), Trouble>,
    spent: Spent,
}

impl Client {
    /// A client of these servers. Nothing is sent.
    pub fn new(settings: Settings, around: Surroundings) -> Self {
        let server = |endpoint: &Endpoint| Server {
            endpoint: endpoint.clone(),
            breaker: Breaker::default(),
            format: AtomicU8::new(Format::Schema.place()),
        };
        Self {
            servers: settings.endpoints.iter().map(server).collect(),
            requests: Rate::per_minute(settings.limits.requests_per_minute),
            tokens: Rate::per_minute(settings.limits.tokens_per_minute),
            spending: Spending::new(around.ledger, Arc::clone(&around.clock), settings.caps),
            cache: Cache::new(around.blobs, Arc::clone(&around.clock)),
            transport: around.transport,
            pace: around.pace,
            clock: around.clock,
            settings,
        }
    }

    /// Asks one server, as often as it makes sense.
    async fn ask_server(
        &self,
        server: &Server,
        question: &Question,
        schema: &Validator,
        until: Duration,
    ) -> Result<Reply, PortError> {
        let (masked, mask) = if server.endpoint.is_abroad {
            Mask::over(&question.material)
        } else {
            (question.material.clone(), Mask::default())
        };
        let asked = Asked {
            model: &server.endpoint.model,
            instructions: &question.instructions,
            material: &masked,
            schema_name: question.schema_name,
            schema: &question.schema,
            largest_answer_tokens: question.largest_answer_tokens,
        };
        let course = Course { server, question, asked, schema, until };
        let mut spent = Spent::default();
        let mut attempt = 1;
        // Why the last attempt failed says more than that the server is left alone since.
        let mut why = WhyUnanswered::Unreachable;
        loop {
            if !server.breaker.lets_through(self.pace.now()) {
                return Ok(Reply { outcome: Err(why), spent });
            }
            let attempted = match self.attempt(&course).await? {
                Ok(attempted) => attempted,
                Err(why) => return Ok(Reply { outcome: Err(why), spent }),
            };
            spent = spent.plus(attempted.spent);
            let trouble = match attempted.value {
                Ok((mut value, tokens)) => {
                    mask.restore(&mut value);
                    let answer = Answer { value, model: server.endpoint.model.clone(), tokens };
                    return Ok(Reply { outcome: Ok(answer), spent });
                }
                Err(trouble) => trouble,
            };
            if trouble == Trouble::FormatUnknown
                && let Some(looser) = Format::at(server.format.load(Ordering::Relaxed)).looser()
            {
                // Not an attempt: the question was not looked at. There are as many of these as there are formats.
                tracing::info!(
                    server = server.endpoint.name,
                    "a model's server does not know a format of answers; the next is tried"
                );
                server.format.fetch_max(looser.place(), Ordering::Relaxed);
                continue;
            }
            let name = server.endpoint.name;
            tracing::warn!(
                server = name,
                attempt,
                ?trouble,
                "the model at the {name} server did not answer (attempt {attempt})"
            );
            (attempt, why) = (attempt + 1, trouble.why());
            let wait = trouble.wait_before(attempt, self.pace.chance());
            let has_time = self.pace.now() + wait < until;
            if attempt > ATTEMPTS || !trouble.may_pass() || !has_time {
                return Ok(Reply { outcome: Err(why), spent });
            }
            self.pace.sleep(wait).await;
        }
    }

    /// One call. The outer error is a store's; the inner one is why nothing was sent.
    async fn attempt(&self, course: &Course<'_>) -> Result<Result<Attempted, WhyUnanswered>, PortError> {
        let endpoint = &course.server.endpoint;
        let largest = u64::from(course.question.largest_answer_tokens);
        let (guessed_in, pace) = (course.asked.tokens_guessed(), self.pace.as_ref());
        if !self.requests.wait(1, pace, course.until).await {
            return Ok(Err(WhyUnanswered::OutOfTime));
        }
        if !self.tokens.wait(guessed_in + largest, pace, course.until).await {
            return Ok(Err(WhyUnanswered::OutOfTime));
        }
        let mut reserve = None;
        if !endpoint.price.is_free() {
            // A guess may be too low: a token can be a single letter.
            let most = endpoint.price.of(guessed_in.saturating_mul(2), largest);
            reserve = self.spending.reserve(&course.question.document, most).await?;
            if reserve.is_none() {
                tracing::warn!(server = endpoint.name, "the model is not asked: a cap of spending is reached");
                self.tokens.correct(guessed_in + largest, 0);
                return Ok(Err(WhyUnanswered::CapReached));
            }
        }
        let said = self.call(course).await;
        let (tokens_in, tokens_out) = match (said.tokens, &said.value) {
            (Some(counted), _) => counted,
            (None, Ok(value)) => (guessed_in, tokens_guessed(&value.to_string())),
            (None, Err(trouble)) if trouble.may_have_cost() => (guessed_in, largest),
            (None, Err(_)) => (0, 0),
        };
        self.tokens.correct(guessed_in + largest, tokens_in.saturating_add(tokens_out));
        let spent = Spent { tokens_in, tokens_out, micro_roubles: endpoint.price.of(tokens_in, tokens_out) };
        self.settle(reserve, spent).await;
        Ok(Ok(Attempted { value: said.value.map(|value| (value, (tokens_in, tokens_out))), spent }))
    }

    /// The answer is at hand and the reserve stands: a ledger that fails now must not take the answer away.
    async fn settle(&self, reserve: Option<Reserve>, spent: Spent) {
        let Some(reserve) = reserve else { return };
        if let Err(error) = self.spending.settle(reserve, spent).await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "what a model cost could not be written down; what was reserved stands for it");
        }
    }

    async fn call(&self, course: &Course<'_>) -> Said {
        let server = course.server;
        let without_tokens = |trouble| Said { value: Err(trouble), tokens: None };
        let key = match &server.endpoint.key {
            None => None,
            Some(source) => match source.key().await {
                Ok(key) => Some(key),
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "the key of a model's server could not be fetched"
                    );
                    return without_tokens(Trouble::Unreached);
                }
            },
        };
        let format = Format::at(server.format.load(Ordering::Relaxed));
        let url = format!("{}/chat/completions", server.endpoint.base_url);
        let call = Call { url, key, body: course.asked.body(format) };
        let now = self.pace.now();
        let until = course.until.min(now + ATTEMPT.max(course.until.saturating_sub(now) * 2 / 3));
        let received = exchange(self.transport.as_ref(), self.pace.as_ref(), &call, until, self.clock.now_ms()).await;
        match &received {
            Err(trouble) if trouble.is_of_server() => {
                if server.breaker.failed(self.pace.now()) {
                    tracing::warn!(
                        server = server.endpoint.name,
                        "a model's server fails and is left alone for a while"
                    );
                }
            }
            _ => server.breaker.answered(),
        }
        match received {
            Ok(body) => read(&body, course.schema),
            Err(trouble) => without_tokens(trouble),
        }
    }
}

#[async_trait]
impl Model for Client {
    async fn ask(&self, question: &Question) -> Result<Reply, PortError> {
        let until = self.pace.now() + question.within;
        let schema = jsonschema::validator_for(&question.schema);
        let schema = schema.map_err(|error| PortError::plain(format!("read the schema of a question: {error}")))?;
        let tenant = &question.document.tenant;
        let models: Vec<&str> = self.settings.endpoints.iter().map(|endpoint| endpoint.model.as_str()).collect();
        let hash = hash_of(question, &models);
        if let Some(answer) = self.cache.get(tenant, &hash).await?.filter(|answer| schema.is_valid(&answer.value)) {
            return Ok(Reply { outcome: Ok(answer), spent: Spent::default() });
        }
        let mut reply = Reply::unanswered(WhyUnanswered::NoModel);
        for (place, server) in self.servers.iter().enumerate() {
            if server.endpoint.is_abroad && !self.settings.may_go_abroad(tenant.as_str()) {
                reply.outcome = Err(WhyUnanswered::Forbidden);
                continue;
            }
            let now = self.pace.now();
            if now >= until {
                reply.outcome = Err(WhyUnanswered::OutOfTime);
                break;
            }
            // A server that hangs must leave time for the next.
            let is_last = place + 1 == self.servers.len();
            let own_until = if is_last { until } else { now + (until - now) * 2 / 3 };
            let next = self.ask_server(server, question, &schema, own_until).await?;
            reply = Reply { outcome: next.outcome, spent: reply.spent.plus(next.spent) };
            if let Ok(answer) = &reply.outcome {
                self.cache.put(tenant, &hash, answer).await;
                break;
            }
        }
        Ok(reply)
    }
}
