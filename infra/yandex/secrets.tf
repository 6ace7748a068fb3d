resource "yandex_kms_symmetric_key" "secrets" {
  folder_id           = var.folder_id
  name                = "${var.name_prefix}-secrets"
  description         = "secrets of ${var.name_prefix}"
  default_algorithm   = "AES_256"
  rotation_period     = "8760h"
  deletion_protection = true
}

# The key of the CDN's tokens. The CDN resource must be told it too, so it is in the state: keep the state in an
# encrypted bucket (README).
resource "yandex_lockbox_secret" "links" {
  folder_id           = var.folder_id
  name                = "${var.name_prefix}-links"
  kms_key_id          = yandex_kms_symmetric_key.secrets.id
  deletion_protection = true
}

resource "yandex_lockbox_secret_version" "links" {
  secret_id = yandex_lockbox_secret.links.id

  entries {
    key        = "token_key"
    text_value = var.cdn_token_key
  }
}

# The key of the model's server, for rd-analyzer alone.
resource "yandex_lockbox_secret" "model" {
  count = var.model.url != "" ? 1 : 0

  folder_id           = var.folder_id
  name                = "${var.name_prefix}-model"
  kms_key_id          = yandex_kms_symmetric_key.secrets.id
  deletion_protection = true
}

resource "yandex_lockbox_secret_version" "model" {
  count = var.model.url != "" ? 1 : 0

  secret_id = yandex_lockbox_secret.model[0].id

  entries {
    key        = "key"
    text_value = var.model_key
  }
}
