//! Who may open a named pipe on Windows: this user, and the system itself.
//!
//! In: nothing but the running process. Out: pipes that nobody else can open.
//! Not here: the pipe's name and what is said over it (`platform::endpoint`, `control`).

use std::ffi::c_void;
use std::io;
use std::mem::size_of;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::ptr::null_mut;

use tokio::net::windows::named_pipe::{NamedPipeServer, ServerOptions};
use windows_sys::Win32::Foundation::LocalFree;
use windows_sys::Win32::Security::Authorization::{
    ConvertSidToStringSidW, ConvertStringSecurityDescriptorToSecurityDescriptorW, SDDL_REVISION_1,
};
use windows_sys::Win32::Security::{
    GetTokenInformation, PSECURITY_DESCRIPTOR, SECURITY_ATTRIBUTES, TOKEN_QUERY, TOKEN_USER, TokenUser,
};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};

/// A security descriptor: owner and only guest is the user of this process.
#[derive(Debug)]
pub struct Security {
    /// From `LocalAlloc`, freed on drop.
    descriptor: PSECURITY_DESCRIPTOR,
}

#[allow(unsafe_code, reason = "a raw pointer is not Send by itself")]
// SAFETY: the descriptor is plain memory that only this value owns and that nobody writes to after it was made.
unsafe impl Send for Security {}
#[allow(unsafe_code, reason = "a raw pointer is not Sync by itself")]
// SAFETY: as above; shared use only reads.
unsafe impl Sync for Security {}

impl Security {
    pub fn for_this_user() -> io::Result<Self> {
        let user = user_sid()?;
        // O: the owner. D:P an access list of its own that nothing is inherited into: GA all rights, SY the system.
        let text = format!("O:{user}D:P(A;;GA;;;{user})(A;;GA;;;SY)");
        let text: Vec<u16> = text.encode_utf16().chain([0]).collect();
        let mut descriptor = null_mut();
        #[allow(unsafe_code, reason = "no safe binding")]
        // SAFETY: `text` ends in a zero and `descriptor` is a live place for the pointer; no length is asked for.
        let done = unsafe {
            ConvertStringSecurityDescriptorToSecurityDescriptorW(
                text.as_ptr(),
                SDDL_REVISION_1,
                &raw mut descriptor,
                null_mut(),
            )
        };
        checked(done)?;
        Ok(Self { descriptor })
    }

    /// Makes one instance of a pipe that only this user can open.
    pub fn create(&self, options: &ServerOptions, name: &str) -> io::Result<NamedPipeServer> {
        let mut attributes = SECURITY_ATTRIBUTES {
            nLength: size_of::<SECURITY_ATTRIBUTES>() as u32,
            lpSecurityDescriptor: self.descriptor,
            bInheritHandle: 0,
        };
        #[allow(unsafe_code, reason = "tokio takes the attributes as a raw pointer")]
        // SAFETY: the attributes and the descriptor in them are valid and outlive the call, which copies them.
        unsafe {
            options.create_with_security_attributes_raw(name, (&raw mut attributes).cast::<c_void>())
        }
    }
}

impl Drop for Security {
    fn drop(&mut self) {
        free(self.descriptor);
    }
}

/// The user of this process as a security identifier, for example `S-1-5-21-…-1001`.
fn user_sid() -> io::Result<String> {
    let token = process_token()?;
    let mut room = [0_u64; 32]; // the record and the longest SID, 68 bytes; aligned for the pointer in it
    let mut length = 0;
    let mut text = null_mut();
    #[allow(unsafe_code, reason = "no safe binding")]
    // SAFETY: `room` is as long as stated and aligned; on success it holds a TOKEN_USER whose SID points into `room`.
    unsafe {
        let size = size_of_val(&room) as u32;
        checked(GetTokenInformation(
            token.as_raw_handle(),
            TokenUser,
            room.as_mut_ptr().cast(),
            size,
            &raw mut length,
        ))?;
        let user = &*room.as_ptr().cast::<TOKEN_USER>();
        checked(ConvertSidToStringSidW(user.User.Sid, &raw mut text))?;
    }
    let mut units = Vec::new();
    #[allow(unsafe_code, reason = "a text of the system's, ended by a zero")]
    // SAFETY: the call above gave a pointer to UTF-16 units that end in a zero; none behind it is read.
    unsafe {
        while *text.add(units.len()) != 0 {
            units.push(*text.add(units.len()));
        }
    }
    free(text.cast());
    Ok(String::from_utf16_lossy(&units))
}

fn process_token() -> io::Result<OwnedHandle> {
    let mut token = null_mut();
    #[allow(unsafe_code, reason = "no safe binding")]
    // SAFETY: the process' own pseudo handle is always valid, and a token that was opened is ours to close.
    unsafe {
        checked(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw mut token))?;
        Ok(OwnedHandle::from_raw_handle(token))
    }
}

fn free(memory: *mut c_void) {
    #[allow(unsafe_code, reason = "no safe binding")]
    // SAFETY: every caller passes memory that the system allocated with LocalAlloc, once.
    unsafe {
        LocalFree(memory);
    }
}

fn checked(done: i32) -> io::Result<()> {
    if done == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use tokio::net::windows::named_pipe::ClientOptions;

    use super::*;

    #[test]
    fn names_the_user_by_a_security_identifier() {
        let sid = user_sid().expect("every process has a user");
        assert!(sid.starts_with("S-1-5-") && sid[2..].split('-').all(|part| part.parse::<u64>().is_ok()), "{sid}");
    }

    #[tokio::test]
    async fn this_user_gets_in() {
        let name = format!(r"\\.\pipe\outtray-test-{}", std::process::id());
        let security = Security::for_this_user().expect("a descriptor");
        let server = security.create(&ServerOptions::new(), &name).expect("an instance");
        let client = ClientOptions::new().open(&name).expect("it is our own");
        server.connect().await.expect("somebody is there");
        drop(client);
    }
}
