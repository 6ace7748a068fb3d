# The document table of the ledger. YDB speaks DynamoDB's protocol for it, and Yandex's own guide makes such tables by
# the provider of AWS with another address. It stands apart because a provider must know its address before the plan,
# and the database that has the address is made by the configuration above.
terraform {
  required_version = ">= 1.9, < 2.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

variable "document_api_endpoint" {
  description = "Выход document_api_endpoint конфигурации infra/yandex."
  type        = string

  validation {
    condition     = startswith(var.document_api_endpoint, "https://")
    error_message = "Адрес Document API начинается с https://."
  }
}

variable "table_name" {
  description = "Выход table_name конфигурации infra/yandex."
  type        = string
}

# Keys: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of the account that applies.
provider "aws" {
  region                      = "ru-central1"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true

  endpoints {
    dynamodb = var.document_api_endpoint
  }
}

resource "aws_dynamodb_table" "ledger" {
  #checkov:skip=CKV_AWS_28:YDB has no point-in-time recovery by this protocol; the database is backed up by YDB itself
  name         = var.table_name
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "PK"
  range_key    = "SK"

  attribute {
    name = "PK"
    type = "S"
  }

  attribute {
    name = "SK"
    type = "S"
  }

  lifecycle {
    prevent_destroy = true
  }
}
