/* Never ends and never makes a call. */
int main(void)
{
    for (volatile int i = 0;; i++)
        ;
}
