resource "yandex_cdn_origin_group" "results" {
  folder_id = var.folder_id
  name      = "${var.name_prefix}-results"
  use_next  = false

  origin {
    source = "${yandex_storage_bucket.results.bucket}.storage.yandexcloud.net"
  }
}

resource "yandex_cdn_resource" "results" {
  folder_id       = var.folder_id
  cname           = var.cdn_domain
  active          = true
  origin_protocol = "https"
  origin_group_id = yandex_cdn_origin_group.results.id

  ssl_certificate {
    type                   = "certificate_manager"
    certificate_manager_id = var.cdn_certificate_id
  }

  options {
    # A link is good for an hour and for one path; its address is not bound, for users change networks.
    secure_key             = var.cdn_token_key
    enable_ip_url_signing  = false
    redirect_http_to_https = true
    allowed_http_methods   = ["GET", "HEAD", "OPTIONS"]
    custom_host_header     = "${yandex_storage_bucket.results.bucket}.storage.yandexcloud.net"
    ignore_query_params    = true
    ignore_cookie          = true
    slice                  = true
    edge_cache_settings    = 3600
    browser_cache_settings = 0

    static_request_headers = {
      Referer = var.cdn_origin_key
    }
    static_response_headers = {
      access-control-allow-origin = "*"
      cache-control               = "private, max-age=0"
      x-content-type-options      = "nosniff"
    }
  }
}
