# The ledger: one document table of a serverless YDB, spoken to over the Document API. The table itself is made by the
# configuration in `table/`: the provider's `yandex_ydb_table` makes row tables, which the Document API does not open.
locals {
  table_name = "pto"
}

resource "yandex_ydb_database_serverless" "ledger" {
  folder_id           = var.folder_id
  name                = "${var.name_prefix}-ledger"
  deletion_protection = true

  serverless_database {
    storage_size_limit          = var.table_size_limit_gb
    enable_throttling_rcu_limit = false
  }
}

resource "yandex_ydb_database_iam_binding" "editor" {
  database_id = yandex_ydb_database_serverless.ledger.id
  role        = "ydb.editor"
  members     = [for account in values(local.all_accounts) : "serviceAccount:${account}"]
}
