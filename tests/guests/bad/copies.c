/* Sends a copy of a number. */
#include <muk.h>

MUK_OUT(numbers, long)

int main(void) {
    long n = 7;
    return muk_send(numbers, &n) ? 0 : 1;
}
