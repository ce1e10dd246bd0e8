/* For trials under Wine alone: says who may open a pipe, as SDDL has it, with U for the user who asks.
   Usage: pipe-acl.exe '\\.\pipe\NAME' */
#include <stdio.h>
#include <string.h>
#include <windows.h>
#include <aclapi.h>
#include <sddl.h>

int main(int count, char **words) {
    if (count != 2) return 2;
    HANDLE pipe = CreateFileA(words[1], GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    if (pipe == INVALID_HANDLE_VALUE) return fprintf(stderr, "no such pipe: %lu\n", GetLastError()), 1;
    PSECURITY_DESCRIPTOR descriptor;
    SECURITY_INFORMATION wanted = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
    DWORD error = GetSecurityInfo(pipe, SE_KERNEL_OBJECT, wanted, NULL, NULL, NULL, NULL, &descriptor);
    char *text;
    if (error || !ConvertSecurityDescriptorToStringSecurityDescriptorA(descriptor, SDDL_REVISION_1, wanted, &text, NULL))
        return fprintf(stderr, "its access list cannot be read: %lu\n", error ? error : GetLastError()), 1;
    HANDLE token;
    BYTE user[256];
    DWORD size = sizeof user;
    char *own;
    OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token);
    GetTokenInformation(token, TokenUser, user, size, &size);
    ConvertSidToStringSidA(((TOKEN_USER *)user)->User.Sid, &own);
    for (char *at = text; *at;) {
        if (!strncmp(at, own, strlen(own))) putchar('U'), at += strlen(own);
        else putchar(*at++);
    }
    putchar('\n');
    return 0;
}
