output "api_url" {
  description = "Адрес API."
  value       = "https://${yandex_api_gateway.pto.domain}"
}

output "document_api_endpoint" {
  description = "Адрес Document API: его ждёт конфигурация table/."
  value       = yandex_ydb_database_serverless.ledger.document_api_endpoint
}

output "table_name" {
  description = "Имя таблицы."
  value       = local.table_name
}

output "queues" {
  description = "Адреса очередей по этапам."
  value       = { for name, queue in module.queue : name => queue.url }
}

output "dead_letters" {
  description = "Адреса очередей недоставленных по этапам."
  value       = { for name, queue in module.queue : name => queue.dead_letters_url }
}

output "buckets" {
  description = "Имена корзин."
  value       = local.bucket_names
}

output "cdn_cname" {
  description = "Имя, на которое должен указывать CNAME домена CDN."
  value       = yandex_cdn_resource.results.provider_cname
}

output "log_group_id" {
  description = "Группа журнала."
  value       = yandex_logging_group.pto.id
}
