/* libc.c: what NativeAOT's libraries, which are compiled against glibc, need otherwise than musl has it.
 *
 * They are linked into C# images together with musl: the image is little more than half as large as with glibc, makes
 * fewer system calls when it starts, and C and C# have one libc. What they use of glibc's ABI beyond C and POSIX is
 * this file.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

char *__strdup(const char *text);
int __madvise(void *address, size_t bytes, int advice);
int __real_pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes);
int __wrap_pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes);

char *__strdup(const char *text) {
    return strdup(text);
}

/* The collector says of each piece it commits that a core dump shall have it. A MUK's core is written by its core
 * kernel, which does not ask. */
int madvise(void *address, size_t bytes, int advice) {
    return advice == MADV_DODUMP || advice == MADV_DONTDUMP ? 0 : __madvise(address, bytes, advice);
}

/* Where the first thread's stack is. musl finds its lower end by a system call for each page; glibc, for which this was
 * written, takes the limit, and so does this. */
int __wrap_pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes) {
    const uintptr_t page = 4096;
    const size_t bytes_default = 8u << 20;
    uintptr_t near_top = getauxval(AT_RANDOM);
    struct rlimit limit;
    if (thread != pthread_self() || gettid() != getpid() || near_top == 0) {
        return __real_pthread_getattr_np(thread, attributes);
    }
    if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
        limit.rlim_cur = bytes_default;
    }
    uintptr_t top = (near_top + page - 1) & ~(page - 1);
    size_t bytes = limit.rlim_cur & ~(page - 1);
    int problem = pthread_attr_init(attributes);
    return problem ? problem : pthread_attr_setstack(attributes, (void *)(top - bytes), bytes);
}
