//! Adapters of the ports over S3, SQS, DynamoDB and the links of content networks.
