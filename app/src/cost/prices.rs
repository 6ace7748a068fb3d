use serde::Deserialize;
use std::collections::BTreeMap;

/// What one cloud asks for, on one day in one region.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PriceList {
    /// `aws` or `yandex`.
    pub(crate) cloud: String,
    /// Region.
    pub(crate) region: String,
    /// `USD` or `RUB`.
    pub(crate) currency: Currency,
    /// The day the list was written, ISO.
    pub(crate) date: String,
    /// What the reader of the bill should know, a Russian sentence each.
    #[serde(default)]
    pub(crate) notes_ru: Vec<String>,
    /// The prices by name.
    pub(crate) prices: BTreeMap<String, Price>,
}

/// The unit of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum Currency {
    /// US dollars.
    #[serde(rename = "USD")]
    Usd,
    /// Roubles.
    #[serde(rename = "RUB")]
    Rub,
}

/// One price.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Price {
    /// Money for `per` units; null = not known.
    pub(crate) price: Option<f64>,
    /// Units that the price is for.
    pub(crate) per: f64,
    /// The unit, in Russian.
    #[serde(rename = "unit_ru")]
    _unit: String,
    /// Units a month that cost nothing.
    #[serde(default)]
    pub(crate) free_per_month: f64,
    /// The provider's page, by its name.
    pub(crate) source: String,
    /// How it was come by: empty when it was read on that page, else what is to be done, in Russian.
    #[serde(default)]
    pub(crate) to_check: String,
}

impl Price {
    /// Money for `quantity` units a month.
    pub(crate) fn of(&self, quantity: f64, free_tier: bool) -> Option<f64> {
        let free = if free_tier { self.free_per_month } else { 0.0 };
        self.price.map(|price| (quantity - free).max(0.0) * price / self.per)
    }
}

impl PriceList {
    /// Reads a price file.
    pub(crate) fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_for_so_many_units_beyond_what_is_free() {
        let price: Price = serde_json::from_str(
            r#"{"price": 0.2, "per": 1000000, "unit_ru": "запрос", "free_per_month": 1000000, "source": "x"}"#,
        )
        .unwrap();
        assert_eq!(price.of(3_000_000.0, false), Some(0.6));
        assert_eq!(price.of(3_000_000.0, true), Some(0.4));
        assert_eq!(price.of(10.0, true), Some(0.0));
    }
}
