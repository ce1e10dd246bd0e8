//! What Windows shows of the two programs: icon, version, and a manifest; on other systems only what it is built for.
//!
//! The manifest asks for no rights, for sharp text on every screen, for paths over 260 letters, and for UTF-8.

fn main() {
    // The name of our archive in a release.
    println!("cargo::rustc-env=OUTTRAY_TARGET={}", std::env::var("TARGET").unwrap_or_default());
    println!("cargo::rerun-if-changed=installer/release-key.pub");
    println!("cargo::rerun-if-changed=installer/build.rs");
    println!("cargo::rerun-if-changed=installer/windows/outtray.manifest");
    println!("cargo::rerun-if-changed=icons/generated/outtray.ico");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() != Ok("windows") {
        return;
    }
    let mut resource = winresource::WindowsResource::new();
    resource
        .set_icon("icons/generated/outtray.ico")
        .set_manifest_file("installer/windows/outtray.manifest")
        .set("ProductName", "OutTray")
        .set("FileDescription", "OutTray")
        .set("CompanyName", "The OutTray authors")
        .set("LegalCopyright", "Copyright 2026 The OutTray authors. MIT or Apache-2.0.");
    let mut bins = vec!["outtray"];
    if std::env::var_os("CARGO_FEATURE_DESKTOP").is_some() {
        bins.push("outtray-desktop");
    }
    for bin in bins {
        if let Err(error) = resource.compile_for(bin) {
            println!("cargo::error=the resources of {bin} cannot be compiled: {error}");
        }
    }
}
