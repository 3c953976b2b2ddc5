/* What may be done in a folder: names that must be new, renames over others, links, locks, lists, lengths, places.
 * arguments: @folder
 * machines: native, kvm: on process Linux maps no files and nothing shared for a guest */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *root;

static const char *in(const char *name)
{
    static char paths[4][512];
    static int next;
    char *path = paths[next++ & 3];
    snprintf(path, sizeof paths[0], "%s/%s", root, name);
    return path;
}

static long said(long result)
{
    return result < 0 ? -errno : result;
}

static long size(const char *name)
{
    struct stat facts;
    return stat(in(name), &facts) == 0 ? (long)facts.st_size : -errno;
}

static void fill(const char *name, const char *text)
{
    int file = open(in(name), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (write(file, text, strlen(text)) < 0)
        exit(9);
    close(file);
}

static void list(const char *name)
{
    char *names[32];
    int count = 0;
    DIR *folder = opendir(in(name));
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL && count < 32;)
        if (asprintf(&names[count], "%s(%d)", entry->d_name, entry->d_type) > 0)
            count++;
    rewinddir(folder);
    int again = 0;
    while (readdir(folder) != NULL)
        again++;
    closedir(folder);
    for (int i = 0; i < count; i++)
        for (int j = i + 1; j < count; j++)
            if (strcmp(names[i], names[j]) > 0) {
                char *swap = names[i];
                names[i] = names[j];
                names[j] = swap;
            }
    printf("%d in it, %d again:", count, again);
    for (int i = 0; i < count; i++)
        printf(" %s", names[i]);
    printf("\n");
}

static void names(void)
{
    int file = open(in("new"), O_RDWR | O_CREAT | O_EXCL, 0640);
    {
        const long r0 = said(open(in("new"), O_RDWR | O_CREAT | O_EXCL, 0640));
        const long r1 = said(open(in("new"), O_RDONLY | O_DIRECTORY));
        const long r2 = said(open(in("none"), O_RDONLY));
        printf("new %d, again %ld, as a folder %ld, none %ld\n", file > 2, r0, r1, r2);
    }
    close(file);
    fill("a", "from a");
    fill("b", "from b, longer");
    {
        const long r0 = said(rename(in("a"), in("b")));
        const long r1 = size("a");
        const long r2 = size("b");
        printf("over %ld, a %ld, b %ld\n", r0, r1, r2);
    }
    mkdir(in("full"), 0755);
    fill("full/x", "x");
    mkdir(in("empty"), 0700);
    {
        const long r0 = said(rename(in("empty"), in("b")));
        const long r1 = said(rename(in("b"), in("empty")));
        const long r2 = said(rename(in("empty"), in("full")));
        const long r3 = said(rename(in("full"), in("full/y")));
        const long r4 = said(rename(in("full"), in("empty")));
        printf("folder over file %ld, file over folder %ld, full %ld, into itself %ld, empty %ld\n",
            r0, r1, r2, r3, r4);
    }
    {
        const long r0 = said(unlink(in("empty")));
        const long r1 = said(rmdir(in("empty")));
        const long r2 = said(rmdir(in("b")));
        const long r3 = said(mkdir(in("empty"), 0755));
        printf("unlink of a folder %ld, rmdir of a full one %ld, of a file %ld, mkdir again %ld\n", r0, r1, r2, r3);
    }
    {
        const long r0 = said(link(in("b"), in("second")));
        const long r1 = said(link(in("b"), in("second")));
        const long r2 = said(symlink("b", in("to")));
        const long r3 = said(symlink("nowhere", in("dangling")));
        printf("link %ld, again %ld, symlink %ld, dangling %ld\n", r0, r1, r2, r3);
    }
    char text[64] = {0};
    struct stat facts;
    printf("readlink %ld %s", said(readlink(in("to"), text, sizeof text)), text);
    lstat(in("to"), &facts);
    printf(", a link %d", S_ISLNK(facts.st_mode));
    stat(in("to"), &facts);
    printf(", to a file with %ld names\n", (long)facts.st_nlink);
    {
        const long r0 = said(open(in("dangling"), O_RDONLY));
        const long r1 = said(open(in("to"), O_RDONLY | O_NOFOLLOW));
        const long r2 = said(access(in("b"), W_OK));
        const long r3 = said(access(in("b"), X_OK));
        printf("open dangling %ld, nofollow %ld, access %ld %ld\n", r0, r1, r2, r3);
    }
    list(".");
    unlink(in("dangling"));
    list("empty");
}

static void content(void)
{
    char text[64] = {0};
    int file = open(in("c"), O_RDWR | O_CREAT, 0644);
    printf("write %ld", said(write(file, "0123456789", 10)));
    {
        const long r0 = said(lseek(file, -3, SEEK_END));
        const long r1 = said(lseek(file, 2, SEEK_CUR));
        const long r2 = said(lseek(file, -1, SEEK_SET));
        printf(", seek %ld %ld %ld", r0, r1, r2);
    }
    printf(", read %ld %s\n", said(read(file, text, 9)), text);
    {
        const long r0 = said(ftruncate(file, 4));
        const long r1 = size("c");
        const long r2 = said(ftruncate(file, 20));
        const long r3 = size("c");
        const long r4 = said(truncate(in("c"), 6));
        const long r5 = size("c");
        const long r6 = said(ftruncate(file, -1));
        printf("truncate %ld: %ld, longer %ld: %ld, by name %ld: %ld, below %ld\n", r0, r1, r2, r3, r4, r5, r6);
    }
    struct iovec parts[2] = {{text, 4}, {text + 8, 4}};
    {
        const long r0 = said(pread(file, text, 64, 2));
        const long r1 = said(preadv(file, parts, 2, 0));
        const long r2 = said(pwrite(file, "end", 3, 30));
        const long r3 = size("c");
        printf("pread %ld, preadv %ld, pwrite %ld: %ld\n", r0, r1, r2, r3);
    }
    printf("hole %d\n", pread(file, text, 1, 20) == 1 && text[0] == 0);
    int more = open(in("c"), O_WRONLY | O_APPEND);
    lseek(more, 0, SEEK_SET);
    write(more, "+", 1);
    {
        const long r0 = size("c");
        const long r1 = said(lseek(more, 0, SEEK_CUR));
        printf("append %ld, place %ld\n", r0, r1);
    }
    {
        const long r0 = said(read(more, text, 1));
        const long r1 = said(write(open(in("c"), O_RDONLY), "x", 1));
        printf("read of a writer %ld, write of a reader %ld\n", r0, r1);
    }
    int copy = open(in("copy"), O_WRONLY | O_CREAT, 0600);
    off_t from = 1;
    printf("sendfile %ld", said(sendfile(copy, file, &from, 5)));
    printf(", on to %ld\n", (long)from);
    {
        const long r0 = said(posix_fallocate(copy, 0, 100));
        const long r1 = size("copy");
        const long r2 = said(fsync(copy));
        const long r3 = said(fdatasync(copy));
        printf("fallocate %ld: %ld, fsync %ld, fdatasync %ld\n", r0, r1, r2, r3);
    }
    unlink(in("copy"));
    {
        const long r0 = said(pwrite(copy, "x", 1, 0));
        const long r1 = size("copy");
        printf("unlinked and open: %ld %ld\n", r0, r1);
    }
    fchmod(file, 0604);
    struct stat facts;
    fstat(file, &facts);
    printf("mode %o, chown %ld\n", facts.st_mode & 07777, said(fchown(file, facts.st_uid, (gid_t)-1)));
    int twin = dup(file);
    lseek(file, 3, SEEK_SET);
    {
        const long r0 = said(lseek(twin, 0, SEEK_CUR));
        const long r1 = said(fcntl(twin, F_GETFL)) & O_ACCMODE;
        printf("one place %ld, flags %#lx\n", r0, r1);
    }
}

static long lock(int file, int command, short type, off_t start, off_t bytes)
{
    struct flock at = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = bytes};
    long result = said(fcntl(file, command, &at));
    return command == F_GETLK || command == F_OFD_GETLK ? at.l_type : result;
}

static void locks(void)
{
    int one = open(in("c"), O_RDWR), two = open(in("c"), O_RDWR);
    {
        const long r0 = lock(one, F_SETLK, F_WRLCK, 0, 10);
        const long r1 = lock(two, F_SETLKW, F_WRLCK, 5, 10);
        const long r2 = lock(two, F_GETLK, F_WRLCK, 0, 0) == F_UNLCK;
        printf("own %ld %ld, seen %d\n", r0, r1, (int)r2);
    }
    lock(one, F_SETLK, F_UNLCK, 0, 0);
    {
        const long r0 = lock(one, F_OFD_SETLK, F_WRLCK, 0, 10);
        const long r1 = lock(two, F_OFD_SETLK, F_RDLCK, 9, 1);
        const long r2 = lock(two, F_OFD_SETLK, F_RDLCK, 10, 1);
        const long r3 = lock(two, F_OFD_GETLK, F_RDLCK, 0, 1) == F_WRLCK;
        printf("of files %ld %ld %ld, seen %d\n", r0, r1, r2, (int)r3);
    }
    {
        const long r0 = said(flock(one, LOCK_SH));
        const long r1 = said(flock(two, LOCK_EX | LOCK_NB));
        printf("flock %ld %ld", r0, r1);
    }
    printf(" %ld", said(flock(one, LOCK_UN)));
    {
        const long r0 = said(flock(two, LOCK_EX | LOCK_NB));
        const long r1 = said(flock(one, 77));
        const long r2 = said(flock(77, LOCK_SH));
        printf(" %ld, odd %ld, of a pipe end that is closed %ld\n", r0, r1, r2);
    }
    close(one);
    close(two);
}

static void mapped(void)
{
    fill("m", "mapped: before and on\n");
    int file = open(in("m"), O_RDWR);
    char *own = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    memcpy(own + 8, "BEFORE", 6);
    char text[64] = {0};
    pread(file, text, 14, 0);
    printf("private: %.14s, file: %s, behind the end %d\n", own, text, own[100]);
    munmap(own, 4096);
    char *all = mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, 0);
    printf("shared to read: %.14s\n", all == MAP_FAILED ? "no" : all);
    {
        const long r0 = said((long)mmap(NULL, 0, PROT_READ, MAP_PRIVATE, file, 0));
        const long r1 = said((long)mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, file, 100));
        printf("of nothing %ld, of a wrong place %ld\n", r0, r1);
    }
    char *both = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    memcpy(both + 4090, "anonymous", 9);
    printf("shared with nobody: %.9s\n", both + 4090);
    close(file);
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 1;
    root = argv[1];
    umask(022);
    names();
    content();
    locks();
    mapped();
    return 0;
}
