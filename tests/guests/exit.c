/* Ends with the status that its first argument names.
 * arguments: 7 */
#include <stdlib.h>

int main(int argc, char **argv)
{
    return argc > 1 ? atoi(argv[1]) : 0;
}
