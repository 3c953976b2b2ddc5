/* hello: what posix_spawn starts to be compared with; linked statically, no standard library's start-up beyond musl's.
 */
#include <unistd.h>

int main(void) {
    return write(1, "hello\n", 6) == 6 ? 0 : 1;
}
