/* Never ends and never makes a call.
 * not compared: it never ends */
int main(void)
{
    for (volatile int i = 0;; i++)
        ;
}
