use super::*;
use async_trait::async_trait;
use domain::{DocumentId, HiddenWorks, Rect, TenantId, TextSource, Word, Work};
use ports::memory::MemoryHost;
use ports::{Answer, Host, Reply};
use std::sync::Mutex;

fn document() -> DocumentRef {
    DocumentRef { tenant: TenantId::local(), document: DocumentId::of(b"set") }
}

fn page(number: u32, text: &str) -> Page {
    let bounds = Rect { x0: 0.0, y0: 0.0, x1: 10.0, y1: 10.0 };
    let word = |text: &str| Word { text: text.to_owned(), bounds, size_pt: 9.0, rotation_deg: 0, confidence: 1.0 };
    Page {
        page: number,
        width_pt: 595.0,
        height_pt: 842.0,
        source: TextSource::Text,
        text: text.to_owned(),
        words: text.split_whitespace().map(word).collect(),
        faults: Vec::new(),
        title_block: None,
        tables: Vec::new(),
    }
}

fn rules() -> Analysis {
    let json = json!({
        "title_blocks": [], "drawing_list": [], "references": [], "specification": [], "warnings": [],
        "hidden_works": HiddenWorks { mode: HiddenWorksMode::List, heading: None, items: Vec::new() },
        "works": [],
    });
    let mut analysis: Analysis = serde_json::from_value(json).unwrap();
    let work = json!({
        "name": "Устройство песчаной подготовки", "location": null, "sequence": 1, "source": "list", "norms": [],
        "materials": [], "evidence": {
            "document": document().document, "page": 3, "boxes": [], "quote": "устройство песчаной подготовки",
            "confidence": 1.0, "by": "rule",
        },
    });
    analysis.works.push(serde_json::from_value::<Work>(work).unwrap());
    analysis
}

const TEXT: &str =
    "Перечень скрытых работ: устройство песчаной подготовки толщиной 100 мм; армирование фундаментной плиты.";

fn claim(page: i64, quote: &str, work: i64, reason: &str, text: &str) -> Claim {
    let [quote, reason, text] = [quote, reason, text].map(str::to_owned);
    Claim { work, page, quote, reason, text }
}

#[test]
fn only_what_stands_on_the_page_holds() {
    let pages = [page(3, TEXT), page(4, "Общие указания")];
    let said = Said {
        additions: vec![
            claim(3, "армирование фундаментной плиты", 0, "", ""),
            claim(3, "армирование фундаментной плиты", 0, "", ""),
            claim(3, "армирование стен подвала", 0, "", ""),
            claim(4, "армирование фундаментной плиты", 0, "", ""),
            claim(99, "армирование фундаментной плиты", 0, "", ""),
            claim(3, "устройство песчаной подготовки", 0, "", ""),
            claim(-3, "", 0, "", ""),
        ],
        doubts: vec![
            claim(3, "устройство песчаной подготовки", 1, "incomplete", ""),
            claim(3, "устройство песчаной подготовки", 1, "акт подписан", ""),
            claim(3, "устройство песчаной подготовки", 7, "duplicate", ""),
        ],
        phrasings: vec![
            claim(3, "устройство песчаной подготовки толщиной 100 мм", 1, "", "Подготовка песчаная, 100 мм"),
            claim(3, "устройство песчаной подготовки толщиной 100 мм", 1, "", "Устройство песчаной подготовки, 200 мм"),
            claim(3, "устройство песчаной подготовки толщиной 100 мм", 1, "", "Снос здания без замечаний"),
            claim(3, "устройство песчаной подготовки толщиной 100 мм", 1, "", "Устройство песчаной подготовки"),
        ],
    };
    let (findings, dropped) = held(said, &document(), &pages, &rules());
    let texts: Vec<&str> = findings.iter().map(|finding| finding.text.as_str()).collect();
    assert_eq!(texts, ["армирование фундаментной плиты", "incomplete", "Подготовка песчаная, 100 мм"]);
    assert_eq!(dropped, 11);
    assert!(
        findings.iter().all(|finding| finding.evidence.by == EvidenceBy::Model && finding.evidence.confidence <= 0.5)
    );
}

#[test]
fn the_rules_pick_the_telling_pages() {
    let mut pages: Vec<Page> = (1..=40).map(|number| page(number, "План на отметке 0,000")).collect();
    for number in [3, 20, 30] {
        pages[number - 1] = page(number as u32, TEXT);
    }
    let mut analysis = rules();
    let item = json!({"name": "x", "source": "list", "evidence": analysis.works[0].evidence});
    let mut item: domain::HiddenWork = serde_json::from_value(item).unwrap();
    item.evidence.page = 20;
    analysis.hidden_works.items.push(item);
    let picked: Vec<u32> = telling_pages(&pages, &analysis).iter().map(|page| page.page).collect();
    assert_eq!(picked, [20, 3, 30, 21]);
    assert!(telling_pages(&[page(1, "План")], &rules()).is_empty());
}

/// Answers by a script; each answer takes its time on the clock of the host.
struct Slow {
    host: MemoryHost,
    script: Mutex<Vec<(u64, Result<Value, WhyUnanswered>)>>,
    asked: Mutex<Vec<(usize, Duration)>>,
}

#[async_trait]
impl Model for Slow {
    async fn ask(&self, question: &Question) -> Result<Reply, PortError> {
        let shown = question.material.matches("=== страница").count();
        self.asked.lock().unwrap().push((shown, question.within));
        let (takes_ms, outcome) = self.script.lock().unwrap().remove(0);
        let takes_ms = takes_ms.min(question.within.as_millis() as u64);
        self.host.set_now_ms(self.host.clock().unwrap().now_ms() + takes_ms);
        let outcome = outcome.map(|value| Answer { value, model: "m".to_owned(), tokens: (900, 40) });
        Ok(Reply { outcome, spent: Spent { tokens_in: 900, tokens_out: 40, micro_roubles: 5 } })
    }
}

#[tokio::test]
async fn the_ladder_goes_from_all_to_less_to_the_rules() {
    let found = || Ok(json!({"additions": [{"page": 3, "quote": "армирование фундаментной плиты"}]}));
    let pages = [page(3, TEXT), page(4, TEXT), page(5, TEXT)];
    let seconds = |seconds: &[(usize, u64)]| -> Vec<(usize, Duration)> {
        seconds.iter().map(|(pages, seconds)| (*pages, Duration::from_secs(*seconds))).collect()
    };
    // Script; now, in seconds; what was asked; the prompt that was answered.
    for (script, now, asked, prompt) in [
        (vec![(5_000, found())], 0, vec![(3, 120)], Some(ModelPrompt::Full)),
        (
            vec![(500_000, Err(WhyUnanswered::OutOfTime)), (9_000, found())],
            0,
            vec![(3, 120), (2, 90)],
            Some(ModelPrompt::Simplified),
        ),
        (
            vec![(30_000, Err(WhyUnanswered::Malformed)), (9_000, found())],
            0,
            vec![(3, 120), (2, 180)],
            Some(ModelPrompt::Simplified),
        ),
        (
            vec![(500_000, Err(WhyUnanswered::OutOfTime)), (500_000, Err(WhyUnanswered::OutOfTime))],
            0,
            vec![(3, 120), (2, 90)],
            None,
        ),
        (vec![(1_000, found())], 100, vec![(3, 20)], Some(ModelPrompt::Full)),
        (vec![(1_000, found())], 130, vec![(2, 80)], Some(ModelPrompt::Simplified)),
        (vec![], 209, vec![], None),
        (vec![], 4_000, vec![], None),
    ] {
        let host = MemoryHost::default();
        host.set_now_ms(now * 1000);
        let model = Slow { host: host.clone(), script: Mutex::new(script), asked: Mutex::default() };
        let ladder = Ladder { full_until_ms: 120_000, simplified_until_ms: 210_000 };
        let clock = host.clock().unwrap();
        let consulted = consult(&model, clock.as_ref(), ladder, &document(), &pages, &rules()).await.unwrap();
        let calls = model.asked.lock().unwrap().clone();
        assert_eq!(calls, seconds(&asked), "at {now}");
        assert_eq!(consulted.opinion.as_ref().map(|opinion| opinion.prompt), prompt, "at {now}");
        assert_eq!(consulted.spent.tokens_in, 900 * calls.len() as u64);
        assert!(clock.now_ms() <= 210_000.max(now * 1000), "past the last rung: {}", clock.now_ms());
        let code = consulted.warning.unwrap().code;
        assert_eq!(code, if prompt.is_some() { "model-findings" } else { "model-unanswered" });
    }
}

#[test]
fn the_schema_is_one_that_strict_servers_take() {
    fn all_closed(schema: &Value) -> bool {
        let closed = schema["type"] != "object"
            || (schema["additionalProperties"] == false
                && schema["required"].as_array().unwrap().len() == schema["properties"].as_object().unwrap().len());
        closed
            && [&schema["items"], &schema["properties"]].into_iter().all(|inner| match inner {
                Value::Object(fields) if inner["type"].is_null() => fields.values().all(all_closed),
                Value::Object(_) => all_closed(inner),
                _ => true,
            })
    }
    assert!(all_closed(&schema(ModelPrompt::Full)) && all_closed(&schema(ModelPrompt::Simplified)));
}
