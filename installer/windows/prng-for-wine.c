/* For trials under Wine before 8.13 alone, never shipped: the one function that Rust's standard library wants of
   bcryptprimitives.dll. Random bytes come from advapi32, where every Windows and Wine has them. */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T length) {
    return SystemFunction036(buffer, (ULONG)length);
}
