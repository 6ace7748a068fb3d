//! The host of AWS Lambda.
