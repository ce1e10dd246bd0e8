//! What a screen reader tells of each step.

use super::*;

#[test]
fn each_step_can_be_heard() {
    let world = World::new();
    let mut window = world.open();
    let mut told = window.words();
    window.types(ADDRESS, &world.cloud.api_url()).key(Key::Enter).types(DEVICE, "desk 9").key(Key::Enter);
    told = format!("{told}\n---\n{}", window.words());
    window.types(DEVICE, "desk-9").key(Key::Enter).types(FOLDER, "memory");
    told = format!("{told}\n---\n{}", window.words());
    window.types(FOLDER, &world.folder().display().to_string()).key(Key::Enter);
    told = format!("{told}\n---\n{}", window.words());
    window.personal().shows("Everything works");
    let told = format!("{told}\n---\n{}", window.words()).replace(&world.place.path().display().to_string(), "HERE");
    let told = told.replace(&world.cloud.api_url(), "URL");
    insta::assert_snapshot!(told, @"
    Button Continue
    Set up OutTray
    Step 1 of 5: Connect
    OutTray asks this address before every upload. Whoever runs your storage gave it to you: a web address, or one line that begins with outtray1 and fills in everything it knows.
    API URL or enrolment line
    TextInput API URL or enrolment line []
    ---
    Button Continue
    Button Back
    Set up OutTray
    Step 2 of 5: This computer
    A name by which the storage tells your computers apart. The proposal says nothing about you; any other name will do that no second computer has.
    Device ID
    TextInput Device ID [desk 9]
    Use 1 to 64 letters, digits, dots, underscores or hyphens (A-Z a-z 0-9 . _ -), and no spaces.
    ---
    Button Continue
    Button Back
    Set up OutTray
    Step 3 of 5: Folder
    The folder into which the other program writes its finished files. Sent files stay there; their names then end in .synced.
    Folder
    TextInput Folder [memory]
    Button Choose Folder
    Write the whole path from its beginning, or choose the folder with the button.
    ---
    Button Continue
    Button Back
    Set up OutTray
    Step 4 of 5: Personal data
    OutTray looks through each file before it is sent. Your own files always stay as they are; what do you want to happen to personal data in the copy that leaves?
    RadioButton Hide it (recommended)
    Names, addresses, numbers and passwords that OutTray recognises are replaced, for example by [EMAIL].
    RadioButton Send it, and count it
    Files are sent as they are; the history says how much personal data was in them.
    RadioButton Hold the file back
    A file with personal data waits here until you decide about it.
    RadioButton Do not look
    Files are sent as they are, and nobody counts.
    ---
    Button Finish
    Button Back
    Set up OutTray
    Step 5 of 5: Check and finish
    Everything works. Press Finish, and your files are sent by themselves.
    Does everything work?
    Every step of the way is tried with a small test object. Nothing of yours is sent yet.
    Image works
    The folder can be read, and files in it renamed
    Image works
    The server's name is known
    Image works
    The server can be reached
    Image works
    The clock is right
    Image works
    The server allows uploads
    Image works
    This computer is accepted
    Image works
    A test object arrived in the storage
    Image works
    Sent files can be marked
    Button My presigner needs a key
    CheckBox Tell me when something goes wrong
    Your settings
    API URL
    URL
    Device ID
    desk-9
    Folder
    HERE/memory
    Personal data
    Hide it
    Settings file
    HERE/home/config.toml
    ");
}
