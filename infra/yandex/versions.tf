terraform {
  required_version = ">= 1.9, < 2.0"

  required_providers {
    yandex = {
      source  = "yandex-cloud/yandex"
      version = "0.145.0"
    }
  }
}

provider "yandex" {
  cloud_id  = var.cloud_id
  folder_id = var.folder_id
  zone      = "ru-central1-a"

  # Queues and bucket policies are made over the S3- and SQS-like protocols, which take static keys; all else takes the
  # token of the one who applies (YC_TOKEN or a service account key file).
  ymq_access_key     = var.deployer_access_key
  ymq_secret_key     = var.deployer_secret_key
  storage_access_key = var.deployer_access_key
  storage_secret_key = var.deployer_secret_key
}
