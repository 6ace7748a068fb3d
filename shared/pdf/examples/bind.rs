//! Binds PDF files into one with bookmarks by tens, links of the first file's pages, and sheet numbers: `bind OUT FILE…`.
#![expect(clippy::unwrap_used, reason = "an example may stop at the first surprise")]

use pdf::bind::{BindOptions, Bookmark, PageStamp, bind, page_count};
use std::io::BufWriter;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let out = arguments.next().unwrap();
    let files: Vec<String> = arguments.collect();
    let (mut pages, mut bookmarks) = (0, Vec::<Bookmark>::new());
    for (index, file) in files.iter().enumerate() {
        let bookmark = |title: String| Bookmark { title, page: pages + 1, children: Vec::new() };
        if index % 10 == 0 {
            bookmarks.push(bookmark(format!("Раздел {}", index / 10 + 1)));
        }
        bookmarks.last_mut().unwrap().children.push(bookmark(format!("Документ {}", index + 1)));
        pages += page_count(&std::fs::read(file).unwrap()).unwrap();
    }
    let page_stamps = (1..=pages).map(|page| PageStamp { sheet: Some(format!("Лист {page}")), mark: None }).collect();
    let options = BindOptions { title: "Комплект".to_owned(), bookmarks, page_stamps, pages };
    let mut sources = files.iter().map(|file| std::fs::read(file).unwrap());
    let report = bind(&mut sources, &options, BufWriter::new(std::fs::File::create(out).unwrap())).unwrap();
    println!("{} pages, {} bytes, {} objects shared", report.pages, report.size_bytes, report.shared_objects);
}
