/* Writes through a pointer that leads nowhere. */
__attribute__((noinline)) static int step(volatile int *at)
{
    *at = 1;
    return 1;
}

int main(int argc, char **argv)
{
    (void)argv;
    return step((volatile int *)(long)(argc * 16)) + 1;
}
