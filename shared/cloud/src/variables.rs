use ports::Missing;
use std::collections::BTreeMap;
use std::fmt;

/// The configuration of a host, by the names of environment variables. An empty value counts as none. Secrets are
/// among the values, so only the names are ever printed.
#[derive(Clone, Default)]
pub struct Variables(BTreeMap<String, String>);

impl Variables {
    /// The environment of this process; what is not UTF-8 is left out.
    pub fn of_process() -> Self {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }

    /// The value, if one is set.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The value, or an error that says what it is for and which variable to set.
    pub fn require(&self, what: &str, name: &str) -> Result<&str, Missing> {
        self.get(name).ok_or_else(|| Missing { what: what.to_owned(), how: name.to_owned() })
    }

    /// Address of a service as the SDKs know it, `AWS_ENDPOINT_URL_<SERVICE>` or `AWS_ENDPOINT_URL`, without a slash at
    /// its end. `service` as in the variable: `S3`, `DYNAMODB`.
    pub fn endpoint(&self, service: &str) -> Option<&str> {
        let own = self.get(&format!("AWS_ENDPOINT_URL_{service}"));
        own.or_else(|| self.get("AWS_ENDPOINT_URL")).map(|url| url.trim_end_matches('/'))
    }
}

impl FromIterator<(String, String)> for Variables {
    fn from_iter<Pairs: IntoIterator<Item = (String, String)>>(pairs: Pairs) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl fmt::Debug for Variables {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> Variables {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn an_empty_value_is_a_missing_one() {
        let some = variables(&[("PTO_TABLE", "")]);
        let missing = some.require("the table", "PTO_TABLE").unwrap_err();
        assert_eq!(missing.to_string(), "find the table: set PTO_TABLE");
    }

    #[test]
    fn the_address_of_one_service_goes_before_that_of_all() {
        let some = variables(&[("AWS_ENDPOINT_URL", "http://all/"), ("AWS_ENDPOINT_URL_S3", "http://s3")]);
        assert_eq!((some.endpoint("S3"), some.endpoint("SQS")), (Some("http://s3"), Some("http://all")));
    }

    #[test]
    fn values_are_not_printed() {
        let printed = format!("{:?}", variables(&[("AWS_SECRET_ACCESS_KEY", "hush")]));
        assert!(printed.contains("AWS_SECRET_ACCESS_KEY") && !printed.contains("hush"), "{printed}");
    }
}
