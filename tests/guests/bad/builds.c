/* Builds a number in place and reads it back before it shows it. */
#include <muk.h>

MUK_OUT(numbers, long)

int main(void) {
    long *n = muk_claim(numbers);
    if (!n) {
        return 1;
    }
    *n = 7;
    __asm__ volatile("" ::: "memory");
    int status = *n == 7 ? 0 : 2;
    muk_commit(numbers);
    return status;
}
