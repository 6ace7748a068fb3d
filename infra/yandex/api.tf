# `pto container api` behind API Gateway: the gateway alone may call the container, and it verifies the token.
module "api" {
  source = "./modules/stage"

  name              = "${var.name_prefix}-api"
  command           = "api"
  folder_id         = var.folder_id
  image             = var.image
  memory_mb         = 512
  cores             = 1
  concurrency       = 16
  timeout_s         = 30
  log_group_id      = yandex_logging_group.pto.id
  secrets_kms_key   = yandex_kms_symmetric_key.secrets.id
  max_receive_count = local.max_receive_count

  environment = merge(
    local.common_environment,
    {
      PTO_CDN_DOMAIN           = var.cdn_domain
      PTO_QUEUE_UPLOAD_HANDLER = module.queue["upload-handler"].url
    },
    { for place in toset(concat(local.api_access.reads, local.api_access.writes)) : "PTO_BUCKET_${upper(place)}" => local.places[place].variable },
  )

  secrets = {
    PTO_CDN_TOKEN_KEY = {
      secret_id  = yandex_lockbox_secret.links.id
      version_id = yandex_lockbox_secret_version.links.id
      key        = "token_key"
    }
  }
}

resource "yandex_api_gateway" "pto" {
  folder_id         = var.folder_id
  name              = "${var.name_prefix}-api"
  description       = "API of ${var.name_prefix}"
  execution_timeout = "60"

  log_options {
    log_group_id = yandex_logging_group.pto.id
    min_level    = "WARN"
  }

  spec = templatefile("${path.module}/openapi.yaml", {
    container_id        = module.api.container_id
    service_account_id  = module.api.caller_account_id
    jwks_uri            = var.jwks_uri
    jwt_issuers         = jsonencode(var.jwt_issuers)
    jwt_audiences       = jsonencode(var.jwt_audiences)
    web_origins         = length(var.web_origins) > 0 ? jsonencode(var.web_origins) : "false"
    requests_per_second = var.requests_per_second
  })
}
