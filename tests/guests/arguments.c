/* Prints its arguments, one a line, and that its name is the first.
 * arguments: n=10 'two words' "" */
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    printf("%d %s\n", argc, strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0]);
    for (int i = 1; i < argc; i++)
        printf("[%s]\n", argv[i]);
    return 0;
}
