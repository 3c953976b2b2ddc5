/* hog: asks for memory, uses it and keeps it, until it is ended or refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct piece {
    struct piece *next;
    char bytes[(1 << 20) - sizeof(void *)];
};

int main(void) {
    struct piece *all = NULL;
    for (;;) {
        struct piece *piece = malloc(sizeof *piece);
        if (piece == NULL) {
            perror("no more");
            return 3;
        }
        memset(piece, 1, sizeof *piece);
        piece->next = all;
        all = piece; /* Reachable, or the compiler would leave it all out. */
        *(struct piece *volatile *)&all = piece;
    }
}
