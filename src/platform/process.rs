//! What the process owes itself before it does anything else.
//!
//! Not here: signals (`cli`), the lock of a folder (`platform::lock`).

/// Closes doors that are open by default. Call it first in `main`, before any thread starts.
///
/// Linux and macOS: new files belong to this user alone, and a crash leaves no picture of the memory (which holds
/// presigned URLs and conversations) on the disk. Windows: libraries are loaded from the system's folder only, never
/// from the folder in which somebody may have put a download beside the program.
pub fn harden() {
    #[cfg(unix)]
    {
        use rustix::fs::Mode;
        use rustix::process::{Resource, Rlimit, setrlimit, umask};

        umask(Mode::RWXG | Mode::RWXO);
        // Lowering a limit is always allowed; were it not, the program would still be right to go on.
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
    #[cfg(windows)]
    {
        use windows_sys::Win32::System::LibraryLoader::{LOAD_LIBRARY_SEARCH_SYSTEM32, SetDefaultDllDirectories};

        #[allow(unsafe_code, reason = "no safe binding")]
        // SAFETY: takes flags and no pointer. A refusal leaves the default search in place.
        unsafe {
            SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_SYSTEM32);
        }
    }
}

/// Ends this process at once: nothing is flushed, closed or told, as if the power of the program were cut.
#[cfg(feature = "failpoints")]
pub fn end_abruptly() -> ! {
    #[cfg(unix)]
    {
        use rustix::process::{Signal, getpid, kill_process};
        // Nobody may refuse a process to end itself; were it so, the abort below does it.
        let _ = kill_process(getpid(), Signal::KILL);
    }
    std::process::abort()
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use rustix::process::{Resource, getrlimit};

    /// The mask is one for the whole process: under `cargo test` this also shows that no neighbour needs a wider one.
    #[test]
    fn new_files_are_private_and_cores_are_off() {
        super::harden();
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.json");
        std::fs::write(&path, "{}").expect("it writes");
        let mode = std::fs::metadata(&path).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(getrlimit(Resource::Core).maximum, Some(0));
    }
}

#[cfg(all(test, windows))]
mod tests {
    use std::os::windows::ffi::OsStrExt as _;
    use std::path::Path;

    use windows_sys::Win32::System::LibraryLoader::LoadLibraryW;

    /// Any image can be loaded as a library, if only as a thing without an entry: so a copy of this very program.
    #[test]
    fn a_library_beside_the_program_is_not_loaded() {
        let own = std::env::current_exe().expect("it has a name");
        let loads = |name: &str| {
            let planted = own.with_file_name(name);
            std::fs::copy(&own, &planted).expect("copied");
            let text: Vec<u16> = Path::new(name).as_os_str().encode_wide().chain([0]).collect();
            #[allow(unsafe_code, reason = "no safe binding")]
            // SAFETY: the text ends in a zero and lives until the call returns; what was loaded stays until the end.
            let loaded = unsafe { LoadLibraryW(text.as_ptr()) };
            let _ = std::fs::remove_file(planted); // one that was loaded cannot be removed
            !loaded.is_null()
        };
        assert!(loads("outtray_planted_1.dll"), "it could not be loaded anyway");
        super::harden();
        assert!(!loads("outtray_planted_2.dll"), "it was loaded from the folder of the program");
    }
}
