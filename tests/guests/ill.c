/* Executes an instruction that is none. */
int main(void)
{
    __asm__ volatile("ud2");
    return 0;
}
