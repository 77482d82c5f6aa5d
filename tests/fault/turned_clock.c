/* A wall clock that can be turned while a program runs: preloaded, it adds the seconds that stand in a file, in the
 * process that stands there behind them, or in every one (0).
 *
 * libfaketime does more, and does it wrongly here: with CPython 3.11 its 0.9.10 lets every `time.sleep` fail with
 * EINVAL (clock_nanosleep with an absolute time) and now and then loses the wake-up of a lock that is waited for with a
 * timeout. This one touches nothing but the three functions that tell the wall clock's time.
 */

#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct turn {
    int64_t seconds, process;
};

static const volatile struct turn none = {0, 0};
static const volatile struct turn *turn = &none;

static int64_t ahead(void) {
    return turn->process == 0 || turn->process == getpid() ? turn->seconds : 0;
}

__attribute__((constructor)) static void open_file(void) {
    const char *path = getenv("CHAT_TURNED_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *page = mmap(NULL, sizeof *turn, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (page != MAP_FAILED) turn = page;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int result = (int)syscall(SYS_clock_gettime, clock, now);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += ahead();
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    int result = (int)syscall(SYS_gettimeofday, now, zone);
    if (result == 0) now->tv_sec += ahead();
    return result;
}

time_t time(time_t *result) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (result) *result = now.tv_sec;
    return now.tv_sec;
}
