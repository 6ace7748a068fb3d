use domain::Severity;

/// A rule of the check before inspection: what it is called, how grave a breach is, where it comes from, and
/// what the engineer does about it.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Stable name.
    pub id: &'static str,
    /// How grave a breach is.
    pub severity: Severity,
    /// The order, rule or habit it comes from, in Russian.
    pub source: &'static str,
    /// How to mend a breach, in Russian.
    pub mend: &'static str,
}

macro_rules! rules {
    ($($name:ident = $id:literal, $severity:ident, $source:expr, $mend:literal;)*) => {
        $(pub(super) const $name: &Rule =
            &Rule { id: $id, severity: Severity::$severity, source: $source, mend: $mend };)*
        /// All rules.
        pub const RULES: &[&Rule] = &[$($name),*];
    };
}

const FORM: &str = "приказ Минстроя 344/пр, приложения № 3 и № 4";
const ORDER: &str = "приказ Минстроя 344/пр";
const HABIT: &str = "практика приёмки исполнительной документации";
const SUPERVISION: &str = "постановление Правительства РФ № 468";
const PLANNING_CODE: &str = "ГрК РФ, статья 53";
const ORGANISATION: &str = "СП 48.13330.2019";

rules! {
    FINISHED_AFTER_ACT = "finished-after-act", Error, FORM,
        "Исправьте дату окончания работ или дату акта: работы предъявляют, когда они закончены.";
    STARTED_AFTER_FINISHED = "started-after-finished", Error, FORM,
        "Исправьте даты начала и окончания работ.";
    NEXT_BEFORE_PREVIOUS = "next-before-previous", Error, PLANNING_CODE,
        "Последующие работы закрывают предыдущие: начните их не раньше даты акта на предыдущие или исправьте даты работ.";
    QUALITY_AFTER_WORKS = "quality-document-after-works", Error, SUPERVISION,
        "Приложите документ о качестве на материал, поступивший до окончания работ, или исправьте дату.";
    PROOF_AFTER_ACT = "proof-after-act", Error, HABIT,
        "Датируйте акт не раньше последнего протокола и исполнительной схемы, которые он называет.";
    SCHEME_OF_ANOTHER_DAY = "scheme-of-another-day", Warning, HABIT,
        "Обычно схему датируют днём акта: проверьте дату схемы.";
    ORDER_AFTER_ACT = "order-after-act", Error, HABIT,
        "Назначьте представителя приказом не позднее даты акта или укажите того, кто был назначен.";
    POWERS_NOT_VALID = "powers-not-valid", Error, HABIT,
        "Укажите представителя, полномочия которого действуют на дату акта.";
    NO_REGISTER_NUMBER = "no-register-number", Warning, FORM,
        "Впишите номер в национальном реестре специалистов (НРС), если членство в СРО требуется.";
    NO_REPRESENTATIVE = "no-representative", Blank, FORM,
        "Впишите представителя в файл проекта.";
    NO_PARTY = "no-party", Blank, FORM,
        "Впишите лицо с ОГРН, ИНН и адресом в файл проекта.";
    PARTY_INCOMPLETE = "party-incomplete", Warning, FORM,
        "Допишите реквизиты лица в файл проекта.";
    NO_ACT_DATE = "no-act-date", Blank, FORM,
        "Впишите дату акта.";
    NO_WORK_DATES = "no-work-dates", Blank, FORM,
        "Впишите даты начала и окончания работ.";
    NO_NEXT_WORKS = "no-next-works", Warning, FORM,
        "Впишите в п. 7 работы, которые разрешаются после этого акта.";
    NOTHING_ALLOWED = "nothing-allowed", Warning, FORM,
        "Впишите в п. 9, что разрешается: использование по назначению, нагружение или следующие работы.";
    NO_HIDDEN_WORKS = "no-hidden-works", Warning, FORM,
        "Впишите в п. 3 скрытые работы с датами и номерами их актов.";
    NO_NORMS = "no-norms", Warning, FORM,
        "Впишите своды правил и разделы документации.";
    NO_PROJECT_DOCUMENTATION = "no-project-documentation", Error, FORM,
        "Впишите в п. 2 шифр и название рабочей документации.";
    OTHER_CIPHER = "other-cipher", Error, HABIT,
        "Впишите в п. 2 шифр того комплекта, по которому составлен акт.";
    NO_SCHEME = "no-scheme", Warning, HABIT,
        "Приложите исполнительную схему: без неё акт не принимают.";
    MATERIAL_WITHOUT_DOCUMENT = "material-without-document", Error, SUPERVISION,
        "Приложите паспорт, сертификат или декларацию на материал; если документа нет, запросите его у поставщика.";
    DOCUMENT_WITHOUT_NUMBER = "document-without-number", Warning, FORM,
        "Впишите номер и дату документа (если номера нет — «б/н»).";
    DOCUMENT_NOT_ATTACHED = "document-not-attached", Warning, HABIT,
        "Укажите файл документа (ключ file) или вложите документ на бумаге на место, которое ему оставлено в реестре.";
    DOCUMENT_NOT_BOUND = "document-not-bound", Error, HABIT,
        "Приложите документ как PDF, JPEG или PNG без пароля и переформируйте комплект.";
    SHEETS_DIFFER = "sheets-differ", Error, HABIT,
        "Сверьте число листов в документе с числом страниц приложенного файла.";
    ATTACHMENTS_DIFFER = "attachments-differ", Error, FORM,
        "Приложения — это все документы, которые называет акт: сверьте списки.";
    NUMBER_TWICE = "number-twice", Error, ORDER,
        "Дайте актам разные номера.";
    NUMBERS_OUT_OF_ORDER = "numbers-out-of-order", Warning, HABIT,
        "Пронумеруйте акты в порядке работ.";
    FILE_OF_ANOTHER_NUMBER = "file-of-another-number", Error, HABIT,
        "Назовите файл по номеру акта.";
    NOT_COVERED = "hidden-work-not-covered", Error, ORGANISATION,
        "Составьте акт на эту работу или отметьте, почему она не выполнялась.";
    NORM_OUT_OF_FORCE = "norm-out-of-force", Warning, HABIT,
        "Сверьте с проектом: если он ссылается на старую редакцию, оставьте её, иначе замените.";
    NORM_EDITIONS_DIFFER = "norm-editions-differ", Error, HABIT,
        "Укажите во всех актах одну редакцию свода правил.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_have_names_of_their_own_and_say_how_to_mend() {
        let mut ids: Vec<_> = RULES.iter().map(|rule| rule.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), RULES.len());
        for rule in RULES {
            assert!(rule.mend.ends_with('.') && !rule.source.is_empty(), "{}", rule.id);
        }
    }
}
