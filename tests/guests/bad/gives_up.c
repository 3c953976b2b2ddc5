/* gives_up: calls abort. */
#include <stdlib.h>

int main(void) {
    abort();
}
