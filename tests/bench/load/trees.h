/* What whole trees of processes cost: a server, the workers below it, and what it starts meanwhile. */

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

enum { MAX_TREES = 8, MAX_OF_TREES = 1024 };

struct tree {
    char name[32];
    pid_t root;
};

struct process {
    pid_t pid;
    int tree;
    double cpu_seconds;
    long resident_bytes;
};

struct snapshot {
    int count;
    struct process of[MAX_OF_TREES];
};

static struct tree trees[MAX_TREES];
static int tree_count;

/* Understand "name=pid". */
static bool add_tree(const char *option) {
    const char *pid = strchr(option, '=');
    if (!pid || tree_count == MAX_TREES || pid - option >= (long)sizeof trees[0].name) return false;
    struct tree *tree = &trees[tree_count++];
    memcpy(tree->name, option, (size_t)(pid - option));
    tree->root = atoi(pid + 1);
    return tree->root > 0;
}

static pid_t parent_of(pid_t pid) {
    char path[64], stat[512];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "r");
    if (!file) return -1;
    size_t size = fread(stat, 1, sizeof stat - 1, file);
    fclose(file);
    stat[size] = 0;
    /* The name, in brackets, may itself hold spaces and brackets. */
    char *end_of_name = strrchr(stat, ')');
    int parent = -1;
    if (!end_of_name || sscanf(end_of_name + 1, " %*c %d", &parent) != 1) return -1;
    return parent;
}

/* The clock of the whole process, in nanoseconds: threads too, those as well that have ended. /proc has hundredths of
 * a second, and its schedstat has one thread. */
static double cpu_seconds_of(pid_t pid) {
    clockid_t clock;
    struct timespec used;
    if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &used)) return 0;
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

static long resident_bytes_of(pid_t pid) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/statm", pid);
    FILE *file = fopen(path, "r");
    long pages = 0;
    if (!file) return 0;
    if (fscanf(file, "%*d %ld", &pages) != 1) pages = 0;
    fclose(file);
    return pages * sysconf(_SC_PAGESIZE);
}

static int tree_of(pid_t pid, const pid_t parents[], int depth) {
    for (int i = 0; i < tree_count; i++)
        if (trees[i].root == pid) return i;
    /* A tree is not deep; who ended meanwhile may leave a chain that leads nowhere. */
    if (pid <= 1 || depth == 0 || parents[pid] <= 0) return -1;
    return tree_of(parents[pid], parents, depth - 1);
}

static long highest_pid(void) {
    long highest = 4194304;
    FILE *file = fopen("/proc/sys/kernel/pid_max", "r");
    if (!file) return highest;
    if (fscanf(file, "%ld", &highest) != 1) highest = 4194304;
    fclose(file);
    return highest;
}

/* Read the clocks of those that are known, all at once: nothing is looked up between two of them. */
static void read_clocks(struct snapshot *snapshot) {
    for (int i = 0; i < snapshot->count; i++) snapshot->of[i].cpu_seconds = cpu_seconds_of(snapshot->of[i].pid);
}

static bool is_known(const struct snapshot *snapshot, pid_t pid) {
    for (int i = 0; i < snapshot->count; i++)
        if (snapshot->of[i].pid == pid) return true;
    return false;
}

/* Add those that a server has started since, and what all hold. This looks at every process of the machine, which takes
 * some milliseconds. */
static void add_processes(struct snapshot *into) {
    static pid_t *parents, found[65536];
    static long most;
    if (!parents) {
        most = highest_pid() + 1;
        parents = calloc((size_t)most, sizeof *parents);
    }
    int count = 0;
    DIR *folder = opendir("/proc");
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        pid_t pid = atoi(entry->d_name);
        if (pid <= 0 || pid >= most || count == 65536) continue;
        parents[pid] = parent_of(pid);
        found[count++] = pid;
    }
    if (folder) closedir(folder);
    for (int i = 0; i < count && into->count < MAX_OF_TREES; i++) {
        int tree = tree_of(found[i], parents, 16);
        if (tree < 0 || is_known(into, found[i])) continue;
        into->of[into->count++] = (struct process){found[i], tree, cpu_seconds_of(found[i]), 0};
    }
    for (int i = 0; i < count; i++) parents[found[i]] = 0;
    for (int i = 0; i < into->count; i++) into->of[i].resident_bytes = resident_bytes_of(into->of[i].pid);
}

static void take_snapshot(struct snapshot *into) {
    into->count = 0;
    add_processes(into);
}

static double cpu_before(const struct snapshot *before, pid_t pid) {
    for (int i = 0; i < before->count; i++)
        if (before->of[i].pid == pid) return before->of[i].cpu_seconds;
    return 0; /* It was started since. */
}

/* What a tree has used between two looks. What a process used that has ended meanwhile is not in it. */
static double cpu_between(const struct snapshot *before, const struct snapshot *after, int tree) {
    double seconds = 0;
    for (int i = 0; i < after->count; i++)
        if (after->of[i].tree == tree) seconds += after->of[i].cpu_seconds - cpu_before(before, after->of[i].pid);
    return seconds;
}

static long resident_in(const struct snapshot *snapshot, int tree) {
    long bytes = 0;
    for (int i = 0; i < snapshot->count; i++)
        if (snapshot->of[i].tree == tree) bytes += snapshot->of[i].resident_bytes;
    return bytes;
}

/* Print {"server":1.5,"redis":0.2}, and the same of bytes. */
static void print_cpu(const char *name, const struct snapshot *before, const struct snapshot *after) {
    printf("\"%s\":{", name);
    for (int i = 0; i < tree_count; i++)
        printf("%s\"%s\":%.9f", i ? "," : "", trees[i].name, cpu_between(before, after, i));
    printf("}");
}

static void print_resident(const char *name, const struct snapshot *snapshot) {
    printf("\"%s\":{", name);
    for (int i = 0; i < tree_count; i++)
        printf("%s\"%s\":%ld", i ? "," : "", trees[i].name, resident_in(snapshot, i));
    printf("}");
}
