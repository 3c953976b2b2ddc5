/* forever: writes lines until nobody reads them. */
#include <stdio.h>

int main(void) {
    while (puts("and on") != EOF) {
    }
    return 0;
}
