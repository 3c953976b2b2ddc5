/* rot13: its input with every letter moved by 13. */
#include <stdio.h>

#include "rotate.h"

int main(void) {
    int c;
    while ((c = getchar()) != EOF) {
        putchar(rotate(c));
    }
    return ferror(stdin) || fflush(stdout) != 0;
}
