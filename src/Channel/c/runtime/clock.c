/* clock.c: the host's monotonic clock from the time-stamp counter and what the boot block says of it. */
#include "../muk.h"

uint64_t muk_now(void) {
    const struct muk_boot *boot = muk_boot_block();
    unsigned __int128 product = (unsigned __int128)(muk_cycles() - boot->tsc_base) * boot->tsc_mult;
    return boot->ns_base + (uint64_t)(product >> boot->tsc_shift);
}
