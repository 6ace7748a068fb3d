//! The fault sweep: every call of every stage to a store fails once, before and after it took effect; after redelivery
//! the stores equal the fault-free run. And any order, repetition and faults of the dice come to the same end.
#![expect(clippy::unwrap_used, reason = "a test: a failure is its result")]

use async_trait::async_trait;
use domain::{Bucket, DocumentId, DocumentRef, DocumentState, StageName, TenantId};
use pdf::testkit::{Malformed, malformed};
use pipeline::{AmendError, Amending, Records, Verdict};
use ports::faulty::{FaultMoment, Faulty};
use ports::memory::{Contents, MemoryHost};
use ports::{Answer, Host, Model, PortError, Question, Reply, Spent};
use std::collections::BTreeMap;
use std::sync::Arc;
use tests::{Dice, Step, accept, bring_with_project_file, deliver, drain, essence, small_set};

/// A model that says one and the same.
struct OneAnswer;

#[async_trait]
impl Model for OneAnswer {
    async fn ask(&self, _question: &Question) -> Result<Reply, PortError> {
        let value = serde_json::json!({"additions": [{"page": 1, "quote": "чего нет"}], "doubts": [], "phrasings": []});
        let answer = Answer { value, model: "one".to_owned(), tokens: (10, 1) };
        Ok(Reply { outcome: Ok(answer), spent: Spent::default() })
    }
}

/// A host that holds `contents` and has a model.
fn world(contents: Contents) -> MemoryHost {
    MemoryHost::new(contents).asking(Arc::new(OneAnswer))
}

/// A fault-free run over a good set, files that are refused, and (when `with_copy`) the same set under another name.
async fn fault_free_run(with_copy: bool) -> (Contents, Vec<Step>, Contents) {
    let host = world(Contents::default());
    let set = small_set(3);
    accept(&host, "КЖ 1.pdf", &set).await;
    if with_copy {
        accept(&host, "КЖ 1 (копия).pdf", &set).await;
    }
    accept(&host, "письмо.pdf", b"not a PDF at all").await;
    accept(&host, "закрыт.pdf", &malformed(Malformed::Encrypted)).await;
    let start = host.contents();
    let mut steps = drain(&host).await;
    if with_copy {
        // The set is done by now: an act and the bundle are made anew, and with the second file the act is kept as signed.
        let others_dropped: String = (2..=20).map(|place| format!("[[act]]\nwork = {place}\ndrop = true\n")).collect();
        for signed in [false, true] {
            let project_file = format!("[[act]]\nwork = 1\nsigned = {signed}\n{others_dropped}");
            bring_with_project_file(&host, "КЖ 1.pdf", &set, &project_file).await;
            steps.extend(drain(&host).await);
        }
        // A person corrects a title block and adds a workbook: the set is understood and its acts are formed anew.
        let document = DocumentRef { tenant: TenantId::local(), document: DocumentId::of(&set) };
        for step in AMENDMENTS {
            step.take(&host, &document).await.unwrap();
            steps.extend(drain(&host).await);
        }
    }
    (start, steps, host.contents())
}

#[tokio::test]
async fn every_call_of_every_stage_may_fail_once() {
    let (_, mut steps, end) = fault_free_run(true).await;
    // The sweeper has no message of its own in the run: it looks at the world as it was under way, long after.
    let under_way = steps.iter().position(|step| step.stage == StageName::RdAnalyzer).unwrap();
    let before = steps[under_way].before.clone();
    steps.push(Step { before, stage: StageName::Sweeper, body: "{}".to_owned() });

    let mut faults: BTreeMap<StageName, usize> = BTreeMap::new();
    for (number, step) in steps.iter().enumerate() {
        let now_ms = if step.stage == StageName::Sweeper { 10_000_000 } else { 0 };
        let expected = {
            let host = world_without(step, now_ms);
            assert_eq!(deliver(&host, step.stage, &step.body, 1).await, Verdict::Ack, "step {number}");
            essence(&host.contents())
        };
        for moment in [FaultMoment::Before, FaultMoment::After] {
            for nth in 0.. {
                let host = world_without(step, now_ms);
                let faulty = Faulty::new(host.clone(), nth, moment);
                let verdict = deliver(&faulty, step.stage, &step.body, 1).await;
                if faulty.calls() <= nth {
                    assert_eq!(verdict, Verdict::Ack);
                    break;
                }
                let place = format!("{}, call {nth} failed {moment:?}", step.stage);
                assert!(matches!(verdict, Verdict::Retry { .. }), "{place}: {verdict:?}");
                assert_eq!(deliver(&host, step.stage, &step.body, 2).await, Verdict::Ack, "{place}");
                assert_eq!(essence(&host.contents()), expected, "{place}");
                *faults.entry(step.stage).or_default() += 1;
            }
        }
    }
    assert_eq!(faults.len(), StageName::ALL.len(), "stages swept: {:?}", faults.keys());
    let total: usize = faults.values().sum();
    println!("fault sweep: {total} faults over {} messages, stores equal after each: {faults:?}", steps.len());
    assert!(end.messages.is_empty());
}

/// The world before a step, its own message taken from the queue.
fn world_without(step: &Step, now_ms: u64) -> MemoryHost {
    let mut contents = step.before.clone();
    if let Some(own) = contents.messages.iter().position(|(stage, body)| *stage == step.stage && *body == step.body) {
        contents.messages.remove(own);
    }
    let host = world(contents);
    host.set_now_ms(now_ms);
    host
}

/// What persons add to a document.
#[derive(Debug, Clone, Copy)]
enum Amendment {
    Edit,
    Workbook,
}

const AMENDMENTS: [Amendment; 2] = [Amendment::Edit, Amendment::Workbook];

impl Amendment {
    /// As the API takes it.
    async fn take(self, host: &impl Host, document: &DocumentRef) -> Result<(), AmendError> {
        let amending = Amending::build(host).unwrap();
        match self {
            Self::Edit => {
                let edit = ("drawing_list/1/name".to_owned(), Some("Общие данные (исправлено)".to_owned()));
                amending.edit(document, &[edit], "Петрова").await?;
            }
            Self::Workbook => {
                amending.add_workbook(document, "ВОР.xlsx", bill_of_quantities().into()).await?;
            }
        }
        Ok(())
    }
}

fn bill_of_quantities() -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    workbook.set_properties(
        &rust_xlsxwriter::DocProperties::new()
            .set_creation_datetime(&rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 1, 1).unwrap()),
    );
    let sheet = workbook.add_worksheet();
    let rows = [["№ п/п", "Наименование работ", "Ед. изм.", "Кол-во"], ["1", "Обратная засыпка пазух", "м3", "98,5"]];
    for (row, texts) in (0..).zip(rows) {
        for (column, text) in (0..).zip(texts) {
            sheet.write_string(row, column, text).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

/// Results of a document and where it stands: what a person sees.
async fn seen(host: &MemoryHost, document: &DocumentRef) -> (BTreeMap<String, DocumentId>, DocumentState) {
    let contents = host.contents();
    let results = contents.blobs.iter().filter(|((bucket, _), _)| *bucket == Bucket::Results);
    let results = results.map(|((_, key), bytes)| (key.to_string(), DocumentId::of(bytes))).collect();
    let record = Records::new(host.ledger().unwrap()).document(document).await.unwrap().unwrap();
    (results, record.state())
}

#[tokio::test]
async fn what_persons_add_survives_every_fault() {
    let done = world(Contents::default());
    let set = small_set(3);
    accept(&done, "КЖ 1.pdf", &set).await;
    drain(&done).await;
    let document = DocumentRef { tenant: TenantId::local(), document: DocumentId::of(&set) };
    let mut faults = 0;
    for amendment in AMENDMENTS {
        let expected = {
            let host = world(done.contents());
            amendment.take(&host, &document).await.unwrap();
            drain(&host).await;
            seen(&host, &document).await
        };
        assert_ne!(expected, seen(&done, &document).await, "{amendment:?} changes something");
        for moment in [FaultMoment::Before, FaultMoment::After] {
            for nth in 0.. {
                let host = world(done.contents());
                let faulty = Faulty::new(host.clone(), nth, moment);
                let outcome = amendment.take(&faulty, &document).await;
                if faulty.calls() <= nth {
                    outcome.unwrap();
                    break;
                }
                faults += 1;
                let place = format!("{amendment:?}, call {nth} failed {moment:?}");
                assert!(matches!(outcome, Err(AmendError::Store(_))), "{place}: {outcome:?}");
                // The person tries again. What took effect is under way by now, and no more is needed.
                match amendment.take(&host, &document).await {
                    Ok(()) | Err(AmendError::NotAnalyzed) => {}
                    Err(other) => panic!("{place}: {other:?}"),
                }
                drain(&host).await;
                // A message that was lost is sent again by the sweeper, long after.
                host.set_now_ms(10_000_000);
                deliver(&host, StageName::Sweeper, "{}", 1).await;
                drain(&host).await;
                assert_eq!(seen(&host, &document).await, expected, "{place}");
            }
        }
    }
    assert!(faults >= 12, "{faults}");
    println!("{faults} faults while persons added: every end was the same");
}

#[tokio::test]
async fn any_order_repetition_and_faults_come_to_the_same_end() {
    // Of two names of one document the first to be handled names it: with a copy the end would depend on the order.
    let (start, _, end) = fault_free_run(false).await;
    let expected = essence(&end);
    let first_seed = std::env::var("PTO_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1_u64);
    let (mut deliveries, mut repeats, mut faults) = (0, 0, 0);
    for seed in first_seed..first_seed + 12 {
        println!("simulation with PTO_SEED={seed}");
        let mut dice = Dice(seed);
        let host = world(start.clone());
        loop {
            let waiting = host.contents().messages.len();
            if waiting == 0 {
                break;
            }
            let Some((stage, body)) = host.take_message(dice.below(waiting)) else { break };
            deliveries += 1;
            let verdict = if dice.below(4) == 0 {
                faults += 1;
                let moment = if dice.below(2) == 0 { FaultMoment::Before } else { FaultMoment::After };
                deliver(&Faulty::new(host.clone(), dice.below(8), moment), stage, &body, 1).await
            } else {
                deliver(&host, stage, &body, 1).await
            };
            let comes_again = matches!(verdict, Verdict::Retry { .. }) || dice.below(5) == 0;
            assert!(!matches!(verdict, Verdict::Dead { .. }), "seed {seed}: {stage} called {body} malformed");
            if comes_again && deliveries < 20_000 {
                repeats += 1;
                host.queue(stage).unwrap().send(&[body]).await.unwrap();
            }
        }
        assert_eq!(essence(&host.contents()), expected, "seed {seed}");
    }
    println!("simulation: {deliveries} deliveries, {repeats} repeated, {faults} with a fault; every end was the same");
}
