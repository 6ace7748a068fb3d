variable "cloud_id" {
  description = "Облако."
  type        = string
}

variable "folder_id" {
  description = "Каталог, отведённый одной установке ПТО: роли очередей выдаются только на каталог целиком."
  type        = string
}

variable "name_prefix" {
  description = "Начало всех имён: строчные латинские буквы, цифры и дефис. Имена корзин общие на всё облако, поэтому приставка должна быть своей."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,24}$", var.name_prefix))
    error_message = "Приставка: 3–25 знаков, a–z, 0–9 и дефис, первая — буква."
  }
}

variable "image" {
  description = "Образ с программой pto из реестра этого же каталога: cr.yandex/<реестр>/pto@sha256:… или с меткой версии."
  type        = string

  validation {
    condition     = can(regex("(@sha256:[0-9a-f]{64}|:[0-9A-Za-z][0-9A-Za-z._-]*)$", var.image)) && !endswith(var.image, ":latest")
    error_message = "Укажите образ по отпечатку (@sha256:…) или метке версии; latest не принимается: что работает, должно быть видно."
  }
}

variable "deployer_access_key" {
  description = "Идентификатор статического ключа сервисного аккаунта, от имени которого применяется эта конфигурация."
  type        = string
  sensitive   = true
}

variable "deployer_secret_key" {
  description = "Секрет статического ключа сервисного аккаунта, от имени которого применяется эта конфигурация."
  type        = string
  sensitive   = true
}

variable "administrators" {
  description = "Идентификаторы пользователей и сервисных аккаунтов, которым открыты корзины целиком. Среди них должен быть тот, кто применяет конфигурацию: иначе после первого применения он сам не сможет её изменить."
  type        = list(string)

  validation {
    condition     = length(var.administrators) > 0
    error_message = "Нужен хотя бы один администратор, иначе корзины закроются и для того, кто их создал."
  }
}

variable "web_origins" {
  description = "Адреса веб-приложения, из которых браузер загружает файлы прямо в корзину."
  type        = list(string)
  default     = []
}

variable "jwks_uri" {
  description = "Где поставщик удостоверений публикует открытые ключи (JWKS)."
  type        = string

  validation {
    condition     = startswith(var.jwks_uri, "https://")
    error_message = "Открытые ключи берутся только по https."
  }
}

variable "jwt_issuers" {
  description = "Допустимые значения поля iss."
  type        = list(string)

  validation {
    condition     = length(var.jwt_issuers) > 0
    error_message = "Без списка издателей шлюз принял бы токен любого издателя."
  }
}

variable "jwt_audiences" {
  description = "Допустимые значения поля aud."
  type        = list(string)

  validation {
    condition     = length(var.jwt_audiences) > 0
    error_message = "Без списка получателей шлюз принял бы токен, выданный другой программе."
  }
}

variable "requests_per_second" {
  description = "Сколько запросов в секунду пропускает шлюз."
  type        = number
  default     = 50
}

variable "cdn_domain" {
  description = "Имя, под которым результаты раздаёт CDN (CNAME на выданное CDN имя)."
  type        = string
}

variable "cdn_certificate_id" {
  description = "Сертификат этого имени в Certificate Manager."
  type        = string
}

variable "cdn_token_key" {
  description = "Ключ защищённых токенов CDN: 6–32 знака."
  type        = string
  sensitive   = true

  validation {
    condition     = can(regex("^[0-9A-Za-z]{16,32}$", var.cdn_token_key))
    error_message = "Ключ: 16–32 латинские буквы и цифры (CDN принимает не больше 32)."
  }
}

variable "cdn_origin_key" {
  description = "Слово, которым CDN представляется корзине результатов; больше его никто не знает."
  type        = string
  sensitive   = true

  validation {
    condition     = can(regex("^[0-9A-Za-z]{32,64}$", var.cdn_origin_key))
    error_message = "Слово: 32–64 латинские буквы и цифры."
  }
}

variable "model" {
  description = "Языковая модель для анализа: сервер с протоколом OpenAI. url пуст — только правила. Цены — рубли за миллион токенов, пределы — рубли; in_russia — сервер в России (иначе имена, телефоны и ИНН скрываются); home_tenants — организации, чьи документы за границу не уходят (* — все)."
  type = object({
    url          = optional(string, "")
    name         = optional(string, "")
    price_in     = optional(number, 0)
    price_out    = optional(number, 0)
    cap_document = optional(number, 0)
    cap_tenant   = optional(number, 0)
    cap_month    = optional(number, 0)
    in_russia    = optional(bool, false)
    home_tenants = optional(list(string), [])
    processes    = optional(number, 10)
  })
  default = {}

  validation {
    condition     = var.model.url == "" || (startswith(var.model.url, "https://") && var.model.name != "")
    error_message = "Нужны адрес по https и имя модели."
  }

  validation {
    condition     = var.model.price_in + var.model.price_out == 0 || (var.model.cap_document > 0 && var.model.cap_tenant > 0 && var.model.cap_month > 0)
    error_message = "У платной модели нужны пределы расходов на документ, организацию и месяц."
  }
}

variable "model_key" {
  description = "Ключ сервера модели; пустой, если модели нет."
  type        = string
  default     = ""
  sensitive   = true
}

variable "log_retention_hours" {
  description = "Сколько часов хранится журнал."
  type        = number
  default     = 336
}

variable "uploads_expire_days" {
  description = "Через сколько дней удаляются исходные файлы."
  type        = number
  default     = 365
}

variable "table_size_limit_gb" {
  description = "Предел размера таблицы, ГБ: ошибка в программе не должна стоить больше этого."
  type        = number
  default     = 20
}
