/// What a column of a specification holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// Позиция.
    Position,
    /// Наименование.
    Name,
    /// Тип, марка, обозначение документа.
    MarkOrType,
    /// Код оборудования.
    Code,
    /// Завод-изготовитель.
    Maker,
    /// Единица измерения.
    Unit,
    /// Количество.
    Quantity,
    /// Масса единицы.
    Mass,
    /// Примечание.
    Note,
}

/// What a column holds, by its label; `None` for a label that specifications and bills of quantities do not have.
pub fn column(label: &str) -> Option<Column> {
    let plain: String = label
        .chars()
        .flat_map(char::to_lowercase)
        .filter(|letter| !letter.is_whitespace() && *letter != '-')
        .map(|letter| if letter == 'ё' { 'е' } else { letter })
        .collect();
    let starts = |beginning: &str| plain.starts_with(beginning);
    Some(match () {
        () if starts("поз") || starts("№п/п") || plain == "№" || starts("n°п") || starts("марка,поз") => {
            Column::Position
        }
        () if starts("наименование") || starts("видработ") => Column::Name,
        () if starts("масса") => Column::Mass,
        () if starts("тип") || starts("обозначение") || starts("ссылк") || starts("марка") => {
            Column::MarkOrType
        }
        () if starts("код") => Column::Code,
        () if starts("завод") || starts("изготов") || starts("поставщик") || starts("производитель") => {
            Column::Maker
        }
        () if starts("ед") => Column::Unit,
        () if starts("кол") || starts("объем") || starts("всего") => Column::Quantity,
        () if starts("прим") || starts("формула") => Column::Note,
        () => return None,
    })
}

/// Whether columns are those of a specification or a bill of quantities: names, quantities, and something that tells rows apart.
pub fn is_heading(columns: &[Option<Column>]) -> bool {
    let has = |column: Column| columns.contains(&Some(column));
    has(Column::Name)
        && has(Column::Quantity)
        && (has(Column::Position) || has(Column::Unit) || has(Column::MarkOrType))
}

/// A quantity as specifications write it: a decimal comma or point, thousands apart by spaces. Two figures in one cell
/// are no number.
pub fn number(text: &str) -> Option<f64> {
    let plain: String = text
        .trim()
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .map(|letter| if letter == ',' { '.' } else { letter })
        .collect();
    let figures = plain.chars().all(|letter| letter.is_ascii_digit() || letter == '.');
    // «1,58 1,736» is two figures in one cell, and «12 5» no thousands.
    let mut groups = text.split_whitespace();
    let first = groups.next().unwrap_or_default();
    let mut thousands = true;
    for group in groups {
        let whole = group.split([',', '.']).next().unwrap_or_default();
        thousands &= whole.len() == 3 && first.len() <= 3 && !first.contains([',', '.']);
    }
    (figures && thousands && plain.starts_with(|letter: char| letter.is_ascii_digit()))
        .then(|| plain.parse().ok())
        .flatten()
}
