variable "name" {
  description = "Имя контейнера и его сервисного аккаунта."
  type        = string
}

variable "command" {
  description = "Что запускает контейнер: pto container <command>."
  type        = string
}

variable "folder_id" {
  description = "Каталог."
  type        = string
}

variable "image" {
  description = "Образ."
  type        = string
}

variable "memory_mb" {
  description = "Память, МБ, кратно 128."
  type        = number

  validation {
    condition     = var.memory_mb % 128 == 0 && var.memory_mb >= 128 && var.memory_mb <= 8192
    error_message = "Память: от 128 до 8192 МБ шагом 128."
  }
}

variable "cores" {
  description = "Ядра: до 4 ГБ памяти — одно."
  type        = number
}

variable "concurrency" {
  description = "Сколько запросов сразу принимает один экземпляр."
  type        = number
}

variable "timeout_s" {
  description = "Предел времени одного запроса, секунды."
  type        = number

  validation {
    condition     = var.timeout_s > 0 && var.timeout_s <= 600
    error_message = "Serverless Containers дают не больше 10 минут."
  }
}

variable "environment" {
  description = "Переменные среды."
  type        = map(string)
}

variable "secrets" {
  description = "Секреты Lockbox сверх ключа: имя переменной среды → где её значение."
  type        = map(object({ secret_id = string, version_id = string, key = string }))
  default     = {}
}

variable "log_group_id" {
  description = "Группа журнала."
  type        = string
}

variable "secrets_kms_key" {
  description = "Ключ, которым зашифрованы секреты."
  type        = string
}

variable "max_receive_count" {
  description = "Сколько раз повторяется вызов о созданном объекте (1–5)."
  type        = number
}

variable "triggers" {
  description = "Что вызывает контейнер: queue — очередь, objects — новые объекты корзины, timer — расписание. Названо отдельно от адресов: сколько триггеров создать, должно быть известно до их появления."
  type        = list(string)
  default     = []

  validation {
    condition     = length(setsubtract(var.triggers, ["queue", "objects", "timer"])) == 0
    error_message = "Триггеры: queue, objects, timer."
  }
}

variable "queue_arn" {
  description = "Очередь, которую разбирает контейнер."
  type        = string
  default     = null
}

variable "dead_letters_arn" {
  description = "Очередь недоставленных."
  type        = string
  default     = null
}

variable "timer" {
  description = "Расписание, если контейнер вызывается по времени."
  type        = string
  default     = null
}

variable "bucket" {
  description = "Корзина, о новых объектах которой сообщается контейнеру."
  type        = string
  default     = null
}
