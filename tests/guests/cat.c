/* Copies its input to its output with read and write, as cat does. */
#include <unistd.h>

int main(void)
{
    static char buffer[4096];
    ssize_t got;
    while ((got = read(0, buffer, sizeof buffer)) > 0) {
        for (ssize_t put = 0; put < got;) {
            ssize_t n = write(1, buffer + put, (size_t)(got - put));
            if (n < 0)
                return 2;
            put += n;
        }
    }
    return got < 0;
}
