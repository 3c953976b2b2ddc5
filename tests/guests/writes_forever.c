/* Writes until somebody stops it, as yes does.
 * not compared: it never ends */
#include <unistd.h>

int main(void)
{
    for (;;)
        write(1, "y\n", 2);
}
