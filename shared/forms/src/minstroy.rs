use crate::FormsError;
use crate::plain::plain_text;
use domain::{Act, ActDate, ActDocument, ActDocumentKind, Organisation, PrintedForm, Representative};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// Namespace of the act in the schemas of Минстрой.
const NAMESPACE: &str = "http://idActs/AOSR.xsd";

const NOTICE: &str = " Составлено программой «ПТО». Состав и порядок элементов взяты из печатной формы Минстроя; файл НЕ проверен по \
                      официальной схеме XSD. Поля uuid, schemaVersion и подписи не заполнены. ";

/// An act of hidden works as XML in the known namespace of Минстрой; `None` for an act whose schema is not known. It is not
/// validated against the official schema, and says so in a comment. What the act leaves empty has no element.
///
/// # Errors
/// When the XML cannot be written.
pub fn act_xml(act: &Act) -> Result<Option<Vec<u8>>, FormsError> {
    if act.form != PrintedForm::HiddenWorks {
        return Ok(None);
    }
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer.write_event(Event::Comment(BytesText::from_escaped(NOTICE)))?;
    let mut root = BytesStart::new("aosr");
    root.push_attribute(("xmlns", NAMESPACE));
    writer.write_event(Event::Start(root))?;
    let mut out = Elements { writer };
    out.within("actInfo", |out| act_info(out, act))?;
    out.writer.write_event(Event::End(BytesEnd::new("aosr")))?;
    let mut bytes = out.writer.into_inner();
    bytes.push(b'\n');
    Ok(Some(bytes))
}

struct Elements {
    writer: Writer<Vec<u8>>,
}

type Written = Result<(), FormsError>;

impl Elements {
    fn within(&mut self, name: &str, content: impl FnOnce(&mut Self) -> Written) -> Written {
        self.writer.write_event(Event::Start(BytesStart::new(name)))?;
        content(self)?;
        Ok(self.writer.write_event(Event::End(BytesEnd::new(name)))?)
    }

    /// An element with text; none when there is none.
    fn text(&mut self, name: &str, text: &str) -> Written {
        let text = plain_text(text);
        if text.is_empty() {
            return Ok(());
        }
        self.writer.write_event(Event::Start(BytesStart::new(name)))?;
        self.writer.write_event(Event::Text(BytesText::new(&text)))?;
        Ok(self.writer.write_event(Event::End(BytesEnd::new(name)))?)
    }

    fn date(&mut self, name: &str, date: Option<ActDate>) -> Written {
        let date = date.and_then(|date| ActDate::of_calendar(date.year, date.month, date.day));
        self.text(
            name,
            &date.map(|date| format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)).unwrap_or_default(),
        )
    }

    /// `<nameList>` of `<nameListItem>`; none when there are no entries.
    fn list<T>(&mut self, name: &str, entries: &[T], item: impl Fn(&mut Self, &T) -> Written) -> Written {
        if entries.is_empty() {
            return Ok(());
        }
        self.within(name, |out| {
            entries.iter().try_for_each(|entry| out.within(&format!("{name}Item"), |out| item(out, entry)))
        })
    }
}

fn act_info(out: &mut Elements, act: &Act) -> Written {
    out.within("permanentObjectInfo", |out| out.text("permanentObjectName", &act.object))?;
    organisation(out, "developer", act.developer.as_ref())?;
    organisation(out, "buildingContractor", act.builder.as_ref())?;
    organisation(out, "projectDocumentationContractor", act.designer.as_ref())?;
    out.within("documentInfo", |out| {
        out.text("name", crate::act_title(act.form))?;
        out.text("number", &act.number)?;
        out.date("date", act.date)
    })?;
    let who = &act.representatives;
    representative(out, "developerRepresentative", who.developer.as_ref())?;
    representative(out, "buildingContractorRepresentative", who.builder.as_ref())?;
    representative(out, "constructionManagementRepresentative", who.builder_control.as_ref())?;
    representative(out, "projDocContractRepresentative", who.designer.as_ref())?;
    representative(out, "workExecutorRepresentative", who.performer.as_ref())?;
    out.list("otherRepresentativesList", &who.others, representative_content)?;
    if !act.performed_by.trim().is_empty() {
        out.within("workExecutor", |out| out.within("legalEntity", |out| out.text("name", &act.performed_by)))?;
    }
    out.list("worksList", std::slice::from_ref(&act.works), |out, works| {
        out.within("workDescription", |out| out.text("workName", works))
    })?;
    if !act.project_documentation.trim().is_empty() {
        let documentation = std::slice::from_ref(&act.project_documentation);
        out.list("workAndProjectDocumentationsList", documentation, |out, text| {
            out.within("workAndProjectDocumentation", |out| out.text("workDocumentationSectionName", text))
        })?;
    }
    materials(out, act)?;
    proofs(out, act)?;
    if act.started.is_some() || act.finished.is_some() {
        out.within("worksDate", |out| {
            out.date("beginDate", act.started)?;
            out.date("endDate", act.finished)
        })?;
    }
    if !act.norms.is_empty() {
        out.within("accordantWorkAndProjectDocumentation", |out| {
            out.within("technicalRegulationsDocumentation", |out| {
                out.list("technicalRegulationDetailsList", &act.norms, |out, norm| out.text("name", norm))
            })
        })?;
    }
    if !act.next_works.trim().is_empty() {
        out.list("allowedWorksList", std::slice::from_ref(&act.next_works), |out, works| out.text("worksName", works))?;
    }
    out.text("additionalInfo", &act.additional)?;
    out.text("copiesNumber", &act.copies)?;
    out.list("attachmentsList", &act.attachments, |out, attachment| out.text("name", attachment))
}

fn organisation(out: &mut Elements, name: &str, organisation: Option<&Organisation>) -> Written {
    let Some(organisation) = organisation.filter(|organisation| organisation.phrase.is_empty()) else { return Ok(()) };
    let Organisation { ogrn, inn, address, phone, sro, sro_ogrn, sro_inn, .. } = organisation;
    out.within(name, |out| {
        out.within("organizationInfo", |out| {
            let (kind, number) = if organisation.is_entrepreneur() {
                ("individualEntrepreneur", "ogrnip")
            } else {
                ("legalEntity", "ogrn")
            };
            out.within(kind, |out| {
                out.text("name", &organisation.name)?;
                out.text(number, ogrn)?;
                out.text("inn", inn)?;
                if !address.trim().is_empty() {
                    out.within("address", |out| out.text("stringAddress", address))?;
                }
                if !phone.trim().is_empty() {
                    out.within("contactInfo", |out| out.text("phone", phone))?;
                }
                Ok(())
            })?;
            if sro.trim().is_empty() {
                return Ok(());
            }
            out.within("sro", |out| {
                out.text("name", sro)?;
                out.text("ogrn", sro_ogrn)?;
                out.text("inn", sro_inn)
            })
        })
    })
}

fn representative(out: &mut Elements, name: &str, who: Option<&Representative>) -> Written {
    match who.filter(|who| who.phrase.is_empty()) {
        Some(who) => out.within(name, |out| representative_content(out, who)),
        None => Ok(()),
    }
}

fn representative_content(out: &mut Elements, who: &Representative) -> Written {
    out.text("position", &who.position)?;
    let name = if who.full_name.trim().is_empty() { &who.name } else { &who.full_name };
    let mut words = name.split_whitespace();
    out.text("lastName", words.next().unwrap_or_default())?;
    // «И.О.» is one word and is no first name.
    let given: Vec<&str> = words.collect();
    if !who.full_name.trim().is_empty() {
        let (first, middle) = given.split_first().map_or(("", String::new()), |(first, rest)| (*first, rest.join(" ")));
        out.text("firstName", first)?;
        out.text("middleName", &middle)?;
    } else {
        out.text("firstName", &given.join(" "))?;
    }
    if !who.order.is_empty() || !who.order_number.is_empty() {
        out.within("administrativeDocument", |out| {
            out.text("name", &who.order)?;
            out.text("number", &who.order_number)?;
            out.date("date", who.order_date)
        })?;
    }
    out.text("specialistIdNumber", &who.register_number)
}

fn materials(out: &mut Elements, act: &Act) -> Written {
    let quality: Vec<&ActDocument> = act.documents_of(ActDocumentKind::Quality).collect();
    if quality.is_empty() {
        return out.list("usedMaterialsList", &act.materials, |out, material| out.text("name", material));
    }
    let mut names: Vec<&str> = Vec::new();
    for document in &quality {
        if !names.contains(&document.material.as_str()) {
            names.push(&document.material);
        }
    }
    out.list("usedMaterialsList", &names, |out, name| {
        out.text("name", name)?;
        let own: Vec<_> = quality.iter().filter(|document| document.material == **name).collect();
        out.within("qualityApproveDocuments", |out| {
            out.list("untypedQualityApproveDocumentsList", &own, |out, document| named_document(out, document))
        })
    })
}

fn proofs(out: &mut Elements, act: &Act) -> Written {
    let of = |kind| act.documents_of(kind).collect::<Vec<_>>();
    let (schemes, proofs) = (of(ActDocumentKind::Scheme), of(ActDocumentKind::Proof));
    if schemes.is_empty() && proofs.is_empty() && act.proofs.is_empty() {
        return Ok(());
    }
    out.within("examinationDocuments", |out| {
        if schemes.is_empty() && proofs.is_empty() {
            return out.within("obligatoryExpretiseResultDocuments", |out| {
                out.list("examinationResultDocumentsList", &act.proofs, |out, proof| out.text("name", proof))
            });
        }
        out.within("obligatoryAsBuiltSchemas", |out| {
            out.list("asBuiltSchemasList", &schemes, |out, document| named_document(out, document))?;
            out.list("examinationResultDocumentsList", &proofs, |out, document| named_document(out, document))
        })
    })
}

fn named_document(out: &mut Elements, document: &ActDocument) -> Written {
    out.text("name", &document.name)?;
    out.text("number", &document.number)?;
    out.date("date", document.date)
}
