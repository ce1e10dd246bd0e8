//! Unix sockets: mode 0600, callers of this user only, and paths of any length.

use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fd::OwnedFd;
use rustix::fs::{Mode, OFlags};
use tokio::net::{UnixListener, UnixStream};

use super::{Address, SOCKET};

/// A caller's end and ours are the same type here; on Windows they differ.
pub type Accepted = UnixStream;
pub type Connected = UnixStream;

/// Room for a path in `sockaddr_un`, with its closing zero: 104 bytes on macOS and the BSDs, 108 on Linux.
const PATH_ROOM: usize = if cfg!(target_os = "linux") { 108 } else { 104 };

/// A socket that listens; dropping it removes the file.
#[derive(Debug)]
pub struct Listener {
    socket: UnixListener,
    address: Address,
    path: PathBuf,
    inode: u64,
}

impl Listener {
    /// Takes the place of a socket that nobody serves any more; [`ErrorKind::AddrInUse`] when somebody does.
    ///
    /// Call it while holding the folder's lock: two starts at one moment could both find the old socket dead.
    pub fn bind(address: &Address) -> io::Result<Self> {
        let path = address.state_dir.join(SOCKET);
        let reach = Reach::new(&address.state_dir)?;
        if let Ok(facts) = std::fs::symlink_metadata(&path) {
            if std::os::unix::net::UnixStream::connect(&reach.path).is_ok() {
                return Err(ErrorKind::AddrInUse.into());
            }
            if facts.file_type().is_socket() {
                std::fs::remove_file(&path)?;
            }
        }
        let socket = UnixListener::bind(&reach.path)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        let inode = std::fs::symlink_metadata(&path)?.ino();
        Ok(Self { socket, address: address.clone(), path, inode })
    }

    /// Makes the file anew when it was removed, alone or with its folder: without it no caller finds the way.
    pub fn renew(&mut self) {
        if self.is_lost()
            && let Ok(again) = Self::bind(&self.address)
        {
            *self = again;
        }
    }

    fn is_lost(&self) -> bool {
        !std::fs::symlink_metadata(&self.path).is_ok_and(|facts| facts.ino() == self.inode)
    }

    /// The next caller of this user; others are turned away.
    pub async fn accept(&mut self) -> io::Result<Accepted> {
        loop {
            let (stream, _) = self.socket.accept().await?;
            let caller = stream.peer_cred()?.uid();
            // The mode of the file says so already, but not on every system is it looked at.
            if caller == rustix::process::geteuid().as_raw() || caller == 0 {
                return Ok(stream);
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // The name may be another engine's by now.
        if !self.is_lost() {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// [`ErrorKind::NotFound`] or [`ErrorKind::ConnectionRefused`] when nobody is there.
pub async fn connect(address: &Address) -> io::Result<Connected> {
    let reach = Reach::new(&address.state_dir)?;
    UnixStream::connect(&reach.path).await
}

/// A path to the socket that is short enough for the system.
struct Reach {
    path: PathBuf,
    /// Keeps the folder open while `path` leads through it.
    _folder: Option<OwnedFd>,
}

impl Reach {
    fn new(state_dir: &Path) -> io::Result<Self> {
        let path = state_dir.join(SOCKET);
        if path.as_os_str().len() < PATH_ROOM {
            return Ok(Self { path, _folder: None });
        }
        if !cfg!(target_os = "linux") {
            return Err(io::Error::new(
                ErrorKind::InvalidFilename,
                format!("the path of the control socket is longer than {} bytes: {}", PATH_ROOM - 1, path.display()),
            ));
        }
        // Linux leads through an open folder, however deep it lies (proc_pid_fd(5)).
        let folder = rustix::fs::open(state_dir, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
        let number = std::os::fd::AsRawFd::as_raw_fd(&folder);
        Ok(Self { path: PathBuf::from(format!("/proc/self/fd/{number}/{SOCKET}")), _folder: Some(folder) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    async fn speaks(folder: &Path) {
        let address = Address::new(folder, true);
        let mut listener = Listener::bind(&address).unwrap();
        let (ours, theirs) = tokio::join!(listener.accept(), connect(&address));
        theirs.unwrap().write_all(b"hi").await.unwrap();
        let mut word = [0; 2];
        ours.unwrap().read_exact(&mut word).await.unwrap();
        assert_eq!(&word, b"hi");
        let mode = std::fs::metadata(folder.join(SOCKET)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[tokio::test]
    async fn speaks_and_cleans_up() {
        let folder = tempfile::tempdir().unwrap();
        speaks(folder.path()).await;
        assert!(!folder.path().join(SOCKET).exists());
        let gone = connect(&Address::new(folder.path(), true)).await.unwrap_err();
        assert_eq!(gone.kind(), ErrorKind::NotFound);
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn speaks_from_deep_folders() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("d".repeat(120)).join("e".repeat(120));
        std::fs::create_dir_all(&deep).unwrap();
        speaks(&deep).await;
    }

    #[tokio::test]
    async fn takes_over_a_dead_socket_and_no_living_one() {
        let folder = tempfile::tempdir().unwrap();
        let address = Address::new(folder.path(), true);
        // A killed program leaves its file behind.
        drop(std::os::unix::net::UnixListener::bind(folder.path().join(SOCKET)).unwrap());
        assert!(folder.path().join(SOCKET).exists());
        let living = Listener::bind(&address).unwrap();
        assert_eq!(Listener::bind(&address).unwrap_err().kind(), ErrorKind::AddrInUse);
        drop(living);
        Listener::bind(&address).unwrap();
    }

    #[tokio::test]
    async fn a_socket_that_was_removed_with_its_folder_comes_back() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("state");
        std::fs::create_dir(&folder).unwrap();
        let address = Address::new(&folder, true);
        let mut listener = Listener::bind(&address).unwrap();
        listener.renew();
        std::fs::remove_dir_all(&folder).unwrap();
        listener.renew(); // nowhere to be made
        std::fs::create_dir(&folder).unwrap();
        assert!(connect(&address).await.is_err());
        listener.renew();
        let (accepted, connected) = tokio::join!(listener.accept(), connect(&address));
        assert!(accepted.is_ok() && connected.is_ok());
    }

    #[tokio::test]
    async fn never_removes_the_socket_of_another() {
        let folder = tempfile::tempdir().unwrap();
        let address = Address::new(folder.path(), true);
        let first = Listener::bind(&address).unwrap();
        std::fs::remove_file(folder.path().join(SOCKET)).unwrap();
        let second = Listener::bind(&address).unwrap();
        drop(first);
        assert!(connect(&address).await.is_ok());
        drop(second);
    }
}
