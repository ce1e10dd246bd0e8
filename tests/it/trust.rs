//! Whose certificates the real program trusts: those of the system and of `network.ca_file`; and what it says otherwise.
//!
//! Not here: every kind of bad certificate (`remote::tls`).

use std::sync::atomic::Ordering;

use crate::remote::tls::{Authority, TlsServer};
use crate::support::app::{App, Ended};

/// One pass against a server whose certificate an authority signed that no system knows.
struct Company {
    app: App,
    authority: Authority,
    server: TlsServer,
}

impl Company {
    fn new(more: impl FnOnce(&App) -> String) -> Self {
        let authority = Authority::new();
        let server = TlsServer::start(&authority.issue("localhost", |_| {}));
        let app = App::new();
        std::fs::write(app.home.join("company.pem"), authority.pem()).unwrap();
        let more = more(&app);
        app.write_config(&format!(
            "api_url = {:?}\ndevice_id = \"dev001\"\nwatch_dir = \"{}\"\n[network]\nproxy = \"none\"\n{more}\
             [files]\nsettle_ms = 50\n[retry]\npresign_delays_ms = [5]\nupload_base_ms = 5\n",
            server.api_url(),
            app.folder.display()
        ));
        app.put("a.json", "{}");
        Self { app, authority, server }
    }

    fn sync(&self, variable: Option<&str>) -> Ended {
        let mut command = self.app.command(&["sync"]);
        if let Some(file) = variable {
            command.env("SSL_CERT_FILE", self.app.home.join(file));
        }
        crate::support::app::ended(&mut command)
    }
}

#[test]
fn a_company_authority_in_the_ca_file_carries_files() {
    let company = Company::new(|app| format!("ca_file = {:?}\n", app.home.join("company.pem")));
    company.sync(None).ends(0);
    assert_eq!(company.app.names(), ["a.json.synced"]);
    assert_eq!(company.server.requests.load(Ordering::SeqCst), 2);
}

#[cfg(target_os = "linux")]
#[test]
fn a_company_authority_in_the_systems_store_carries_files() {
    let company = Company::new(|_| String::new());
    company.sync(Some("company.pem")).ends(0);
    assert_eq!(company.app.names(), ["a.json.synced"]);
}

#[test]
fn without_trust_nothing_is_sent_and_the_way_out_is_told() {
    let company = Company::new(|_| String::new());
    let ended = company.sync(None);
    assert_ne!(ended.code, 0, "{ended:?}");
    let text = ended.text();
    assert!(text.contains("issuer is not trusted") && text.contains("ca_file"), "{text}");
    assert_eq!(company.app.names(), ["a.json"]);
    assert_eq!(company.server.requests.load(Ordering::SeqCst), 0);
    assert!(company.authority.pem().starts_with("-----BEGIN"));
}
