/* mute: reads everything, writes nothing and does not end. */
#include <stdio.h>

int main(void) {
    while (getchar() != EOF) {
    }
    for (volatile unsigned long turns = 0;; turns++) {
    }
}
