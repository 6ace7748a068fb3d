# One entry per stage: the names are those of the stages in the program, and a test of the repository compares the sets.
#
#   memory_mb    in steps of 128; above 4 GB Serverless Containers give two cores
#   timeout_s    the stage's own limit; the queue hides a message six times as long
#   concurrency  requests that one instance takes at a time: 1 where a request fills a core or the memory
#   reads/writes prefixes of the buckets in `storage.tf`; a writer reads too
#   sends        stages to whose queues it sends
#   triggers     what calls it: its queue, objects created among the uploads, a timer
locals {
  stages = {
    upload-handler = {
      memory_mb = 2048, cores = 1, concurrency = 1, timeout_s = 60
      reads     = ["uploads"]
      writes    = ["pages"]
      sends     = ["pdf-splitter", "indexer", "rd-analyzer", "aosr-generator", "bundle-builder"]
      triggers  = ["objects", "queue"]
    }
    pdf-splitter = {
      memory_mb = 2048, cores = 1, concurrency = 1, timeout_s = 60
      reads     = ["uploads"]
      writes    = ["pages"]
      sends     = ["page-extractor", "page-recognizer"]
      triggers  = ["queue"]
    }
    page-extractor = {
      memory_mb = 2048, cores = 1, concurrency = 1, timeout_s = 120
      reads     = ["uploads"]
      writes    = ["pages"]
      sends     = ["indexer", "rd-analyzer"]
      triggers  = ["queue"]
    }
    page-recognizer = {
      memory_mb = 4096, cores = 1, concurrency = 1, timeout_s = 240
      reads     = ["uploads"]
      writes    = ["pages"]
      sends     = ["indexer", "rd-analyzer"]
      triggers  = ["queue"]
    }
    indexer = {
      memory_mb = 1024, cores = 1, concurrency = 1, timeout_s = 120
      reads     = ["pages"]
      writes    = ["index"]
      sends     = []
      triggers  = ["queue"]
    }
    rd-analyzer = {
      memory_mb = 2048, cores = 1, concurrency = 1, timeout_s = 240
      reads     = []
      writes    = ["pages", "results"]
      sends     = ["aosr-generator"]
      triggers  = ["queue"]
    }
    aosr-generator = {
      memory_mb = 1024, cores = 1, concurrency = 1, timeout_s = 90
      reads     = []
      writes    = ["results"]
      sends     = ["bundle-builder"]
      triggers  = ["queue"]
    }
    bundle-builder = {
      memory_mb = 2048, cores = 1, concurrency = 1, timeout_s = 120
      reads     = []
      writes    = ["results"]
      sends     = []
      triggers  = ["queue"]
    }
    sweeper = {
      memory_mb = 256, cores = 1, concurrency = 1, timeout_s = 60
      reads     = []
      writes    = []
      sends     = ["pdf-splitter", "indexer", "rd-analyzer", "aosr-generator", "bundle-builder"]
      triggers  = ["timer"]
    }
  }

  # How many times a message is shown before it moves to the dead letters (`StageName::max_attempts`).
  max_receive_count = 5
  visibility_factor = 6

  # The largest file that is taken, as on AWS. It must fit the memory of whoever holds files whole: upload-handler (one, when
  # it copies a dropped file), pdf-splitter (two), page-extractor (two), page-recognizer (one); a test of the repository
  # reckons it.
  largest_file_mib = 512
}

module "queue" {
  source   = "./modules/queue"
  for_each = local.stages

  name                       = "${var.name_prefix}-${each.key}"
  visibility_timeout_seconds = local.visibility_factor * each.value.timeout_s
  max_receive_count          = local.max_receive_count
}

module "stage" {
  source   = "./modules/stage"
  for_each = local.stages

  name              = "${var.name_prefix}-${each.key}"
  command           = each.key
  folder_id         = var.folder_id
  image             = var.image
  memory_mb         = each.value.memory_mb
  cores             = each.value.cores
  concurrency       = each.value.concurrency
  timeout_s         = each.value.timeout_s
  log_group_id      = yandex_logging_group.pto.id
  secrets_kms_key   = yandex_kms_symmetric_key.secrets.id
  max_receive_count = local.max_receive_count

  triggers         = each.value.triggers
  queue_arn        = module.queue[each.key].arn
  dead_letters_arn = module.queue[each.key].dead_letters_arn
  timer            = "0/5 * * * ? *"
  bucket           = yandex_storage_bucket.uploads.bucket

  environment = merge(
    local.common_environment,
    { PTO_DEAD_LETTERS = module.queue[each.key].dead_letters_url },
    { for place in toset(concat(each.value.reads, each.value.writes)) : "PTO_BUCKET_${upper(place)}" => local.places[place].variable },
    { for stage in each.value.sends : "PTO_QUEUE_${upper(replace(stage, "-", "_"))}" => module.queue[stage].url },
    each.key == "rd-analyzer" && var.model.url != "" ? local.model_environment : {},
  )

  secrets = each.key == "rd-analyzer" && var.model.url != "" ? {
    PTO_MODEL_KEY = { secret_id = yandex_lockbox_secret.model[0].id, version_id = yandex_lockbox_secret_version.model[0].id, key = "key" }
  } : {}
}

locals {
  # Where there is no model there are no variables of one, and rules do all. The containers share the limits evenly.
  model_environment = {
    PTO_MODEL_URL                 = var.model.url
    PTO_MODEL_NAME                = var.model.name
    PTO_MODEL_PRICE_IN            = tostring(var.model.price_in)
    PTO_MODEL_PRICE_OUT           = tostring(var.model.price_out)
    PTO_MODEL_CAP_DOCUMENT        = tostring(var.model.cap_document)
    PTO_MODEL_CAP_TENANT          = tostring(var.model.cap_tenant)
    PTO_MODEL_CAP_MONTH           = tostring(var.model.cap_month)
    PTO_MODEL_IN_RUSSIA           = var.model.in_russia ? "yes" : "no"
    PTO_MODEL_HOME_TENANTS        = join(",", var.model.home_tenants)
    PTO_MODEL_REQUESTS_PER_MINUTE = "10000"
    PTO_MODEL_TOKENS_PER_MINUTE   = "1000000"
    PTO_MODEL_PROCESSES           = tostring(var.model.processes)
  }
}

locals {
  common_environment = {
    AWS_REGION                = "ru-central1"
    AWS_ENDPOINT_URL_S3       = "https://storage.yandexcloud.net"
    AWS_ENDPOINT_URL_SQS      = "https://message-queue.api.cloud.yandex.net"
    AWS_ENDPOINT_URL_DYNAMODB = yandex_ydb_database_serverless.ledger.document_api_endpoint
    PTO_LARGEST_FILE_MIB      = tostring(local.largest_file_mib)
    PTO_TABLE                 = local.table_name
    PTO_LOG                   = "info"
    PTO_TESSERACT             = "tesseract"
  }

  # Accounts by what they may do, for the bindings in the other files.
  stage_accounts = { for name, stage in module.stage : name => stage.service_account_id }
  all_accounts   = merge(local.stage_accounts, { api = module.api.service_account_id })
}
