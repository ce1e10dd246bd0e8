/* Loaded into a program under test (LD_PRELOAD): its wall clock goes wrong by as many seconds as a file says.
 *
 * In: WALL_CLOCK_FILE, a file of 8 bytes (a native 64-bit integer) that may change at any time. Out: CLOCK_REALTIME moved
 * by it. The monotonic clock and the times of files stay right, as on a computer whose clock somebody sets.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static volatile const int64_t *shift;

__attribute__((constructor)) static void look(void) {
    const char *path = getenv("WALL_CLOCK_FILE");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0)
        return;
    void *page = mmap(NULL, sizeof *shift, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (page != MAP_FAILED)
        shift = page;
}

int clock_gettime(clockid_t which, struct timespec *now) {
    int failed = (int)syscall(SYS_clock_gettime, which, now);
    if (!failed && which == CLOCK_REALTIME && shift)
        now->tv_sec += *shift;
    return failed;
}
