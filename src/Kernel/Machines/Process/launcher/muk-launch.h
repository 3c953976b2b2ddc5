/* muk-launch.h: the plan that the core kernel hands to muk-launch, and what comes back.
 *
 * The C# twin is LaunchPlan.cs one folder up; a test compares every offset. Plan and launcher are built together, so
 * the layout may change with any commit; the magic only catches a stale binary.
 */
#ifndef MUK_LAUNCH_H
#define MUK_LAUNCH_H

#include <stdint.h>

#define MUK_PLAN_MAGIC 0x314e4c504b554dull /* "MUKPLN1" */

/* The launcher is linked here: above the guest's stack, below where Linux puts its own mappings (mmap_base). */
#define MUK_LAUNCH_ADDRESS 0x00007a0000000000ull
#define MUK_PLAN_ADDRESS   0x00007a0010000000ull

#define MUK_PLAN_SOCKET 3 /* the one descriptor that the launcher inherits */
#define MUK_PLAN_FDS    160u

/* A mapping to make, in the order given. */
struct muk_plan_map {
    uint64_t address;
    uint64_t bytes;
    uint64_t offset; /* into the file */
    int32_t fd;      /* index of a descriptor that came with the plan, -1: anonymous */
    uint32_t rights; /* PROT_* */
    uint32_t shared; /* 1: MAP_SHARED */
    uint32_t seal;   /* 1: mseal it, where the kernel can */
    uint32_t huge;   /* 1: advise 2 MiB pages */
    uint32_t reserved;
};

struct muk_plan_limit {
    uint32_t resource; /* RLIMIT_* */
    uint32_t reserved;
    uint64_t value;
};

/* Twin of struct prctl_mm_map: where the new program's parts are, for brk and for /proc. */
struct muk_plan_mm {
    uint64_t start_code, end_code, start_data, end_data, start_brk, brk, start_stack;
    uint64_t arg_start, arg_end, env_start, env_end;
    uint64_t auxv;
    uint32_t auxv_bytes;
    uint32_t exe_fd; /* UINT32_MAX: leave it */
};

/* At the start of the plan's file; offsets are from there. */
struct muk_plan {
    uint64_t magic;
    uint64_t bytes; /* of the whole plan, a whole number of pages */
    uint64_t entry;
    uint64_t stack;     /* the first stack pointer; stack_bytes at stack_offset are copied there */
    uint64_t vdso_slot; /* guest address of AT_SYSINFO_EHDR's value, to be filled in */
    uint32_t stack_offset;
    uint32_t stack_bytes;
    uint32_t map_offset;
    uint32_t map_count;
    uint32_t filter_offset; /* of struct sock_filter[filter_count] */
    uint32_t filter_count;
    uint32_t limit_offset;
    uint32_t limit_count;
    uint32_t core; /* the CPU to run on */
    uint32_t reserved;
    struct muk_plan_mm mm;
};

enum muk_launch_step {
    MUK_LAUNCH_READY = 0, /* comes with the seccomp listener; the next byte that arrives starts the guest */
    MUK_LAUNCH_RECEIVE = 1,
    MUK_LAUNCH_PLAN = 2,
    MUK_LAUNCH_PIN = 3,
    MUK_LAUNCH_MAP = 4,
    MUK_LAUNCH_LIMIT = 5,
    MUK_LAUNCH_PRIVILEGES = 6,
    MUK_LAUNCH_SECCOMP = 7,
};

/* What the launcher answers: one message, then, if the step is READY, the guest. */
struct muk_launch_reply {
    uint32_t step;
    int32_t error;  /* errno, 0 for READY */
    uint32_t item;  /* which mapping or limit */
    uint32_t facts; /* enum muk_launch_facts */
};

enum muk_launch_facts {
    MUK_FACT_SEALED = 1u,   /* mseal works here */
    MUK_FACT_KILLABLE = 2u, /* a call that is being served is not interrupted by a signal */
    MUK_FACT_BREAK = 4u,    /* brk starts after the image, /proc shows the guest's arguments */
};

_Static_assert(sizeof(struct muk_plan_map) == 48, "plan map");
_Static_assert(sizeof(struct muk_plan_limit) == 16, "plan limit");
_Static_assert(sizeof(struct muk_plan_mm) == 104, "plan mm");
_Static_assert(sizeof(struct muk_plan) == 184, "plan");
_Static_assert(sizeof(struct muk_launch_reply) == 16, "reply");

#endif
