# A queue with its dead letters. The containers of other stages need its address, and it needs none of theirs: that is
# why it is a module of its own, apart from the container that reads it.
terraform {
  required_providers {
    yandex = {
      source = "yandex-cloud/yandex"
    }
  }
}

variable "name" {
  description = "Имя очереди."
  type        = string
}

variable "visibility_timeout_seconds" {
  description = "На сколько секунд скрывается взятое сообщение."
  type        = number

  validation {
    condition     = var.visibility_timeout_seconds >= 30 && var.visibility_timeout_seconds <= 43200
    error_message = "Message Queue скрывает сообщение не дольше 12 часов."
  }
}

variable "max_receive_count" {
  description = "Сколько раз сообщение показывается до перехода в недоставленные."
  type        = number

  validation {
    condition     = var.max_receive_count >= 5
    error_message = "Меньше пяти попыток — и короткий сбой хранилища станет недоставленным сообщением."
  }
}

resource "yandex_message_queue" "work" {
  name                       = var.name
  visibility_timeout_seconds = var.visibility_timeout_seconds
  message_retention_seconds  = 1209600
  receive_wait_time_seconds  = 20

  redrive_policy = jsonencode({
    deadLetterTargetArn = yandex_message_queue.dead_letters.arn
    maxReceiveCount     = var.max_receive_count
  })
}

resource "yandex_message_queue" "dead_letters" {
  name                      = "${var.name}-dead"
  message_retention_seconds = 1209600
}

output "url" {
  description = "Адрес очереди."
  value       = yandex_message_queue.work.id
}

output "arn" {
  description = "Имя очереди для триггера."
  value       = yandex_message_queue.work.arn
}

output "dead_letters_url" {
  description = "Адрес очереди недоставленных."
  value       = yandex_message_queue.dead_letters.id
}

output "dead_letters_arn" {
  description = "Имя очереди недоставленных для триггера."
  value       = yandex_message_queue.dead_letters.arn
}
