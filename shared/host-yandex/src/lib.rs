//! The host of Yandex Serverless Containers.
