/* For trials under Wine alone: holds a file as some programs do, so that others may read but not rename it, until another
   file appears. Usage: hold.exe FILE UNTIL */
#include <stdio.h>
#include <windows.h>

int main(int count, char **words) {
    if (count != 3) return 2;
    HANDLE file = CreateFileA(words[1], GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE) return 1;
    puts("holding");
    fflush(stdout);
    while (GetFileAttributesA(words[2]) == INVALID_FILE_ATTRIBUTES) Sleep(50);
    CloseHandle(file);
    return 0;
}
