use domain::BlobKey;
use std::str::FromStr;

/// A place that is no `bucket` and no `bucket/prefix`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("read `{0}` as a bucket name, or as `bucket/prefix`")]
pub struct InvalidLocation(pub String);

/// Where the objects of one of our buckets really are: a bucket of the cloud, or a folder in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketLocation {
    bucket: String,
    /// Empty, or ending at a `/`.
    prefix: String,
}

impl BucketLocation {
    /// Name of the cloud's bucket.
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// Key in the cloud's bucket.
    pub fn full_key(&self, key: &BlobKey) -> String {
        self.full_prefix(key.as_str())
    }

    /// The object as logs and errors may name it: a name that a user gave is hidden.
    pub fn shown(&self, key: &BlobKey) -> String {
        format!("{}/{}{key}", self.bucket, self.prefix)
    }

    /// `prefix` of our keys as a prefix of keys in the cloud's bucket.
    pub fn full_prefix(&self, prefix: &str) -> String {
        format!("{}{prefix}", self.prefix)
    }

    /// Our key of an object; `None` when the object is not one of ours (another folder, a folder's own mark).
    pub fn own_key(&self, full_key: &str) -> Option<BlobKey> {
        BlobKey::dropped(full_key.strip_prefix(&self.prefix)?.to_owned()).ok()
    }
}

impl FromStr for BucketLocation {
    type Err = InvalidLocation;

    fn from_str(text: &str) -> Result<Self, InvalidLocation> {
        let (bucket, folder) = text.split_once('/').unwrap_or((text, ""));
        let folder = folder.trim_end_matches('/');
        let name_is_good = (3..=63).contains(&bucket.len())
            && bucket.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte));
        let folder_is_good = folder.is_empty() || BlobKey::try_from(folder.to_owned()).is_ok();
        if !name_is_good || !folder_is_good {
            return Err(InvalidLocation(text.to_owned()));
        }
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        Ok(Self { bucket: bucket.to_owned(), prefix })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_and_a_folder_in_it_are_told_apart() {
        for (text, bucket, key) in [
            ("pto-results", "pto-results", "local/a"),
            ("pto-results/", "pto-results", "local/a"),
            ("pto-results/pages", "pto-results", "pages/local/a"),
            ("pto-results/x/pages/", "pto-results", "x/pages/local/a"),
        ] {
            let location: BucketLocation = text.parse().unwrap();
            let own = BlobKey::try_from("local/a".to_owned()).unwrap();
            assert_eq!((location.bucket(), location.full_key(&own).as_str()), (bucket, key));
            assert_eq!(location.own_key(key), Some(own));
        }
    }

    #[test]
    fn the_name_that_a_user_gave_is_not_shown() {
        let location: BucketLocation = "pto-uploads/x".parse().unwrap();
        let shown = |key| location.shown(&key);
        assert_eq!(shown(BlobKey::try_from("local/a".to_owned()).unwrap()), "pto-uploads/x/local/a");
        let dropped = shown(BlobKey::dropped("local/Петров.pdf".to_owned()).unwrap());
        assert!(dropped.starts_with("pto-uploads/x/local/(dropped file ") && !dropped.contains("Петров"), "{dropped}");
    }

    #[test]
    fn what_is_not_ours_has_no_own_key() {
        let location: BucketLocation = "bucket/pages".parse().unwrap();
        for key in ["index/a", "pages", "pages/", "pages/a/"] {
            assert_eq!(location.own_key(key), None, "{key}");
        }
    }

    #[test]
    fn what_is_no_place_is_refused() {
        for text in ["", "/", "ab", "Bucket", "bucket//pages", "bucket/../x", "s3://bucket", "arn:aws:s3:::bucket"] {
            assert!(text.parse::<BucketLocation>().is_err(), "{text}");
        }
    }
}
