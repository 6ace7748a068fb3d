#![expect(clippy::unwrap_used, reason = "a suite of tests: a failure is its result")]

use crate::{Blobs, PortError};
use bytes::Bytes;
use domain::BlobKey;
use futures_util::{StreamExt, stream};

fn key(text: &str) -> BlobKey {
    BlobKey::try_from(text.to_owned()).unwrap()
}

/// Tries the promises of [`Blobs`].
pub async fn blobs(store: &dyn Blobs) {
    what_is_absent_is_none(store).await;
    a_written_object_is_read_back(store).await;
    a_second_write_replaces_the_first(store).await;
    ranges_are_cut_at_the_end(store).await;
    pieces_become_one_object(store).await;
    an_object_whose_pieces_fail_is_not_written(store).await;
    deletion_is_repeatable(store).await;
    lists_are_sorted_and_bounded_by_the_prefix(store).await;
    a_users_own_name_is_a_key_like_any_other(store).await;
    concurrent_writers_leave_one_whole_object(store).await;
}

async fn what_is_absent_is_none(store: &dyn Blobs) {
    let absent = key("t/absent");
    assert_eq!(store.get(&absent).await.unwrap(), None);
    assert_eq!(store.get_range(&absent, 0..10).await.unwrap(), None);
    assert_eq!(store.get_range(&absent, 5..5).await.unwrap(), None);
    assert_eq!(store.size(&absent).await.unwrap(), None);
}

async fn a_written_object_is_read_back(store: &dyn Blobs) {
    for bytes in [Bytes::new(), Bytes::from_static(b"abc"), Bytes::from(vec![7; 3_000_000])] {
        let own = key("t/a/b.c-d_e");
        store.put(&own, bytes.clone()).await.unwrap();
        assert_eq!(store.size(&own).await.unwrap(), Some(bytes.len() as u64));
        assert!(store.get(&own).await.unwrap() == Some(bytes), "what was read is not what was written");
    }
}

async fn a_second_write_replaces_the_first(store: &dyn Blobs) {
    let own = key("t/replaced");
    store.put(&own, Bytes::from_static(b"a long first version")).await.unwrap();
    store.put(&own, Bytes::from_static(b"short")).await.unwrap();
    assert_eq!(store.get(&own).await.unwrap().as_deref(), Some(&b"short"[..]));
}

async fn ranges_are_cut_at_the_end(store: &dyn Blobs) {
    let own = key("t/ranges");
    store.put(&own, Bytes::from_static(b"0123456789")).await.unwrap();
    for (range, expected) in
        [(2..5, "234"), (0..10, "0123456789"), (8..100, "89"), (5..5, ""), (10..20, ""), (50..60, "")]
    {
        let read = store.get_range(&own, range.clone()).await.unwrap();
        assert_eq!(read.as_deref(), Some(expected.as_bytes()), "{range:?}");
    }
}

async fn pieces_become_one_object(store: &dyn Blobs) {
    let own = key("t/pieces");
    for sizes in [vec![], vec![0], vec![3, 0, 5], vec![5_000_000, 1, 9_000_000, 4_000_000]] {
        let pieces: Vec<Bytes> = sizes.iter().zip(1_u8..).map(|(size, fill)| Bytes::from(vec![fill; *size])).collect();
        let expected = Bytes::from(pieces.concat());
        store.put_pieces(&own, stream::iter(pieces.into_iter().map(Ok)).boxed()).await.unwrap();
        assert!(store.get(&own).await.unwrap() == Some(expected), "pieces of {sizes:?}");
    }
}

async fn an_object_whose_pieces_fail_is_not_written(store: &dyn Blobs) {
    let own = key("t/broken-off");
    store.put(&own, Bytes::from_static(b"before")).await.unwrap();
    for good in [0, 1, 3] {
        let pieces = std::iter::repeat_n(Bytes::from(vec![1; 6_000_000]), good).map(Ok);
        let broken = pieces.chain([Err(PortError::new("make a piece", "no more"))]);
        let written = store.put_pieces(&own, stream::iter(broken.collect::<Vec<_>>()).boxed()).await;
        assert!(written.unwrap_err().to_string().contains("make a piece"));
        assert_eq!(store.get(&own).await.unwrap().as_deref(), Some(&b"before"[..]));
        assert!(store.list("t/").await.unwrap().iter().all(|key| !key.as_str().contains("broken-off#")));
    }
}

async fn deletion_is_repeatable(store: &dyn Blobs) {
    let own = key("t/deleted");
    store.put(&own, Bytes::from_static(b"x")).await.unwrap();
    store.delete(&own).await.unwrap();
    store.delete(&own).await.unwrap();
    assert_eq!(store.get(&own).await.unwrap(), None);
}

async fn lists_are_sorted_and_bounded_by_the_prefix(store: &dyn Blobs) {
    for text in ["list/b/2", "list/b/1", "list/bb/1", "list/a"] {
        store.put(&key(text), Bytes::from_static(b"x")).await.unwrap();
    }
    let inside: Vec<_> = store.list("list/b/").await.unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(inside, ["list/b/1", "list/b/2"]);
    let all: Vec<_> = store.list("list/").await.unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(all, ["list/a", "list/b/1", "list/b/2", "list/bb/1"]);
    assert!(store.list("nowhere/").await.unwrap().is_empty());
    assert!(store.list("").await.unwrap().len() >= 4);
}

async fn a_users_own_name_is_a_key_like_any_other(store: &dyn Blobs) {
    for name in ["dropped/АОСР № 1 + план.pdf", "dropped/a&b <c> %41 'ё' ~!.pdf", "dropped/объект 7/КЖ?#.pdf"]
    {
        let own = BlobKey::dropped(name.to_owned()).unwrap();
        store.put(&own, Bytes::from_static(b"0123")).await.unwrap();
        assert_eq!(store.size(&own).await.unwrap(), Some(4), "{name}");
        assert_eq!(store.get(&own).await.unwrap().as_deref(), Some(&b"0123"[..]), "{name}");
        assert_eq!(store.get_range(&own, 1..3).await.unwrap().as_deref(), Some(&b"12"[..]), "{name}");
        store.delete(&own).await.unwrap();
        assert_eq!(store.size(&own).await.unwrap(), None, "{name}");
    }
}

async fn concurrent_writers_leave_one_whole_object(store: &dyn Blobs) {
    let own = key("t/contended");
    let versions: Vec<Bytes> = (0..8_u8).map(|version| Bytes::from(vec![version; 100_000])).collect();
    let writes = versions.iter().map(|bytes| store.put(&own, bytes.clone()));
    for written in futures_util::future::join_all(writes).await {
        written.unwrap();
    }
    let read = store.get(&own).await.unwrap().unwrap();
    assert!(versions.contains(&read), "the object is a mixture of two writes");
}
