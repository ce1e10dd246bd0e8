//! LibFuzzer at one door of `outtray::fuzzing`; a variable names it, so that one program serves all.
//!
//! `cargo xtask fuzz` builds it with the flags that it needs; built without them it only says so.

#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    static DOOR: std::sync::OnceLock<outtray::fuzzing::Door> = std::sync::OnceLock::new();
    let door = DOOR.get_or_init(|| {
        let name = std::env::var("FUZZ_DOOR").expect("FUZZ_DOOR names a door");
        outtray::fuzzing::door(&name).expect("a door of outtray::fuzzing")
    });
    door(bytes);
});

#[cfg(not(fuzzing))]
fn main() {
    eprintln!("start it with `cargo xtask fuzz`");
}
