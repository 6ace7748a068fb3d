use std::str::CharIndices;

/// An XML document that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("read XML: {what} at byte {at}")]
pub struct InvalidXml {
    /// What is wrong.
    pub what: &'static str,
    /// Where.
    pub at: usize,
}

/// An element of an answer of the query protocol: names without their namespace, text with its entities resolved.
/// Attributes are not kept: the protocol has none that matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct XmlElement {
    /// Local name.
    pub name: String,
    /// All text directly inside, white space and all.
    pub text: String,
    /// Elements directly inside, in their order.
    pub children: Vec<XmlElement>,
}

/// Deeper nesting is refused; the deepest answer of the protocol has six levels.
const MOST_LEVELS: usize = 32;

impl XmlElement {
    /// Reads one document and answers its root element. Document types are refused, so an entity can only be one of
    /// the five that XML itself has, or a character by its number.
    pub fn read(document: &str) -> Result<Self, InvalidXml> {
        let mut reader = Reader { document, at: 0 };
        let mut open: Vec<Self> = Vec::new();
        loop {
            match reader.next_part()? {
                Part::Text(text) => match open.last_mut() {
                    Some(element) => element.text.push_str(&text),
                    None if text.trim().is_empty() => {}
                    None => return Err(reader.wrong("text outside the root element")),
                },
                Part::Open(name) if open.len() < MOST_LEVELS => open.push(Self { name, ..Self::default() }),
                Part::Open(_) => return Err(reader.wrong("elements nested too deep")),
                Part::Empty(name) => {
                    let element = Self { name, ..Self::default() };
                    match open.last_mut() {
                        Some(parent) => parent.children.push(element),
                        None => return reader.root(element),
                    }
                }
                Part::Close(name) => {
                    let element = open.pop().filter(|element| element.name == name);
                    let element = element.ok_or_else(|| reader.wrong("an end tag of another element"))?;
                    match open.last_mut() {
                        Some(parent) => parent.children.push(element),
                        None => return reader.root(element),
                    }
                }
                Part::End => return Err(reader.wrong("the end of the document inside an element")),
            }
        }
    }

    /// The first element directly inside that has this name.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The elements directly inside that have this name.
    pub fn children_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first element directly inside that has this name.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.as_str())
    }
}

enum Part {
    Text(String),
    Open(String),
    Empty(String),
    Close(String),
    End,
}

struct Reader<'a> {
    document: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn wrong(&self, what: &'static str) -> InvalidXml {
        InvalidXml { what, at: self.at }
    }

    fn rest(&self) -> &'a str {
        self.document.get(self.at..).unwrap_or_default()
    }

    /// What stands before `end`; the reader goes on after it.
    fn until(&mut self, end: &str, what: &'static str) -> Result<&'a str, InvalidXml> {
        let (before, _) = self.rest().split_once(end).ok_or_else(|| self.wrong(what))?;
        self.at += before.len() + end.len();
        Ok(before)
    }

    /// `element` is the root: only comments and white space may follow.
    fn root(mut self, element: XmlElement) -> Result<XmlElement, InvalidXml> {
        loop {
            match self.next_part()? {
                Part::End => return Ok(element),
                Part::Text(text) if text.trim().is_empty() => {}
                _ => return Err(self.wrong("something after the root element")),
            }
        }
    }

    fn next_part(&mut self) -> Result<Part, InvalidXml> {
        let rest = self.rest();
        if rest.is_empty() {
            return Ok(Part::End);
        }
        if rest.starts_with("<!--") {
            self.at += 4;
            self.until("-->", "a comment without end")?;
            return Ok(Part::Text(String::new()));
        }
        if rest.starts_with("<![CDATA[") {
            self.at += 9;
            return self.until("]]>", "a CDATA section without end").map(|text| Part::Text(text.to_owned()));
        }
        if rest.starts_with("<?") {
            self.until("?>", "an instruction without end")?;
            return Ok(Part::Text(String::new()));
        }
        if rest.starts_with("<!") {
            return Err(self.wrong("a document type"));
        }
        if rest.starts_with("</") {
            self.at += 2;
            let name = self.until(">", "an end tag without end")?;
            return Ok(Part::Close(local_name(name.trim_end()).to_owned()));
        }
        if rest.starts_with('<') {
            self.at += 1;
            return self.tag();
        }
        let text = rest.split_once('<').map_or(rest, |(text, _)| text);
        let resolved = resolved(text).ok_or_else(|| self.wrong("an unknown entity"))?;
        self.at += text.len();
        Ok(Part::Text(resolved))
    }

    /// A start tag after its `<`. A `>` may stand inside the value of an attribute.
    fn tag(&mut self) -> Result<Part, InvalidXml> {
        let end = end_of_tag(self.rest().char_indices()).ok_or_else(|| self.wrong("a tag without end"))?;
        let inside = self.rest().get(..end).unwrap_or_default();
        let (inside, empty) = inside.strip_suffix('/').map_or((inside, false), |inside| (inside, true));
        let name = inside.split(|letter: char| letter.is_ascii_whitespace()).next().unwrap_or_default();
        let name = local_name(name).to_owned();
        if name.is_empty() {
            return Err(self.wrong("a tag without name"));
        }
        self.at += end + 1;
        Ok(if empty { Part::Empty(name) } else { Part::Open(name) })
    }
}

fn end_of_tag(letters: CharIndices<'_>) -> Option<usize> {
    let mut quote = None;
    for (at, letter) in letters {
        match quote {
            Some(open) if letter == open => quote = None,
            Some(_) => {}
            None if letter == '>' => return Some(at),
            None if matches!(letter, '"' | '\'') => quote = Some(letter),
            None => {}
        }
    }
    None
}

fn local_name(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// The text with its entities replaced and its line ends as XML reads them; `None` when an entity is unknown.
fn resolved(text: &str) -> Option<String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut pieces = text.split('&');
    let mut resolved = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (entity, after) = piece.split_once(';')?;
        resolved.push(match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => {
                let number = entity.strip_prefix('#')?;
                let code = match number.strip_prefix(['x', 'X']) {
                    Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
                    None => number.parse(),
                };
                char::from_u32(code.ok()?)?
            }
        });
        resolved.push_str(after);
    }
    Some(resolved)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_of_a_queue_is_read_to_the_letter() {
        let document = "<?xml version=\"1.0\"?>\n<ReceiveMessageResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\">\n\
            <ReceiveMessageResult><!-- two -->\
            <Message><MessageId>1</MessageId><Body>{&quot;файл&quot;:&quot;АОСР № 1 «ё» &amp;amp; &lt;a&gt; &#39;&#x1D538;&#13;&#10;&quot;}</Body></Message>\
            <sqs:Message note='a > b'><Body><![CDATA[<&amp;]]> \n\t</Body><Empty /></sqs:Message>\
            </ReceiveMessageResult></ReceiveMessageResponse>\n<!-- end -->\n";
        let root = XmlElement::read(document).unwrap();
        assert_eq!(root.name, "ReceiveMessageResponse");
        let messages: Vec<_> = root.child("ReceiveMessageResult").unwrap().children_of("Message").collect();
        assert_eq!(messages.len(), 2);
        assert_eq!(messages[0].text_of("Body"), Some("{\"файл\":\"АОСР № 1 «ё» &amp; <a> '𝔸\r\n\"}"));
        assert_eq!(messages[1].text_of("Body"), Some("<&amp; \n\t"));
        assert_eq!(messages[1].text_of("Empty"), Some(""));
        assert_eq!(messages[1].text_of("Absent"), None);
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        for document in [
            "",
            "  ",
            "text",
            "<a>",
            "<a></b>",
            "<a/><b/>",
            "<a>&nbsp;</a>",
            "<a>&#xD800;</a>",
            "<a>& b</a>",
            "<a><!-- </a>",
            "<a b='></a>",
            "</a>",
            "<>x</>",
            "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
        ] {
            assert!(XmlElement::read(document).is_err(), "{document}");
        }
        let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
        assert!(XmlElement::read(&deep).is_err());
    }
}
