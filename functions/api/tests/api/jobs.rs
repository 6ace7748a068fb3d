use crate::calling::{World, upload_ref};
use api::{Api, Caller, router};
use axum::body::Body;
use axum::http::Request;
use domain::{StageName, TenantId, UploadState};
use ports::faulty::{FaultMoment, Faulty};
use ports::{Host, LedgerKey};
use serde_json::{Value, json};
use tower::ServiceExt;

/// 2026-12-01 00:00 UTC.
const DECEMBER_MS: u64 = 1_796_083_200_000;

const HOUR_MS: u64 = 3_600_000;

fn files(answer: &Value) -> Vec<&str> {
    answer["jobs"].as_array().unwrap().iter().map(|job| job["file"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_newest_jobs_come_first_over_the_end_of_a_month_and_a_year_of_nothing() {
    let world = World::new();
    let year_ms = 365 * 24 * HOUR_MS;
    let times = [
        ("давно.pdf", DECEMBER_MS - year_ms),
        ("ноябрь 1.pdf", DECEMBER_MS - 2),
        ("ноябрь 2.pdf", DECEMBER_MS - 1),
        ("декабрь 1.pdf", DECEMBER_MS),
        ("декабрь 2.pdf", DECEMBER_MS + HOUR_MS),
    ];
    // The order of arrival at the ledger does not matter.
    for index in [3, 0, 4, 2, 1] {
        let (name, at_ms) = times[index];
        world.host.set_now_ms(at_ms);
        assert_eq!(world.announce(name, name.as_bytes(), None).await.status, 201);
    }
    let expected: Vec<_> = times.iter().rev().map(|(name, _)| *name).collect();
    let all = world.get("/v1/jobs").await.json();
    assert_eq!(files(&all), expected);
    assert_eq!(all["next"], json!(null));
    assert_eq!(all["jobs"][1]["received_at"], "2026-12-01T00:00:00Z");
    for limit in 1..=5 {
        let mut seen = Vec::new();
        let mut path = format!("/v1/jobs?limit={limit}");
        loop {
            let answer = world.get(&path).await.json();
            let page = files(&answer);
            assert!(!page.is_empty() && page.len() <= limit, "{answer}");
            seen.extend(page.into_iter().map(str::to_owned));
            let Some(next) = answer["next"].as_str() else { break };
            path = format!("/v1/jobs?limit={limit}&cursor={next}");
        }
        assert_eq!(seen, expected, "limit {limit}");
    }
    for wrong in ["limit=0", "limit=201", "limit=x", "cursor=x", "cursor=00000000000000000000-%D0%96"] {
        assert_eq!(world.get(&format!("/v1/jobs?{wrong}")).await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn a_project_lists_its_own_jobs() {
    let world = World::new();
    let mut projects = Vec::new();
    for name in ["Дом", "Школа"] {
        let project = world.post("/v1/projects", &json!({ "name": name })).await.json();
        projects.push(project["id"].as_str().unwrap().to_owned());
    }
    let [house, school] = [&projects[0], &projects[1]];
    let same = b"%PDF- of both";
    for (at_ms, name, project) in [(1, "а.pdf", house), (2, "б.pdf", school), (3, "а.pdf", school)] {
        world.host.set_now_ms(at_ms);
        assert_eq!(world.announce(name, same, Some(project)).await.status, 201);
    }
    world.host.set_now_ms(4);
    world.announce("ничей.pdf", same, None).await;
    assert_eq!(files(&world.get(&format!("/v1/jobs?project={house}")).await.json()), ["а.pdf"]);
    let first = world.get(&format!("/v1/jobs?project={school}&limit=1")).await.json();
    assert_eq!(files(&first), ["а.pdf"]);
    let next = first["next"].as_str().unwrap();
    let second = world.get(&format!("/v1/jobs?project={school}&limit=1&cursor={next}")).await.json();
    assert_eq!((files(&second), &second["next"]), (vec!["б.pdf"], &json!(null)));
    let all = world.get("/v1/jobs").await.json();
    assert_eq!(files(&all), ["ничей.pdf", "а.pdf", "б.pdf", "а.pdf"]);
    let of: Vec<_> = all["jobs"].as_array().unwrap().iter().map(|job| job["project"].as_str()).collect();
    assert_eq!(of, [None, Some(school.as_str()), Some(school), Some(house)]);
    let job = world.get(&format!("/v1/jobs/{}", all["jobs"][1]["id"].as_str().unwrap())).await.json();
    assert_eq!(job, all["jobs"][1]);
    assert_eq!(world.get("/v1/jobs?project=unknown").await.status, 404);
}

#[tokio::test]
async fn a_crash_at_any_call_of_an_announcement_is_healed_by_its_repeat() {
    let mut faults = 0;
    for moment in [FaultMoment::Before, FaultMoment::After] {
        for nth in 0.. {
            let world = World::new();
            world.host.set_now_ms(DECEMBER_MS - 1);
            // Known from an earlier month, given up: it must move in the list.
            let id = world.announce("КЖ.pdf", b"%PDF-", None).await.json()["job"]["id"].as_str().unwrap().to_owned();
            let failed = UploadState::Failed { stage: StageName::Sweeper, message: "не вышло".to_owned() };
            world.records().update_upload(&upload_ref(&id), |record| record.state = failed.clone()).await.unwrap();

            world.host.set_now_ms(DECEMBER_MS);
            let faulty = Faulty::new(world.host.clone(), nth, moment);
            let uri = "/v1/jobs?name=%D0%9A%D0%96.pdf";
            let request = Request::post(uri).extension(Caller { tenant: TenantId::local() });
            let request = request.body(Body::from("%PDF-")).unwrap();
            let answered = router(Api::build(&faulty).unwrap()).oneshot(request).await.unwrap();
            let listed = world.get("/v1/jobs").await.json();
            assert_eq!(files(&listed), ["КЖ.pdf"], "call {nth} failed {moment:?}: listed once even after a crash");
            if faulty.calls() <= nth {
                assert_eq!(answered.status(), 202);
                break;
            }
            assert_eq!(answered.status(), 500, "call {nth} {moment:?}");
            faults += 1;
            world.host.set_now_ms(DECEMBER_MS + 1);
            assert_eq!(world.call("POST", uri, &[], b"%PDF-").await.status, 202);
            let healed = world.get("/v1/jobs").await.json();
            assert_eq!(files(&healed), ["КЖ.pdf"], "call {nth} {moment:?}");
            assert_eq!(healed["jobs"][0]["received_at"], "2026-12-01T00:00:00Z");
            assert!(world.messages().contains(&StageName::UploadHandler));
        }
    }
    assert!(faults > 20, "only {faults} calls were made to fail");
}

#[tokio::test]
async fn a_page_of_the_list_reads_only_what_it_shows() {
    let world = World::new();
    for number in 0..300_u64 {
        world.host.set_now_ms(DECEMBER_MS + number);
        let name = format!("{number}.pdf");
        world.announce(&name, name.as_bytes(), None).await;
    }
    let host = Faulty::new(world.host.clone(), usize::MAX, FaultMoment::Before);
    let request = Request::get("/v1/jobs?limit=10").extension(Caller { tenant: TenantId::local() });
    let request = request.body(Body::empty()).unwrap();
    let answered = router(Api::build(&host).unwrap()).oneshot(request).await.unwrap();
    assert_eq!(answered.status(), 200);
    assert!(host.calls() <= 2 + 11, "{} calls for a page of 10", host.calls());
    let month = LedgerKey::uploads_listed_in(&TenantId::local(), domain::Month::of_ms(DECEMBER_MS));
    assert_eq!(month, "T#local#JOBS#2026-12");
    assert_eq!(world.host.ledger().unwrap().query(&month, None, 1_000).await.unwrap().len(), 300);
}

#[tokio::test]
async fn an_upload_that_takes_long_is_warned_about_and_goes_on() {
    let world = World::with_links();
    world.host.set_now_ms(DECEMBER_MS);
    let id = world.announce("КЖ.pdf", b"%PDF-", None).await.json()["job"]["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/jobs/{id}");
    world.host.set_now_ms(DECEMBER_MS + 15_000);
    assert_eq!(world.get(&path).await.json()["warnings"], json!([]));
    world.host.set_now_ms(DECEMBER_MS + 15_001);
    let job = world.get(&path).await.json();
    assert_eq!((&job["state"], &job["warnings"][0]["code"]), (&json!("accepted"), &json!("slow-upload")));
    assert!(job["warnings"][0]["message"].as_str().unwrap().contains("продолжается"), "{job}");
    assert_eq!(world.get("/v1/jobs").await.json()["jobs"][0], job);
    world.host.set_now_ms(DECEMBER_MS + HOUR_MS + 1);
    let overdue = world.get(&path).await.json();
    assert_eq!(overdue["warnings"].as_array().unwrap().len(), 1, "{overdue}");
    assert_eq!(overdue["warnings"][0]["code"], "upload-overdue");
    assert!(overdue["warnings"][0]["message"].as_str().unwrap().contains("«КЖ.pdf»"), "{overdue}");

    world.announce("КЖ.pdf", b"%PDF-", None).await;
    assert_eq!(world.get(&path).await.json()["warnings"], json!([]), "announced again, the time begins anew");
    world.host.set_now_ms(DECEMBER_MS + 3 * HOUR_MS);
    world.finish(&id, b"%PDF-").await;
    let job = world.get(&path).await.json();
    assert_eq!((&job["state"], &job["warnings"], &job["pages_read"]), (&json!("done"), &json!([]), &json!(2)));
}

#[tokio::test]
async fn a_host_that_counts_pages_is_asked() {
    let world = World::new();
    let taken = world.call("POST", "/v1/jobs?name=a.pdf", &[], b"%PDF-").await.json();
    let id = taken["id"].as_str().unwrap();
    let document = world.finish(id, b"%PDF-").await;
    world.records().update_document(&document, |record| record.all_chunks_read = false).await.unwrap();
    let path = format!("/v1/jobs/{id}");
    assert_eq!(world.get(&path).await.json()["pages_read"], 0);
    let router = router(Api::build(&world.host).unwrap().with_pages_read(|_| 1));
    let counting = World { host: world.host.clone(), router };
    assert_eq!(counting.get(&path).await.json()["pages_read"], 1);
}
