# A container with an account of its own, its key, and what calls it.
terraform {
  required_providers {
    yandex = {
      source = "yandex-cloud/yandex"
    }
  }
}

resource "yandex_iam_service_account" "stage" {
  folder_id   = var.folder_id
  name        = var.name
  description = "pto container ${var.command}"
}

# Object Storage, Message Queue and the Document API take signatures of a static key, not tokens. The key goes straight
# into Lockbox and never into the state.
resource "yandex_lockbox_secret" "key" {
  folder_id           = var.folder_id
  name                = "${var.name}-key"
  kms_key_id          = var.secrets_kms_key
  deletion_protection = true
}

resource "yandex_iam_service_account_static_access_key" "stage" {
  service_account_id = yandex_iam_service_account.stage.id
  description        = "pto container ${var.command}"

  output_to_lockbox {
    secret_id            = yandex_lockbox_secret.key.id
    entry_for_access_key = "access_key"
    entry_for_secret_key = "secret_key"
  }
}

resource "yandex_lockbox_secret_iam_member" "key_reader" {
  secret_id = yandex_lockbox_secret.key.id
  role      = "lockbox.payloadViewer"
  member    = "serviceAccount:${yandex_iam_service_account.stage.id}"
}

resource "yandex_lockbox_secret_iam_member" "secret_reader" {
  for_each = var.secrets

  secret_id = each.value.secret_id
  role      = "lockbox.payloadViewer"
  member    = "serviceAccount:${yandex_iam_service_account.stage.id}"
}

# Lockbox decrypts in the name of the one who reads.
resource "yandex_kms_symmetric_key_iam_member" "key_reader" {
  symmetric_key_id = var.secrets_kms_key
  role             = "kms.keys.decrypter"
  member           = "serviceAccount:${yandex_iam_service_account.stage.id}"
}

# One account at a time: a binding of all accounts would wait for all containers, and each of them for the binding.
resource "yandex_resourcemanager_folder_iam_member" "puller" {
  folder_id = var.folder_id
  role      = "container-registry.images.puller"
  member    = "serviceAccount:${yandex_iam_service_account.stage.id}"
}

# Roles of Message Queue are given on the folder: it knows none on a queue.
resource "yandex_resourcemanager_folder_iam_member" "sender" {
  folder_id = var.folder_id
  role      = "ymq.writer"
  member    = "serviceAccount:${yandex_iam_service_account.stage.id}"
}

resource "yandex_serverless_container" "stage" {
  folder_id          = var.folder_id
  name               = var.name
  description        = "pto container ${var.command}"
  memory             = var.memory_mb
  cores              = var.cores
  core_fraction      = 100
  concurrency        = var.concurrency
  execution_timeout  = "${var.timeout_s}s"
  service_account_id = yandex_iam_service_account.stage.id

  runtime {
    type = "http"
  }

  image {
    url         = var.image
    command     = ["/usr/local/bin/pto"]
    args        = ["container", var.command]
    environment = var.environment
  }

  secrets {
    id                   = yandex_lockbox_secret.key.id
    version_id           = yandex_iam_service_account_static_access_key.stage.output_to_lockbox_version_id
    key                  = "access_key"
    environment_variable = "AWS_ACCESS_KEY_ID"
  }

  secrets {
    id                   = yandex_lockbox_secret.key.id
    version_id           = yandex_iam_service_account_static_access_key.stage.output_to_lockbox_version_id
    key                  = "secret_key"
    environment_variable = "AWS_SECRET_ACCESS_KEY"
  }

  dynamic "secrets" {
    for_each = var.secrets
    content {
      id                   = secrets.value.secret_id
      version_id           = secrets.value.version_id
      key                  = secrets.value.key
      environment_variable = secrets.key
    }
  }

  log_options {
    log_group_id = var.log_group_id
    min_level    = "INFO"
  }

  # The revision starts only when its account can fetch the image and read the key.
  depends_on = [
    yandex_kms_symmetric_key_iam_member.key_reader,
    yandex_lockbox_secret_iam_member.key_reader,
    yandex_lockbox_secret_iam_member.secret_reader,
    yandex_resourcemanager_folder_iam_member.puller,
  ]
}

# Who may call the container: the account of its triggers, or the one the caller of this module names (the gateway).
resource "yandex_iam_service_account" "caller" {
  folder_id   = var.folder_id
  name        = "${var.name}-caller"
  description = "calls ${var.name}"
}

resource "yandex_serverless_container_iam_binding" "caller" {
  container_id = yandex_serverless_container.stage.id
  role         = "serverless-containers.containerInvoker"
  members      = ["serviceAccount:${yandex_iam_service_account.caller.id}"]
}

resource "yandex_resourcemanager_folder_iam_member" "trigger_reads_queues" {
  count = contains(var.triggers, "queue") ? 1 : 0

  folder_id = var.folder_id
  role      = "ymq.reader"
  member    = "serviceAccount:${yandex_iam_service_account.caller.id}"
}

# A message of a queue is moved by the queue itself; what tells of an object is put into the dead letters by its trigger.
resource "yandex_resourcemanager_folder_iam_member" "trigger_writes_dead_letters" {
  count = contains(var.triggers, "objects") ? 1 : 0

  folder_id = var.folder_id
  role      = "ymq.writer"
  member    = "serviceAccount:${yandex_iam_service_account.caller.id}"
}

resource "yandex_function_trigger" "queue" {
  count = contains(var.triggers, "queue") ? 1 : 0

  folder_id   = var.folder_id
  name        = "${var.name}-queue"
  description = "queue of ${var.command}"

  message_queue {
    queue_id           = var.queue_arn
    service_account_id = yandex_iam_service_account.caller.id
    batch_cutoff       = "0"
    # There is no answer for a part of a batch: one failure would show all of them again.
    batch_size = "1"
  }

  container {
    id                 = yandex_serverless_container.stage.id
    service_account_id = yandex_iam_service_account.caller.id
  }

  depends_on = [
    yandex_resourcemanager_folder_iam_member.trigger_reads_queues,
    yandex_serverless_container_iam_binding.caller,
  ]
}

resource "yandex_function_trigger" "timer" {
  count = contains(var.triggers, "timer") ? 1 : 0

  folder_id   = var.folder_id
  name        = "${var.name}-timer"
  description = "schedule of ${var.command}"

  timer {
    cron_expression = var.timer
  }

  # The next run comes in minutes, so a failed one is not repeated for long; nor is it worth a dead letter.
  container {
    id                 = yandex_serverless_container.stage.id
    service_account_id = yandex_iam_service_account.caller.id
    retry_attempts     = "1"
    retry_interval     = "30"
  }

  depends_on = [yandex_serverless_container_iam_binding.caller]
}

resource "yandex_function_trigger" "objects" {
  count = contains(var.triggers, "objects") ? 1 : 0

  folder_id   = var.folder_id
  name        = "${var.name}-objects"
  description = "objects created in ${var.bucket}"

  object_storage {
    bucket_id    = var.bucket
    create       = true
    update       = false
    delete       = false
    batch_cutoff = "1"
    batch_size   = "1"
  }

  container {
    id                 = yandex_serverless_container.stage.id
    service_account_id = yandex_iam_service_account.caller.id
    retry_attempts     = tostring(var.max_receive_count)
    retry_interval     = "60"
  }

  dlq {
    queue_id           = var.dead_letters_arn
    service_account_id = yandex_iam_service_account.caller.id
  }

  depends_on = [
    yandex_resourcemanager_folder_iam_member.trigger_writes_dead_letters,
    yandex_serverless_container_iam_binding.caller,
  ]
}
