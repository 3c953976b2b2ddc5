/* muk-launch: turns itself into a guest of the `process` machine.
 *
 * The core kernel starts it with one descriptor, a socket, and sends it a plan. It pins itself, maps what the plan says
 * (image, rings, boot block, stack) at the guest's fixed addresses, gives up every privilege, installs the system-call
 * filter, sends the filter's listener back, waits for one byte, lets go of all descriptors and of its own memory, and
 * jumps to the image's entry point. One page of it stays mapped, readable and executable: the page it jumps from.
 *
 * No C library: nothing here allocates, nothing is left behind. Any failure is one message with the step and errno.
 */
#include "muk-launch.h"
#include "sys.h"

#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>

#define MUK_EINTR         4
#define MUK_ETOOMANYREFS  109
#define MUK_PROT_READ     1u
#define MUK_ADVICE_HUGE   14 /* MADV_HUGEPAGE */
#define MUK_MAP_SHARED    0x01u
#define MUK_MAP_PRIVATE   0x02u
#define MUK_MAP_ANONYMOUS 0x20u
#define MUK_MAP_EXACTLY   0x100000u /* MAP_FIXED_NOREPLACE */
#define MUK_SOL_SOCKET    1
#define MUK_SCM_RIGHTS    1
#define MUK_CLOEXEC       0x40000000u /* MSG_CMSG_CLOEXEC */
#define MUK_TRUNCATED     0x28        /* MSG_TRUNC, MSG_CTRUNC */
#define MUK_AT_EXECFN     31u
#define MUK_AT_VDSO       33u
#define MUK_MSEAL         462 /* Linux 6.10; not yet in this system's headers */

struct muk_iovec {
    void *base;
    uint64_t bytes;
};

struct muk_message {
    void *name;
    uint32_t name_bytes;
    uint32_t reserved0;
    struct muk_iovec *parts;
    uint64_t part_count;
    void *control;
    uint64_t control_bytes;
    int32_t flags;
    uint32_t reserved1;
};

struct muk_control_message {
    uint64_t bytes;
    int32_t level;
    int32_t type;
    int32_t fds[MUK_PLAN_FDS];
};

/* All the launcher's writable memory; it is unmapped before the guest starts. Pages of its own, hence the alignment. */
static struct {
    struct muk_control_message control;
    struct muk_launch_reply reply;
    struct muk_plan_mm mm;
    int32_t fd_count;
} muk_state __attribute__((aligned(4096)));

_Noreturn void muk_launch(uint64_t *stack);
_Noreturn void muk_leave(uint64_t entry, uint64_t stack, uint64_t old_stack, uint64_t old_stack_bytes,
                         uint64_t plan_bytes, uint64_t own_bytes);
extern char muk_own_memory[], muk_own_memory_end[];

__asm__(".text\n"
        ".globl _start\n"
        "_start:\n"
        "    xorl %ebp, %ebp\n"
        "    movq %rsp, %rdi\n"
        "    andq $-16, %rsp\n"
        "    call muk_launch\n"
        "    hlt\n"
        /* The last steps run without a stack: what is in registers is all there is. */
        ".balign 64\n"
        ".globl muk_leave\n"
        "muk_leave:\n"
        "    movq %rdi, %r12\n" /* entry */
        "    movq %rsi, %rsp\n" /* the guest's stack */
        "    movq %rdx, %r13\n" /* the old stack */
        "    movq %rcx, %r14\n"
        "    movq %r8, %r15\n" /* the plan's size */
        "    movq %r9, %rbx\n" /* the size of our own memory */
        "    xorl %edi, %edi\n"
        "    movl $-1, %esi\n"
        "    xorl %edx, %edx\n"
        "    movl $436, %eax\n" /* close_range(0, ~0, 0) */
        "    syscall\n"
        "    movq %r13, %rdi\n"
        "    movq %r14, %rsi\n"
        "    movl $11, %eax\n" /* munmap: the old stack */
        "    syscall\n"
        "    movabsq $0x00007a0010000000, %rdi\n"
        "    movq %r15, %rsi\n"
        "    movl $11, %eax\n" /* munmap: the plan */
        "    syscall\n"
        "    leaq muk_own_memory(%rip), %rdi\n"
        "    movq %rbx, %rsi\n"
        "    movl $11, %eax\n" /* munmap: our own writable memory */
        "    syscall\n"
        "    xorl %eax, %eax\n"
        "    xorl %ebx, %ebx\n"
        "    xorl %ecx, %ecx\n"
        "    xorl %edx, %edx\n" /* no function to call at exit */
        "    xorl %esi, %esi\n"
        "    xorl %edi, %edi\n"
        "    xorl %r8d, %r8d\n"
        "    xorl %r9d, %r9d\n"
        "    xorl %r10d, %r10d\n"
        "    xorl %r11d, %r11d\n"
        "    xorl %r13d, %r13d\n"
        "    xorl %r14d, %r14d\n"
        "    xorl %r15d, %r15d\n"
        "    jmpq *%r12\n");

static long muk_send(uint32_t step, long error, uint32_t item, int32_t listener) {
    muk_state.reply.step = step;
    muk_state.reply.error = (int32_t)-error;
    muk_state.reply.item = item;
    struct muk_iovec part = {&muk_state.reply, sizeof muk_state.reply};
    struct muk_message message = {.parts = &part, .part_count = 1};
    if (listener >= 0) {
        muk_state.control.bytes = 16 + sizeof(int32_t);
        muk_state.control.level = MUK_SOL_SOCKET;
        muk_state.control.type = MUK_SCM_RIGHTS;
        muk_state.control.fds[0] = listener;
        message.control = &muk_state.control;
        message.control_bytes = 24;
    }
    return muk_sys3(__NR_sendmsg, MUK_PLAN_SOCKET, muk_address(&message), 0);
}

static _Noreturn void muk_quit(void) {
    for (;;) {
        muk_sys3(__NR_exit_group, 127, 0, 0);
    }
}

static long muk_check(uint32_t step, long result, uint32_t item) {
    if (result < 0) {
        muk_send(step, result, item, -1);
        muk_quit();
    }
    return result;
}

/* The plan arrives as one message: its file is the first descriptor, the others are what its mappings refer to. */
static const struct muk_plan *muk_receive(void) {
    uint64_t plan_bytes = 0;
    struct muk_iovec part = {&plan_bytes, sizeof plan_bytes};
    struct muk_message message = {
        .parts = &part, .part_count = 1, .control = &muk_state.control, .control_bytes = sizeof muk_state.control};
    long got;
    do {
        got = muk_sys3(__NR_recvmsg, MUK_PLAN_SOCKET, muk_address(&message), MUK_CLOEXEC);
    } while (got == -MUK_EINTR);
    if (got == 0) {
        muk_quit(); /* The core kernel has no use for us any more. */
    }
    muk_check(MUK_LAUNCH_RECEIVE, got == sizeof plan_bytes ? 0 : (got < 0 ? got : -1), 0);
    muk_state.fd_count = (int32_t)((muk_state.control.bytes - 16) / sizeof(int32_t));
    muk_check(MUK_LAUNCH_RECEIVE, message.control_bytes >= 20 && (message.flags & MUK_TRUNCATED) == 0 ? 0 : -1, 1);

    long at = muk_sys6(__NR_mmap, MUK_PLAN_ADDRESS, plan_bytes, MUK_PROT_READ, MUK_MAP_PRIVATE | MUK_MAP_EXACTLY,
                       (uint64_t)muk_state.control.fds[0], 0);
    muk_check(MUK_LAUNCH_PLAN, at, 0);
    const struct muk_plan *plan = (const struct muk_plan *)(uintptr_t)at;
    muk_check(MUK_LAUNCH_PLAN, plan->magic == MUK_PLAN_MAGIC && plan->bytes == plan_bytes ? 0 : -1, 1);
    return plan;
}

static void muk_pin(uint32_t core) {
    uint64_t mask[16] = {0};
    mask[(core / 64) % 16] = 1ull << (core % 64);
    muk_check(MUK_LAUNCH_PIN, muk_sys3(__NR_sched_setaffinity, 0, sizeof mask, muk_address(mask)), core);
}

static void muk_map(const struct muk_plan *plan) {
    const struct muk_plan_map *maps = (const struct muk_plan_map *)((const char *)plan + plan->map_offset);
    for (uint32_t i = 0; i < plan->map_count; i++) {
        const struct muk_plan_map *map = &maps[i];
        uint64_t flags = MUK_MAP_EXACTLY | (map->shared ? MUK_MAP_SHARED : MUK_MAP_PRIVATE);
        uint64_t file = UINT64_MAX;
        if (map->fd < 0) {
            flags |= MUK_MAP_ANONYMOUS;
        } else {
            muk_check(MUK_LAUNCH_MAP, map->fd < muk_state.fd_count ? 0 : -1, i);
            file = (uint64_t)muk_state.control.fds[map->fd];
        }
        long at = muk_sys6(__NR_mmap, map->address, map->bytes, map->rights, flags, file, map->offset);
        muk_check(MUK_LAUNCH_MAP, at, i);
        if (map->huge) { /* Where the host gives none, small pages do as well. */
            muk_sys3(__NR_madvise, map->address, map->bytes, MUK_ADVICE_HUGE);
        }
    }

    /* The stack's first words come from the plan; only this process knows where its vdso is. */
    const char *from = (const char *)plan + plan->stack_offset;
    char *to = (char *)(uintptr_t)plan->stack;
    for (uint32_t i = 0; i < plan->stack_bytes; i++) {
        to[i] = from[i];
    }

    uint32_t sealed = plan->map_count > 0;
    for (uint32_t i = 0; i < plan->map_count && sealed; i++) {
        if (maps[i].seal) {
            sealed = muk_sys3(MUK_MSEAL, maps[i].address, maps[i].bytes, 0) == 0;
        }
    }
    muk_state.reply.facts |= sealed ? MUK_FACT_SEALED : 0u;
}

static void muk_limit(const struct muk_plan *plan) {
    /* Before the data limit: the kernel measures the new break against it. */
    muk_state.mm = plan->mm;
    long moved = muk_sys6(__NR_prctl, PR_SET_MM, PR_SET_MM_MAP, muk_address(&muk_state.mm), sizeof muk_state.mm, 0, 0);
    muk_state.reply.facts |= moved == 0 ? MUK_FACT_BREAK : 0u;

    const struct muk_plan_limit *limits = (const struct muk_plan_limit *)((const char *)plan + plan->limit_offset);
    for (uint32_t i = 0; i < plan->limit_count; i++) {
        uint64_t value[2] = {limits[i].value, limits[i].value};
        long set = muk_sys6(__NR_prlimit64, 0, limits[i].resource, muk_address(value), 0, 0, 0);
        muk_check(MUK_LAUNCH_LIMIT, set, limits[i].resource);
    }
}

static void muk_give_up_privileges(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};
    muk_check(MUK_LAUNCH_PRIVILEGES, muk_sys3(__NR_capset, muk_address(&header), muk_address(none), 0), 0);
    muk_check(MUK_LAUNCH_PRIVILEGES, muk_sys6(__NR_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0), 1);
}

static int32_t muk_filter(const struct muk_plan *plan) {
    struct sock_fprog program = {
        .len = (unsigned short)plan->filter_count,
        .filter = (struct sock_filter *)(uintptr_t)((const char *)plan + plan->filter_offset),
    };
    uint64_t flags = SECCOMP_FILTER_FLAG_NEW_LISTENER;
    muk_state.reply.facts |= MUK_FACT_KILLABLE;
    long listener = muk_sys3(__NR_seccomp, SECCOMP_SET_MODE_FILTER, flags | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
                             muk_address(&program));
    if (listener < 0) { /* Linux before 5.19 */
        muk_state.reply.facts &= ~(uint32_t)MUK_FACT_KILLABLE;
        listener = muk_sys3(__NR_seccomp, SECCOMP_SET_MODE_FILTER, flags, muk_address(&program));
    }
    return (int32_t)muk_check(MUK_LAUNCH_SECCOMP, listener, 0);
}

void muk_launch(uint64_t *stack) {
    uint64_t *word = stack + 1 + stack[0] + 1; /* argc, argv, NULL */
    while (*word != 0) {
        word++;
    }
    uint64_t vdso = 0;
    uint64_t top = muk_address(stack) + 4096;
    for (word++; *word != 0; word += 2) {
        vdso = word[0] == MUK_AT_VDSO ? word[1] : vdso;
        top = word[0] == MUK_AT_EXECFN ? word[1] : top; /* the last string, in the stack's last page */
    }

    muk_check(MUK_LAUNCH_PRIVILEGES, muk_sys6(__NR_prctl, PR_SET_PDEATHSIG, 9 /* SIGKILL */, 0, 0, 0, 0), 2);
    const struct muk_plan *plan = muk_receive();
    muk_pin(plan->core);
    muk_map(plan);
    if (plan->vdso_slot != 0) {
        *(uint64_t *)(uintptr_t)plan->vdso_slot = vdso;
    }
    muk_sys3(__NR_close_range, 0, MUK_PLAN_SOCKET - 1, 0);
    muk_sys3(__NR_close_range, MUK_PLAN_SOCKET + 1, UINT32_MAX, 0);
    muk_limit(plan);
    muk_give_up_privileges();
    int32_t listener = muk_filter(plan);

    /* From here the filter holds; it lets this page send, receive and close, and nothing is left to do it with. */
    long sent;
    do {
        sent = muk_send(MUK_LAUNCH_READY, 0, 0, listener);
    } while (sent == -MUK_ETOOMANYREFS); /* others' descriptors are on their way too, and arrive */
    if (sent < 0) {
        muk_quit();
    }
    char go = 0;
    long got;
    do {
        got = muk_sys3(__NR_read, MUK_PLAN_SOCKET, muk_address(&go), 1);
    } while (got == -MUK_EINTR);
    if (got != 1) {
        muk_quit();
    }

    uint64_t low = (muk_address(stack) - 0x40000) & ~0xfffull;
    uint64_t high = (top + 8192) & ~0xfffull;
    uint64_t own_bytes = muk_address(muk_own_memory_end) - muk_address(muk_own_memory);
    muk_leave(plan->entry, plan->stack, low, high - low, plan->bytes, own_bytes);
}
