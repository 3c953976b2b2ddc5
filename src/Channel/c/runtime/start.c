/* start.c: from the first instruction to main, in place of musl's rcrt1.o.
 *
 * Relocates the image (relative relocations only, plain and packed), then hands over to musl's __libc_start_main where
 * that is part of the image, and else calls main itself. The reference is weak: an image that uses nothing of libc
 * which needs its start-up does not carry it. Whoever links adds `--undefined=__libc_start_main` for all other images.
 */
#include "calls.h"

#include <stddef.h>
#include <stdint.h>

enum { DYNAMIC_RELA = 7, DYNAMIC_RELA_BYTES = 8, DYNAMIC_RELR_BYTES = 35, DYNAMIC_RELR = 36, RELOCATION_RELATIVE = 8 };

struct dynamic {
    int64_t tag;
    uint64_t value;
};

struct rela {
    uint64_t offset;
    uint64_t info;
    uint64_t addend;
};

enum { AUX_HWCAP2 = 26, HWCAP2_FSGSBASE = 2 }; /* asm/hwcap2.h */

/* Whether the instructions that set the base of FS may be used, as the kernel says: Linux, or the core kernel. */
extern _Bool muk_fs_base_is_ours;
_Bool muk_fs_base_is_ours;

#define HIDDEN __attribute__((visibility("hidden")))

typedef void finisher(void);

extern const struct dynamic _DYNAMIC[] HIDDEN;
extern const char __ehdr_start[] HIDDEN;
extern finisher *__init_array_start[] __attribute__((weak)) HIDDEN, *__init_array_end[] __attribute__((weak)) HIDDEN;
extern finisher *__fini_array_start[] __attribute__((weak)) HIDDEN, *__fini_array_end[] __attribute__((weak)) HIDDEN;

int main(int argc, char **argv, char **environment);
__attribute__((weak)) int __libc_start_main(int (*program)(int, char **, char **), int argc, char **argv,
                                            void (*init)(void), void (*fini)(void), void (*linker)(void));

static void relocate(uintptr_t base) {
    uintptr_t rela = 0, rela_bytes = 0, relr = 0, relr_bytes = 0;
    for (const struct dynamic *entry = _DYNAMIC; entry->tag; entry++) {
        switch (entry->tag) {
        case DYNAMIC_RELA:
            rela = base + entry->value;
            break;
        case DYNAMIC_RELA_BYTES:
            rela_bytes = entry->value;
            break;
        case DYNAMIC_RELR:
            relr = base + entry->value;
            break;
        case DYNAMIC_RELR_BYTES:
            relr_bytes = entry->value;
            break;
        default:
            break;
        }
    }
    for (const struct rela *r = (const struct rela *)rela; (uintptr_t)r < rela + rela_bytes; r++) {
        if ((uint32_t)r->info == RELOCATION_RELATIVE) {
            *(uint64_t *)(base + r->offset) = base + r->addend;
        }
    }
    /* Packed: an even word is an address, an odd one a bitmap of the 63 words behind what came before it. */
    uint64_t *at = NULL;
    for (const uint64_t *r = (const uint64_t *)relr; (uintptr_t)r < relr + relr_bytes; r++) {
        if ((*r & 1) == 0) {
            at = (uint64_t *)(base + *r);
            *at++ += base;
            continue;
        }
        for (uint64_t bits = *r >> 1, i = 0; bits; bits >>= 1, i++) {
            if (bits & 1) {
                at[i] += base;
            }
        }
        at += 63;
    }
}

__attribute__((used, noreturn, visibility("hidden"))) void muk_start(long *stack) {
    int argc = (int)stack[0];
    char **argv = (char **)(stack + 1);
    relocate((uintptr_t)__ehdr_start);
    long *word = stack + 1 + argc + 1;
    while (*word++) { /* the environment */
    }
    for (; word[0]; word += 2) {
        if (word[0] == AUX_HWCAP2) {
            muk_fs_base_is_ours = (word[1] & HWCAP2_FSGSBASE) != 0;
        }
    }
    if (__libc_start_main) {
        __libc_start_main((int (*)(int, char **, char **))main, argc, argv, NULL, NULL, NULL);
    }
    for (finisher **f = __init_array_start; f < __init_array_end; f++) {
        (*f)();
    }
    int status = main(argc, argv, argv + argc + 1);
    for (finisher **f = __fini_array_end; f > __fini_array_start;) {
        (*--f)();
    }
    for (;;) {
        muk_syscall3(MUK_SYS_EXIT_GROUP, status, 0, 0);
    }
}

__asm__(".text\n"
        ".global _start\n"
        ".type _start, @function\n"
        "_start:\n"
        "    xor %ebp, %ebp\n"
        "    mov %rsp, %rdi\n"
        "    and $-16, %rsp\n"
        "    call muk_start\n"
        ".size _start, . - _start\n");
