/* Writes to what it reads. */
#include <muk.h>

MUK_IN(numbers, long)

int main(void) {
    const long *n = muk_recv(numbers);
    *(volatile long *)(uintptr_t)n = 8;
    muk_release(numbers);
    return *n == 8 ? 0 : 1;
}
