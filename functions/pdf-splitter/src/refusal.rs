use domain::RejectionCode;
use pdf::OpenError;

/// The refusal of a document that cannot be opened: a Russian sentence that names the file and the way to mend it.
pub fn refusal(error: &OpenError, file_name: &str) -> (RejectionCode, String) {
    match error {
        OpenError::Empty => (
            RejectionCode::EmptyFile,
            format!("Файл «{file_name}» пуст (0 байт). Выгрузите чертежи в PDF ещё раз и загрузите снова."),
        ),
        OpenError::NotPdf => (
            RejectionCode::NotPdf,
            format!("Файл «{file_name}» — не PDF. Сохраните документ в формате PDF и загрузите снова."),
        ),
        OpenError::Broken(_) => (
            RejectionCode::BrokenPdf,
            format!(
                "Файл «{file_name}» повреждён и не читается: возможно, он скачан не полностью. Выгрузите PDF из исходной \
                 программы ещё раз и загрузите снова."
            ),
        ),
        OpenError::Encrypted => (
            RejectionCode::Encrypted,
            format!("Файл «{file_name}» защищён паролем на открытие. Сохраните копию без пароля и загрузите её."),
        ),
        OpenError::NoPages => (
            RejectionCode::NoPages,
            format!("В файле «{file_name}» нет ни одной страницы. Выгрузите чертежи в PDF ещё раз и загрузите снова."),
        ),
        OpenError::TooManyPages { pages, limit } => (
            RejectionCode::TooManyPages,
            format!(
                "В файле «{file_name}» {pages} страниц при пределе {limit}. Разделите комплект на тома и загрузите их по \
                 отдельности."
            ),
        ),
        OpenError::TooLarge { size_bytes, limit_bytes } => (
            RejectionCode::TooLarge,
            format!(
                "Файл «{file_name}» слишком велик: {} МБ при пределе {} МБ. Разделите комплект на тома и загрузите их по \
                 отдельности.",
                size_bytes >> 20,
                limit_bytes >> 20
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_names_the_file_and_the_way_out_in_russian() {
        let errors = [
            OpenError::Empty,
            OpenError::NotPdf,
            OpenError::Broken("find the list of pages".to_owned()),
            OpenError::Encrypted,
            OpenError::NoPages,
            OpenError::TooManyPages { pages: 5000, limit: 4000 },
            OpenError::TooLarge { size_bytes: 2 << 30, limit_bytes: 1 << 30 },
        ];
        for error in errors {
            let (_, message) = refusal(&error, "КЖ 1.pdf");
            assert!(message.contains("«КЖ 1.pdf»") && message.contains("загрузите"), "{message}");
        }
    }
}
