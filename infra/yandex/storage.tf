# Three buckets. `uploads` is the only one whose events start work, so no stage writes there. `work` holds pages and
# search splits. `results` holds what users take away: the CDN reads it as an anonymous client that knows a word, and
# an anonymous client cannot read what is encrypted by a KMS key, hence a bucket of its own.
resource "yandex_kms_symmetric_key" "storage" {
  folder_id           = var.folder_id
  name                = "${var.name_prefix}-storage"
  description         = "objects of ${var.name_prefix}"
  default_algorithm   = "AES_256"
  rotation_period     = "8760h"
  deletion_protection = true
}

resource "yandex_kms_symmetric_key_iam_binding" "storage" {
  symmetric_key_id = yandex_kms_symmetric_key.storage.id
  role             = "kms.keys.encrypterDecrypter"
  members          = [for account in values(local.storage_accounts) : "serviceAccount:${account}"]
}

resource "yandex_storage_bucket" "uploads" {
  folder_id = var.folder_id
  bucket    = "${var.name_prefix}-uploads"

  versioning {
    enabled = true
  }

  server_side_encryption_configuration {
    rule {
      apply_server_side_encryption_by_default {
        kms_master_key_id = yandex_kms_symmetric_key.storage.id
        sse_algorithm     = "aws:kms"
      }
    }
  }

  anonymous_access_flags {
    read        = false
    list        = false
    config_read = false
  }

  dynamic "cors_rule" {
    for_each = length(var.web_origins) > 0 ? [var.web_origins] : []
    content {
      allowed_headers = ["content-type", "content-length", "if-none-match", "x-amz-checksum-sha256"]
      allowed_methods = ["PUT"]
      allowed_origins = cors_rule.value
      expose_headers  = ["ETag"]
      max_age_seconds = 3000
    }
  }

  lifecycle_rule {
    id      = "sources"
    enabled = true

    expiration {
      days = var.uploads_expire_days
    }
  }

  lifecycle_rule {
    id      = "replaced"
    enabled = true

    noncurrent_version_expiration {
      days = 30
    }
  }

  lifecycle_rule {
    id                                     = "unfinished"
    enabled                                = true
    abort_incomplete_multipart_upload_days = 2
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "yandex_storage_bucket" "work" {
  folder_id = var.folder_id
  bucket    = "${var.name_prefix}-work"

  versioning {
    enabled = true
  }

  server_side_encryption_configuration {
    rule {
      apply_server_side_encryption_by_default {
        kms_master_key_id = yandex_kms_symmetric_key.storage.id
        sse_algorithm     = "aws:kms"
      }
    }
  }

  anonymous_access_flags {
    read        = false
    list        = false
    config_read = false
  }

  # Everything here can be made again from the sources.
  lifecycle_rule {
    id      = "replaced"
    enabled = true

    noncurrent_version_expiration {
      days = 7
    }
  }

  lifecycle_rule {
    id      = "pages-become-cold"
    enabled = true
    prefix  = "pages/"

    transition {
      days          = 60
      storage_class = "COLD"
    }
  }

  lifecycle_rule {
    id                                     = "unfinished"
    enabled                                = true
    abort_incomplete_multipart_upload_days = 2
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "yandex_storage_bucket" "results" {
  #checkov:skip=CKV_YC_3:the CDN reads as an anonymous client, which holds no role on a KMS key; the policy below lets in only the CDN that knows the word, over TLS, and links are signed for an hour
  folder_id = var.folder_id
  bucket    = "${var.name_prefix}-results"

  versioning {
    enabled = true
  }

  anonymous_access_flags {
    read        = false
    list        = false
    config_read = false
  }

  # A browser that follows a redirect of the API from another origin says that its own is "null". What lets anybody in is
  # the signature of the link.
  cors_rule {
    allowed_headers = ["*"]
    allowed_methods = ["GET", "HEAD"]
    allowed_origins = ["*"]
    expose_headers  = ["Content-Disposition", "Content-Length", "ETag"]
    max_age_seconds = 600
  }

  lifecycle_rule {
    id      = "replaced"
    enabled = true

    noncurrent_version_expiration {
      days = 30
    }
  }

  lifecycle_rule {
    id                                     = "unfinished"
    enabled                                = true
    abort_incomplete_multipart_upload_days = 2
  }

  lifecycle {
    prevent_destroy = true
  }
}

locals {
  # What the program calls a bucket → where it is. The results lie at the root of their bucket, for their keys are the
  # paths of the links that the CDN checks.
  places = {
    uploads = { bucket = yandex_storage_bucket.uploads.bucket, prefix = "", variable = yandex_storage_bucket.uploads.bucket }
    pages   = { bucket = yandex_storage_bucket.work.bucket, prefix = "pages/", variable = "${yandex_storage_bucket.work.bucket}/pages" }
    index   = { bucket = yandex_storage_bucket.work.bucket, prefix = "index/", variable = "${yandex_storage_bucket.work.bucket}/index" }
    results = { bucket = yandex_storage_bucket.results.bucket, prefix = "", variable = yandex_storage_bucket.results.bucket }
  }

  # The API reads, and may put uploads, for the links it signs carry its own rights.
  # The API writes project files among the results.
  api_access = { reads = ["uploads", "pages", "results"], writes = ["uploads", "results"] }
  access     = merge({ for name, stage in local.stages : name => { reads = stage.reads, writes = stage.writes } }, { api = local.api_access })

  storage_accounts = {
    for name, account in local.all_accounts : name => account
    if length(local.access[name].reads) + length(local.access[name].writes) > 0
  }

  readers = {
    for place in keys(local.places) : place => sort([
      for name, access in local.access : local.all_accounts[name] if contains(concat(access.reads, access.writes), place)
    ])
  }
  writers = {
    for place in keys(local.places) : place => sort([
      for name, access in local.access : local.all_accounts[name] if contains(access.writes, place)
    ])
  }

  buckets = toset(["uploads", "work", "results"])
  bucket_names = {
    uploads = yandex_storage_bucket.uploads.bucket
    work    = yandex_storage_bucket.work.bucket
    results = yandex_storage_bucket.results.bucket
  }
  places_of_bucket = { uploads = ["uploads"], work = ["pages", "index"], results = ["results"] }

  # A policy answers «no» to what none of its rules allows, so it narrows the roles below to prefixes and to few actions.
  statements = {
    for bucket in local.buckets : bucket => concat(
      [
        {
          Sid       = "only-over-tls"
          Effect    = "Deny"
          Principal = "*"
          Action    = ["*"]
          Resource  = ["arn:aws:s3:::${local.bucket_names[bucket]}", "arn:aws:s3:::${local.bucket_names[bucket]}/*"]
          Condition = { Bool = { "aws:securetransport" = ["false"] } }
        },
        {
          Sid       = "administrators"
          Effect    = "Allow"
          Principal = { CanonicalUser = var.administrators }
          Action    = ["*"]
          Resource  = ["arn:aws:s3:::${local.bucket_names[bucket]}", "arn:aws:s3:::${local.bucket_names[bucket]}/*"]
          Condition = {}
        },
        {
          # Without the right to list, an absent object looks like a forbidden one.
          Sid       = "absent-is-told-from-forbidden"
          Effect    = "Allow"
          Principal = { CanonicalUser = distinct(flatten([for place in local.places_of_bucket[bucket] : local.readers[place]])) }
          Action    = ["s3:ListBucket"]
          Resource  = ["arn:aws:s3:::${local.bucket_names[bucket]}"]
          Condition = {}
        },
      ],
      [
        for place in local.places_of_bucket[bucket] : {
          Sid       = "read-${place}"
          Effect    = "Allow"
          Principal = { CanonicalUser = local.readers[place] }
          Action    = ["s3:GetObject"]
          Resource  = ["arn:aws:s3:::${local.bucket_names[bucket]}/${local.places[place].prefix}*"]
          Condition = {}
        }
      ],
      [
        for place in local.places_of_bucket[bucket] : {
          Sid       = "write-${place}"
          Effect    = "Allow"
          Principal = { CanonicalUser = local.writers[place] }
          Action    = ["s3:PutObject", "s3:AbortMultipartUpload"]
          Resource  = ["arn:aws:s3:::${local.bucket_names[bucket]}/${local.places[place].prefix}*"]
          Condition = {}
        } if length(local.writers[place]) > 0
      ],
      bucket == "work" ? [
        {
          Sid       = "drop-cuts"
          Effect    = "Allow"
          Principal = { CanonicalUser = [local.all_accounts["page-recognizer"]] }
          Action    = ["s3:DeleteObject"]
          Resource  = ["arn:aws:s3:::${local.bucket_names[bucket]}/${local.places.pages.prefix}*.source.pdf"]
          Condition = {}
        },
        {
          # Answers of the model are kept, and removed when they are old.
          Sid       = "evict-answers"
          Effect    = "Allow"
          Principal = { CanonicalUser = [local.all_accounts["rd-analyzer"]] }
          Action    = ["s3:DeleteObject"]
          Resource  = ["arn:aws:s3:::${local.bucket_names[bucket]}/${local.places["pages"].prefix}*/answers/*"]
          Condition = {}
        }
      ] : [],
      bucket == "results" ? [
        {
          Sid       = "cdn"
          Effect    = "Allow"
          Principal = "*"
          Action    = ["s3:GetObject"]
          Resource  = ["arn:aws:s3:::${local.bucket_names[bucket]}/*"]
          Condition = { StringEquals = { "aws:referer" = [var.cdn_origin_key] } }
        }
      ] : [],
    )
  }
}

resource "yandex_storage_bucket_policy" "narrow" {
  for_each = local.buckets

  bucket = local.bucket_names[each.key]
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [for statement in local.statements[each.key] : { for key, value in statement : key => value if key != "Condition" || length(value) > 0 }]
  })
}

resource "yandex_storage_bucket_iam_binding" "viewer" {
  for_each = local.buckets

  bucket  = local.bucket_names[each.key]
  role    = "storage.viewer"
  members = distinct(flatten([for place in local.places_of_bucket[each.key] : [for account in local.readers[place] : "serviceAccount:${account}"]]))
}

resource "yandex_storage_bucket_iam_binding" "uploader" {
  for_each = local.buckets

  bucket  = local.bucket_names[each.key]
  role    = "storage.uploader"
  members = distinct(flatten([for place in local.places_of_bucket[each.key] : [for account in local.writers[place] : "serviceAccount:${account}"]]))
}

# An uploader may not delete. The role that may goes with the two statements of the policy above that let it.
resource "yandex_storage_bucket_iam_binding" "evictor" {
  bucket  = local.bucket_names["work"]
  role    = "storage.editor"
  members = [for stage in ["page-recognizer", "rd-analyzer"] : "serviceAccount:${local.all_accounts[stage]}"]
}
