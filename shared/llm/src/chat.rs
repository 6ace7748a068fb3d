//! The chat protocol of OpenAI, as far as it is needed: one request, one answer, no tools, no streaming.

use crate::attempt::Trouble;
use jsonschema::Validator;
use serde::Deserialize;
use serde_json::{Value, json};

/// How the answer is bound to the schema, the strictest first: servers know some of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Format {
    /// `json_schema`: OpenAI, Yandex, vLLM, llama.cpp, Ollama.
    Schema,
    /// `json_object` with a schema beside it: older servers over llama.cpp.
    ObjectOfSchema,
    /// `json_object`: any JSON.
    Object,
    /// Asked for in words alone.
    Words,
}

impl Format {
    const ALL: [Self; 4] = [Self::Schema, Self::ObjectOfSchema, Self::Object, Self::Words];

    /// By its place, the strictest being 0.
    pub(crate) fn at(place: u8) -> Self {
        Self::ALL.get(usize::from(place)).copied().unwrap_or(Self::Words)
    }

    pub(crate) fn place(self) -> u8 {
        self as u8
    }

    /// The next less strict one.
    pub(crate) fn looser(self) -> Option<Self> {
        Self::ALL.into_iter().find(|other| *other > self)
    }
}

/// What goes to the server, masked or not.
pub(crate) struct Asked<'a> {
    pub(crate) model: &'a str,
    pub(crate) instructions: &'a str,
    pub(crate) material: &'a str,
    pub(crate) schema_name: &'a str,
    pub(crate) schema: &'a Value,
    pub(crate) largest_answer_tokens: u32,
}

impl Asked<'_> {
    /// The body of the request.
    pub(crate) fn body(&self, format: Format) -> String {
        // Where the server does not hold the model to the schema, the model must know it.
        let instructions = match format {
            Format::Schema | Format::ObjectOfSchema => self.instructions.to_owned(),
            Format::Object | Format::Words => {
                format!("{}\nThe answer is one JSON object of this JSON Schema: {}", self.instructions, self.schema)
            }
        };
        let mut body = json!({
            "model": self.model,
            "messages": [
                {"role": "system", "content": instructions},
                {"role": "user", "content": self.material},
            ],
            "temperature": 0,
            "max_tokens": self.largest_answer_tokens,
        });
        let bound = match format {
            Format::Schema => Some(json!({
                "type": "json_schema",
                "json_schema": {"name": self.schema_name, "strict": true, "schema": self.schema},
            })),
            Format::ObjectOfSchema => Some(json!({"type": "json_object", "schema": self.schema})),
            Format::Object => Some(json!({"type": "json_object"})),
            Format::Words => None,
        };
        if let (Some(bound), Some(fields)) = (bound, body.as_object_mut()) {
            fields.insert("response_format".to_owned(), bound);
        }
        body.to_string()
    }

    /// Tokens that it will be at most, as a guess: a Russian token is two letters or more.
    pub(crate) fn tokens_guessed(&self) -> u64 {
        let schema = self.schema.to_string();
        tokens_guessed(self.instructions) + tokens_guessed(self.material) + tokens_guessed(&schema) + 64
    }
}

/// Tokens of a text, as a guess.
pub(crate) fn tokens_guessed(text: &str) -> u64 {
    text.chars().count().div_ceil(2) as u64
}

#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    content: Option<String>,
    #[serde(default)]
    refusal: Option<String>,
}

#[derive(Deserialize)]
struct Usage {
    #[serde(default)]
    prompt_tokens: u64,
    #[serde(default)]
    completion_tokens: u64,
}

/// What a server said.
#[derive(Debug, PartialEq)]
pub(crate) struct Said {
    /// Its answer, checked against the schema, or the trouble with it.
    pub(crate) value: Result<Value, Trouble>,
    /// Tokens in and out as the server counted them, if it did.
    pub(crate) tokens: Option<(u64, u64)>,
}

/// Reads the body of an answer with status 200.
pub(crate) fn read(body: &str, schema: &Validator) -> Said {
    let Ok(completion) = serde_json::from_str::<Completion>(body) else {
        return Said { value: Err(Trouble::Malformed), tokens: None };
    };
    let tokens = completion.usage.map(|usage| (usage.prompt_tokens, usage.completion_tokens));
    Said { value: value_of(completion.choices.into_iter().next(), schema), tokens }
}

fn value_of(choice: Option<Choice>, schema: &Validator) -> Result<Value, Trouble> {
    let choice = choice.ok_or(Trouble::Malformed)?;
    let reason = choice.finish_reason.as_deref().unwrap_or("stop");
    if reason == "content_filter" || choice.message.refusal.is_some_and(|text| !text.is_empty()) {
        return Err(Trouble::Refused);
    }
    // An answer cut at its greatest length is half of one, even where its JSON happens to be whole.
    if reason == "length" {
        return Err(Trouble::Malformed);
    }
    let content = choice.message.content.unwrap_or_default();
    let value: Value = serde_json::from_str(object_in(&content)).map_err(|_error| Trouble::Malformed)?;
    if schema.is_valid(&value) { Ok(value) } else { Err(Trouble::Malformed) }
}

/// The object in an answer that has words or a fence of code round it.
fn object_in(content: &str) -> &str {
    match (content.find('{'), content.rfind('}')) {
        (Some(from), Some(to)) => content.get(from..=to).unwrap_or(content),
        _ => content,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Validator {
        let schema = json!({
            "type": "object", "additionalProperties": false, "required": ["ok"], "properties": {"ok": {"type": "boolean"}},
        });
        jsonschema::validator_for(&schema).unwrap()
    }

    fn completion(content: &str, more: &Value) -> String {
        let mut choice = json!({"message": {"role": "assistant", "content": content}, "finish_reason": "stop"});
        if let Some(reason) = more.get("finish_reason") {
            choice["finish_reason"] = reason.clone();
        }
        if let Some(refusal) = more.get("refusal") {
            choice["message"]["refusal"] = refusal.clone();
        }
        json!({"choices": [choice], "usage": {"prompt_tokens": 7, "completion_tokens": 3}}).to_string()
    }

    #[test]
    fn an_answer_is_what_keeps_the_schema() {
        let none = json!({});
        for (body, expected) in [
            (completion("{\"ok\": true}", &none), Ok(json!({"ok": true}))),
            (completion("<think>{?</think>", &none), Err(Trouble::Malformed)),
            (completion("```json\n{\"ok\": false}\n```", &none), Ok(json!({"ok": false}))),
            (completion("{\"ok\": tr", &none), Err(Trouble::Malformed)),
            (completion("{\"ok\": 1}", &none), Err(Trouble::Malformed)),
            (completion("{\"ok\": true, \"works\": []}", &none), Err(Trouble::Malformed)),
            (completion("", &none), Err(Trouble::Malformed)),
            (completion("{\"ok\": true}", &json!({"finish_reason": "length"})), Err(Trouble::Malformed)),
            (completion("", &json!({"finish_reason": "content_filter"})), Err(Trouble::Refused)),
            (completion("", &json!({"refusal": "I will not"})), Err(Trouble::Refused)),
        ] {
            let said = read(&body, &schema());
            assert_eq!((said.value, said.tokens), (expected, Some((7, 3))), "{body}");
        }
        for body in ["", "{", "[]", "{\"choices\": []}", "<html>"] {
            assert_eq!(read(body, &schema()).value, Err(Trouble::Malformed), "{body}");
        }
    }

    #[test]
    fn a_server_that_binds_less_is_told_the_schema_in_words() {
        let (schema, mut format) = (json!({"type": "object"}), Format::Schema);
        let asked = Asked {
            model: "m",
            instructions: "do",
            material: "text",
            schema_name: "s",
            schema: &schema,
            largest_answer_tokens: 9,
        };
        let mut seen = Vec::new();
        loop {
            let body: Value = serde_json::from_str(&asked.body(format)).unwrap();
            let told = body["messages"][0]["content"].as_str().unwrap().contains("JSON Schema");
            seen.push((body["response_format"]["type"].as_str().map(str::to_owned), told));
            assert_eq!((Format::at(format.place()), &body["max_tokens"]), (format, &json!(9)));
            let Some(looser) = format.looser() else { break };
            format = looser;
        }
        let kind = |name: &str| Some(name.to_owned());
        let expected =
            [(kind("json_schema"), false), (kind("json_object"), false), (kind("json_object"), true), (None, true)];
        assert_eq!(seen, expected);
    }
}
