/* thread.c: where thread-local storage is, in place of musl's function of that name.
 *
 * In a guest on KVM the instruction that sets the base of FS is allowed, and saves the exit that the system call is.
 * Whoever reads the base later, reads it from the vCPU. A process may run on a Linux that does not allow it.
 */
#include "../muk.h"
#include "calls.h"

#define ARCH_SET_FS 0x1002 /* asm/prctl.h */

int __set_thread_area(void *thread);

int __set_thread_area(void *thread) {
    if (muk_boot_block()->machine == MUK_MACHINE_KVM) {
        __asm__ __volatile__("wrfsbase %0" ::"r"(thread) : "memory");
        return 0;
    }
    return (int)muk_syscall3(MUK_SYS_ARCH_PRCTL, ARCH_SET_FS, (long)thread, 0);
}
