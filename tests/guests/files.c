/* Works in the folder that its argument names: makes, writes, seeks, reads, renames, lists, removes;
 * and cannot leave it.
 * arguments: @folder
 * machines: kvm, process: natively the way out of the folder is open */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc < 2 || chdir("/") != 0)
        ;
    char path[256], other[256], text[32];
    snprintf(path, sizeof path, "%s/made.txt", argv[1]);
    FILE *file = fopen(path, "w+");
    if (file == NULL)
        return 1;
    fprintf(file, "hello %d\n", 42);
    rewind(file);
    printf("%s", fgets(text, sizeof text, file));
    fclose(file);
    struct stat facts;
    int found = stat(path, &facts);
    printf("%d %ld %d\n", found, (long)facts.st_size, S_ISREG(facts.st_mode));
    snprintf(other, sizeof other, "%s/sub", argv[1]);
    printf("mkdir %d\n", mkdir(other, 0755));
    snprintf(other, sizeof other, "%s/sub/moved.txt", argv[1]);
    printf("rename %d, access %d\n", rename(path, other), access(path, R_OK));
    snprintf(path, sizeof path, "%s/sub", argv[1]);
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;)
        if (entry->d_name[0] != '.')
            printf("entry %s\n", entry->d_name);
    closedir(folder);
    printf("unlink %d, rmdir %d\n", unlink(other), rmdir(path));
    snprintf(path, sizeof path, "%s/../../../../../../etc/passwd", argv[1]);
    printf("out %d\n", open(path, O_RDONLY));
    snprintf(path, sizeof path, "%s/link", argv[1]);
    printf("link %d\n", open(path, O_RDONLY));
    return 0;
}
