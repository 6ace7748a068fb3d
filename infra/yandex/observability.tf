resource "yandex_logging_group" "pto" {
  folder_id        = var.folder_id
  name             = "${var.name_prefix}-log"
  description      = "log of ${var.name_prefix}"
  retention_period = "${var.log_retention_hours}h0m0s"
}
