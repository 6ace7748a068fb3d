output "service_account_id" {
  description = "Сервисный аккаунт, от имени которого работает контейнер."
  value       = yandex_iam_service_account.stage.id
}

output "caller_account_id" {
  description = "Сервисный аккаунт, которому разрешено вызывать контейнер."
  value       = yandex_iam_service_account.caller.id
}

output "container_id" {
  description = "Контейнер."
  value       = yandex_serverless_container.stage.id
}
