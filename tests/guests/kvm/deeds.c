/* deeds.c: one guest that does whatever its first argument says; each deed is what one test wants to see. */
#include "guest.h"

static char zeroed[8192];
static char filled[8192] = {1};
static const char constant[4096] = {1};

static int is(const char *a, const char *b) {
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

static void touch(uint64_t address) {
    *(volatile char *)address = 1;
}

static int peek(uint64_t address) {
    return *(volatile char *)address;
}

static void jump(uint64_t address) {
    ((void (*)(void))address)();
}

static long map(long bytes, long rights) {
    return call6(9, 0, bytes, rights, 0x22, -1, 0);
}

static int touch_all(long mapped, long touched) {
    char *at = (char *)map(mapped, 3);
    for (long i = 0; i < touched; i += 4096) {
        at[i] = 1;
    }
    return 0;
}

/* One page of every 2 MiB, which takes a page table each. */
static int sparse(long pages) {
    char *at = (char *)map(pages << 21, 0);
    for (long i = 0; i < pages; i++) {
        if (call3(10, (long)(at + (i << 21)), 4096, 3) != 0) {
            return 3;
        }
        if (at[i << 21] != 0) {
            return 4;
        }
        at[i << 21] = (char)(i | 1);
    }
    for (long i = 0; i < pages; i++) {
        if (at[i << 21] != (char)(i | 1)) {
            return 5;
        }
    }
    return 0;
}

/* Touches 32 MiB and gives them back; the odd calls are for the test to look. */
static int give_back(void) {
    char *at = (char *)map(32 << 20, 3);
    for (long i = 0; i < 32 << 20; i += 4096) {
        at[i] = 1;
    }
    call3(500, 0, 0, 0);
    long result = call3(28, (long)at, 32 << 20, 4);
    call3(500, 0, 0, 0);
    return result != 0 || at[4096] != 0 ? 3 : 0;
}

static int spin(void) {
    for (;;) {
        __asm__ volatile("pause");
    }
}

static int recurse(volatile char *outer) {
    volatile char frame[4096];
    frame[0] = outer[0];
    return recurse(frame) + frame[0];
}

/* Leaves something secret everywhere a guest can, for the next one to look for. */
static int hide(void) {
    char *heap = (char *)call3(12, call3(12, 0, 0, 0) + 65536, 0, 0) - 65536;
    char *mapped = (char *)map(1 << 20, 3);
    volatile char frame[65536];
    for (long i = 0; i < 65536; i++) {
        heap[i] = mapped[i] = frame[i] = (char)0x5a;
    }
    for (long i = 0; i < 8192; i++) {
        zeroed[i] = filled[i] = (char)0x5a;
    }
    __asm__ volatile(
        "mov $0x5a5a5a5a, %%eax\n movd %%eax, %%xmm7\n wrfsbase %%rax\n wrgsbase %%rax\n movl $0x5a5a5a5a, %%r15d" ::
            : "eax", "xmm7", "r15");
    leave(frame[100] == 0x5a ? 7 : 8);
}

static int seek(uint64_t *registers) {
    long found = 0;
    uint64_t fs, gs;
    uint32_t xmm;
    __asm__ volatile("rdfsbase %0\n rdgsbase %1\n movd %%xmm7, %2" : "=r"(fs), "=r"(gs), "=r"(xmm));
    found |= fs != 0 || gs != 0 || xmm != 0 ? 1 : 0;
    char *heap = (char *)call3(12, call3(12, 0, 0, 0) + 65536, 0, 0) - 65536;
    char *mapped = (char *)map(1 << 20, 3);
    volatile char *frame = (volatile char *)registers - 70000;
    for (long i = 0; i < 65536; i++) {
        found |= (heap[i] != 0 || mapped[i] != 0 ? 2 : 0) | (frame[i] == 0x5a ? 4 : 0);
    }
    for (long i = 0; i < 8192; i++) {
        found |= zeroed[i] != 0 || filled[i] != (i == 0) ? 8 : 0;
    }
    return (int)found;
}

/* A page that the host takes away or replaces behind the guest's back must be seen gone, however often it has been
 * read. */
static int stale(long rounds) {
    long wrong = 0;
    for (long i = 0; i < rounds; i++) {
        volatile long *at = (volatile long *)map(8192, 3);
        at[0] = i + 1;
        volatile long seen = at[0];
        call3(28, (long)at, 4096, 4);
        wrong += seen != i + 1 || at[0] != 0;
        at[0] = i + 2;
        seen = at[0];
        long moved = call6(25, (long)at, 8192, 16384, 1, 0, 0);
        volatile long *there = (volatile long *)moved;
        wrong += there[0] != i + 2;
        if (moved != (long)at) {
            long again = call6(9, (long)at, 8192, 3, 0x32, -1, 0);
            wrong += again != (long)at || at[0] != 0;
            call3(11, (long)at, 8192, 0);
        }
        call3(11, moved, 16384, 0);
        long fresh = call6(9, moved, 16384, 3, 0x32, -1, 0);
        wrong += *(volatile long *)fresh != 0;
        call3(11, fresh, 16384, 0);
    }
    return wrong > 100 ? 100 : (int)wrong;
}

/* The same for a range with 2 MiB pages, of which parts change: discarded, moved away, unmapped, mapped again. */
static int large(long rounds) {
    long wrong = 0;
    const long bytes = 20 << 20, part = 5 << 20, piece = 12288;
    for (long i = 0; i < rounds; i++) {
        char *at = (char *)map(bytes, 3);
        for (long k = 0; k < bytes; k += 4096) {
            at[k] = (char)(k >> 12) | 1;
        }
        wrong += call3(28, (long)(at + part), piece, 4) != 0;
        wrong += at[part] != 0 || at[part + piece] == 0 || at[part - 4096] == 0;
        at[part + 4096] = 77;
        char *moved = (char *)call6(25, (long)(at + part + 4096), 4096, 65536, 1, 0, 0);
        wrong += moved[0] != 77 || moved[4096] != 0;
        wrong += call6(9, (long)(at + part + 4096), 4096, 3, 0x32, -1, 0) != (long)(at + part + 4096) ||
                 at[part + 4096] != 0;
        wrong += call3(10, (long)(at + 2 * part), 4096, 1) != 0;
        wrong += at[2 * part] == 0;
        wrong += call3(10, (long)(at + 2 * part), 4096, 3) != 0;
        at[2 * part] = 3;
        char *whole = (char *)call6(25, (long)at, 4 << 20, 4 << 20, 3, (long)at + (256l << 20), 0);
        wrong += whole != at + (256l << 20) || whole[4096] != 1 || whole[8192] != 3;
        wrong += call3(11, (long)at, bytes, 0) != 0 || call3(11, (long)whole, 4 << 20, 0) != 0 ||
                 call3(11, (long)moved, 65536, 0) != 0;
        char *again = (char *)call6(9, (long)at, bytes, 3, 0x32, -1, 0);
        for (long k = 0; k < bytes; k += 4096) {
            wrong += again[k] != 0;
        }
        call3(11, (long)again, bytes, 0);
    }
    return wrong > 100 ? 100 : (int)wrong;
}

static int vectors(void) {
    typedef float wide __attribute__((vector_size(64)));
    wide a, b;
    for (int i = 0; i < 16; i++) {
        ((volatile float *)&a)[i] = (float)i * 3 + 1;
    }
    __asm__ volatile("vmovups %0, %%zmm29\n vmovups %0, %%zmm3\n kxnorw %%k1, %%k1, %%k1" ::"m"(a) : "xmm3");
    for (int i = 0; i < 100; i++) {
        call3(39, 0, 0, 0);
    }
    __asm__ volatile("vsubps %%zmm3, %%zmm29, %%zmm29\n vmovups %%zmm29, %0" : "=m"(b)::"xmm3");
    int wrong = 0;
    for (int i = 0; i < 16; i++) {
        wrong += ((volatile float *)&b)[i] != 0.0f;
    }
    uint32_t mask;
    __asm__ volatile("kmovw %%k1, %0" : "=r"(mask));
    return wrong + (mask != 0xffff);
}

int run(int count, char **arguments) {
    if (count < 2) {
        return 1;
    }
    const char *deed = arguments[1];
    long a = count > 2 ? parse(arguments[2]) : 0;
    long b = count > 3 ? parse(arguments[3]) : 0;
#define IS(name) is(deed, name)
    if (IS("write"))
        touch((uint64_t)a);
    if (IS("read"))
        return peek((uint64_t)a) == b ? 0 : 1;
    if (IS("jump"))
        jump((uint64_t)a);
    if (IS("write-text"))
        touch((uint64_t)(uintptr_t)&run);
    if (IS("write-constant"))
        touch((uint64_t)(uintptr_t)constant);
    if (IS("jump-data")) {
        filled[0] = (char)0xc3;
        jump((uint64_t)(uintptr_t)filled);
    }
    if (IS("jump-stack")) {
        volatile char code[16] = {(char)0xc3};
        jump((uint64_t)(uintptr_t)code);
    }
    if (IS("touch"))
        return touch_all(a, b);
    if (IS("give back"))
        return give_back();
    if (IS("sparse"))
        return sparse(a);
    if (IS("spin"))
        return spin();
    if (IS("recurse")) {
        volatile char first[1] = {0};
        return recurse(first);
    }
    if (IS("hide"))
        return hide();
    if (IS("seek"))
        return seek((uint64_t *)arguments);
    if (IS("stale"))
        return stale(a);
    if (IS("large"))
        return large(a);
    if (IS("vectors"))
        return vectors();
    if (IS("calls")) {
        for (long i = 0; i < a; i++)
            call3(39, 0, 0, 0);
        return 0;
    }
    if (IS("divide"))
        __asm__ volatile("xor %%ecx, %%ecx\n xor %%edx, %%edx\n div %%ecx" ::: "eax", "ecx", "edx");
    if (IS("breakpoint"))
        __asm__ volatile("int3");
    if (IS("overflow"))
        __asm__ volatile("int $4" ::: "rax");
    if (IS("illegal"))
        __asm__ volatile("ud2");
    if (IS("interrupt"))
        __asm__ volatile("int $0x80");
    if (IS("double-fault-vector"))
        __asm__ volatile("int $8");
    if (IS("hlt"))
        __asm__ volatile("hlt");
    if (IS("wrmsr"))
        __asm__ volatile("wrmsr" ::"a"(0), "d"(0), "c"(0xC0000082));
    if (IS("cr3"))
        __asm__ volatile("mov %%cr3, %%rax" ::: "rax");
    if (IS("lidt"))
        __asm__ volatile("lidt (%0)" ::"r"(filled));
    if (IS("in"))
        __asm__ volatile("in $0x60, %%al" ::: "al");
    if (IS("out"))
        __asm__ volatile("out %%al, $0x80" ::: "al");
    if (IS("out-as-trap"))
        __asm__ volatile("out %%al, $0x2e" ::: "al");
    if (IS("outs"))
        __asm__ volatile("mov $0x60, %%edx\n mov $64, %%ecx\n mov %0, %%rsi\n rep outsb" ::"r"(filled)
                         : "rdx", "rcx", "rsi");
    if (IS("ins"))
        __asm__ volatile("mov $0x60, %%edx\n mov $64, %%ecx\n mov %0, %%rdi\n rep insb" ::"r"(filled)
                         : "rdx", "rcx", "rdi", "memory");
    if (IS("step"))
        __asm__ volatile("pushf\n orl $0x100, (%%rsp)\n popf\n nop\n nop" ::: "memory");
    if (IS("step-call"))
        __asm__ volatile("mov $39, %%eax\n pushf\n orl $0x100, (%%rsp)\n popf\n syscall" ::
                             : "rax", "rcx", "r11", "memory");
    if (IS("noncanonical-jump"))
        __asm__ volatile("mov $0x8000000000000000, %%rax\n jmp *%%rax" ::: "rax");
    if (IS("noncanonical-read"))
        __asm__ volatile("mov $0x8000000000000000, %%rax\n mov (%%rax), %%al" ::: "rax");
    if (IS("upper-half"))
        return peek(0xffff800000000000ull);
    if (IS("upper-half-jump"))
        jump(0xffff800000000000ull);
    if (IS("stub-jump"))
        __asm__ volatile("mov $0x10000, %%rax\n mov $0x8000000000000000, %%rcx\n jmp *%%rax" ::: "rax", "rcx");
    if (IS("sp-at-call")) {
        long r;
        __asm__ volatile(
            "mov %%rsp, %%rbx\n mov $0x1234567812345678, %%rsp\n mov $39, %%eax\n syscall\n mov %%rbx, %%rsp"
            : "=a"(r)::"rbx", "rcx", "r11");
        return r == 42 ? 0 : 1;
    }
    if (IS("sp-at-fault"))
        __asm__ volatile("mov $0x1234567812345678, %%rsp\n ud2" ::: "rax");
    if (IS("float")) {
        uint32_t control = 0;
        __asm__ volatile("ldmxcsr %0\n xorps %%xmm0, %%xmm0\n divss %%xmm0, %%xmm0" ::"m"(control) : "xmm0");
    }
    if (IS("unaligned"))
        __asm__ volatile("pushf\n orl $0x40000, (%%rsp)\n popf\n mov 1(%0), %%eax" ::"r"(filled) : "rax", "memory");
    if (IS("clock")) {
        uint32_t low, high;
        __asm__ volatile("lfence\n rdtsc" : "=a"(low), "=d"(high));
        call3(500, (long)(((uint64_t)high << 32) | low), 0, 0);
        return 0;
    }
    if (IS("cli")) {
        __asm__ volatile("cli");
        return 0;
    }
    return 99;
}
