//! A release server on loopback, with releases that are signed for real, and with faults.
//!
//! In: a version and its programs. Out: the three kinds of addresses that a release has, and a record of who asked.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::{Arc, Mutex};

use flate2::Compression;
use flate2::write::GzEncoder;
use minisign::KeyPair;
use serde_json::json;

use crate::remote::server::{Head, Line, Server};
use crate::support::tray::sha256;

/// What goes wrong at an address.
#[derive(Debug, Clone)]
pub enum Fault {
    Status(u16),
    /// So many bytes, then the line is cut.
    Cut(usize),
    /// These bytes instead, whole.
    Instead(Vec<u8>),
    /// Elsewhere; `/…` is on this server.
    Redirect(String),
    WebPage,
}

type Files = BTreeMap<String, Vec<u8>>;

pub struct Releases {
    pub server: Server,
    pair: KeyPair,
    files: Arc<Mutex<Files>>,
    faults: Arc<Mutex<BTreeMap<String, Fault>>>,
}

pub const LIST: &str = "/latest/download/outtray-release.json";

impl Releases {
    pub fn start() -> Self {
        let (files, faults) = (Arc::<Mutex<Files>>::default(), Arc::<Mutex<BTreeMap<String, Fault>>>::default());
        let (held, wrong) = (files.clone(), faults.clone());
        let answer = move |head: &Head, line: &mut Line| {
            let file = held.lock().unwrap().get(&head.target).cloned();
            let fault = wrong.lock().unwrap().get(&head.target).cloned();
            serve(head, line, file, fault);
        };
        let server = Server::start(|_: &Head, line: &mut Line| line.answer(405, &[], b""), answer);
        Self { server, pair: KeyPair::generate_unencrypted_keypair().unwrap(), files, faults }
    }

    pub fn key(&self) -> String {
        self.pair.pk.to_base64()
    }

    pub fn fault(&self, address: &str, fault: Fault) {
        self.faults.lock().unwrap().insert(address.into(), fault);
    }

    pub fn well_again(&self, address: &str) {
        self.faults.lock().unwrap().remove(address);
    }

    /// The list, by the name of its version.
    pub fn list_of(version: &str) -> String {
        format!("/download/v{version}/outtray-release.json")
    }

    pub fn archive_of(version: &str) -> String {
        format!("/download/v{version}/{}", archive())
    }

    pub fn signature_of(version: &str) -> String {
        format!("{}.minisig", Self::list_of(version))
    }

    /// A release whose programs are these scripts.
    pub fn publish(&self, version: &str, programs: &[(&str, &str)]) {
        self.publish_signed_by(version, programs, &self.pair);
    }

    pub fn publish_signed_by(&self, version: &str, programs: &[(&str, &str)], pair: &KeyPair) {
        let packed = pack(programs);
        let file = json!({"name": archive(), "size": packed.len(), "sha256": sha256(&packed)});
        let list = json!({"v": 1, "version": version, "date": "2026-03-01T10:00:00Z", "files": [file]}).to_string();
        let signature = minisign::sign(None, &pair.sk, list.as_bytes(), None, None).unwrap().into_string();
        let mut files = self.files.lock().unwrap();
        files.insert(LIST.into(), list.clone().into_bytes());
        files.insert(Self::list_of(version), list.into_bytes());
        files.insert(Self::signature_of(version), signature.into_bytes());
        files.insert(Self::archive_of(version), packed);
    }

    /// What was asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        self.server.heads.lock().unwrap().iter().map(|head| head.target.clone()).collect()
    }
}

pub fn foreign_pair() -> KeyPair {
    KeyPair::generate_unencrypted_keypair().unwrap()
}

fn archive() -> String {
    format!("outtray-{}.tar.gz", env!("OUTTRAY_TARGET"))
}

/// As `dist` packs: one folder, with other things in it.
pub fn pack(programs: &[(&str, &str)]) -> Vec<u8> {
    let mut packed = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (name, text) in programs.iter().chain(&[("README.md", "# OutTray")]) {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        packed.append_data(&mut header, format!("outtray-x/{name}"), text.as_bytes()).unwrap();
    }
    let mut zipped = packed.into_inner().unwrap();
    zipped.flush().unwrap();
    zipped.finish().unwrap()
}

fn serve(head: &Head, line: &mut Line, file: Option<Vec<u8>>, fault: Option<Fault>) {
    match (fault, file) {
        (Some(Fault::Status(status)), _) => line.answer(status, &[], b""),
        (Some(Fault::Redirect(to)), _) => line.answer(302, &[("location", &to)], b""),
        (Some(Fault::WebPage), _) => line.answer(200, &[("content-type", "text/html")], b"<html>sign in</html>"),
        (Some(Fault::Instead(bytes)), _) => line.answer(200, &[], &bytes),
        (Some(Fault::Cut(length)), Some(file)) => {
            let told = format!("HTTP/1.1 200 X\r\ncontent-length: {}\r\n\r\n", file.len());
            let _ = line.raw(&[told.as_bytes(), &file[..length]].concat());
            line.hang_up();
        }
        (None, Some(file)) => {
            let etag = format!("\"{}\"", &sha256(&file)[..16]);
            if head.header("if-none-match") == Some(&etag) {
                line.answer(304, &[("etag", &etag)], b"");
            } else {
                line.answer(200, &[("etag", &etag)], &file);
            }
        }
        (_, None) => line.answer(404, &[], b""),
    }
}
