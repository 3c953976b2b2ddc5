/* hog: asks for memory and uses it until it is ended. */
#include <stdlib.h>
#include <string.h>

int main(void) {
    for (;;) {
        char *piece = malloc(1 << 20);
        if (piece != NULL) {
            memset(piece, 1, 1 << 20);
        }
    }
}
