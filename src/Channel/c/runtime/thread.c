/* thread.c: where thread-local storage is, in place of musl's function of that name.
 *
 * Where the kernel says that the instruction for the base of FS may be used, it saves the exit (or the call) that
 * arch_prctl is. Whoever needs the base later reads it from the vCPU.
 */
#include "calls.h"

#define ARCH_SET_FS 0x1002 /* asm/prctl.h */

extern _Bool muk_fs_base_is_ours; /* start.c */
int __set_thread_area(void *thread);

int __set_thread_area(void *thread) {
    if (muk_fs_base_is_ours) {
        __asm__ __volatile__("wrfsbase %0" ::"r"(thread) : "memory");
        return 0;
    }
    return (int)muk_syscall3(MUK_SYS_ARCH_PRCTL, ARCH_SET_FS, (long)thread, 0);
}
