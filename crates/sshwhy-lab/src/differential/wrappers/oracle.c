/*
 * libwrap itself, asked many times in one process. Cases come on standard input; one line of answer for each goes out.
 *
 * What libwrap would take from the world is replaced here: its files come from the case, its log is kept, and commands,
 * netgroups and accounts answer as the case says. Nothing is run, slept or changed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/types.h>

/* What tcpd.h declares, which a machine with the library alone does not have. */
extern int hosts_access(void *request);
extern void *request_init(void *request, ...);
extern int hosts_access_verbose;
extern int resident;
extern char *hosts_allow_table;
extern char *hosts_deny_table;
enum { RQ_DAEMON = 2, RQ_USER, RQ_CLIENT_NAME, RQ_CLIENT_ADDR, RQ_CLIENT_SIN, RQ_SERVER_NAME, RQ_SERVER_ADDR, RQ_SERVER_SIN };

#define FILES 4
static const char *const paths[FILES] = {"allow", "deny", "/p0", "/p1"};
static char *texts[FILES];
static int32_t lengths[FILES]; /* -1: absent, -2: cannot be opened */
static int netgroup_says, command_fails;
static char matched[64], problem[64];

FILE *fopen(const char *path, const char *mode)
{
    for (int i = 0; i < FILES; i++) {
        if (strcmp(path, paths[i]) != 0 || lengths[i] == -1)
            continue;
        if (lengths[i] == -2) {
            errno = EACCES;
            return NULL;
        }
        return fmemopen(texts[i], lengths[i], mode);
    }
    errno = ENOENT;
    return NULL;
}

static void keep(const char *format, va_list list)
{
    char text[9000];
    char file[32];
    int line;
    vsnprintf(text, sizeof text, format, list);
    if (sscanf(text, "matched: %31s line %d", file, &line) == 2)
        snprintf(matched, sizeof matched, "%s %d", file, line);
    if (strstr(text, "twist option in resident process"))
        strcpy(problem, "twist");
    else if (strncmp(text, "error: ", 7) == 0)
        strcpy(problem, "error");
    else if (strstr(text, "missing newline") && sscanf(text, "warning: %31[^,], line %d", file, &line) == 2)
        snprintf(problem, sizeof problem, "broken-%s-%d", file, line);
}

void __syslog_chk(int priority, int flag, const char *format, ...)
{
    va_list list;
    (void)priority, (void)flag;
    va_start(list, format);
    keep(format, list);
    va_end(list);
}

void __vsyslog_chk(int priority, int flag, const char *format, va_list list)
{
    (void)priority, (void)flag;
    keep(format, list);
}

int innetgr(const char *group, const char *host, const char *user, const char *domain)
{
    (void)group, (void)host, (void)user, (void)domain;
    return netgroup_says;
}

void shell_cmd(char *command) { (void)command; }
pid_t fork(void) { return 4242; }

pid_t wait(int *status)
{
    *status = command_fails ? 256 : 0;
    return 4242;
}

struct passwd *getpwnam(const char *name)
{
    static struct passwd nobody;
    return strcmp(name, "nobody") == 0 ? &nobody : NULL;
}

struct group *getgrnam(const char *name)
{
    static struct group nogroup;
    return strcmp(name, "nogroup") == 0 ? &nogroup : NULL;
}

int nice(int increment) { return (void)increment, 0; }
mode_t umask(mode_t mask) { return (void)mask, 0; }

static void must_read(void *to, size_t size)
{
    if (size != 0 && fread(to, size, 1, stdin) != 1)
        exit(1);
}

static char *text(void)
{
    int32_t length;
    must_read(&length, sizeof length);
    char *to = calloc(1, length + 1);
    must_read(to, length);
    return to;
}

/*
 * libwrap remembers that an aclexec failed for as long as the process lives, which for sshd is one connection. One that
 * succeeds makes it forget.
 */
static void forget_failure(void *request)
{
    static char rule[] = "ALL: ALL: aclexec true\n";
    command_fails = 0;
    texts[0] = rule;
    lengths[0] = sizeof rule - 1;
    request_init(request, RQ_DAEMON, "x", RQ_CLIENT_NAME, "x", RQ_CLIENT_ADDR, "192.0.2.1", 0);
    hosts_access(request);
}

int main(void)
{
    uint8_t head[4]; /* netgroup, command, port high, port low */
    hosts_access_verbose = 2;
    hosts_allow_table = "allow";
    hosts_deny_table = "deny";
    while (fread(head, sizeof head, 1, stdin) == 1) {
        static char request[8192];
        struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(head[2] << 8 | head[3])};
        resident = 1;
        forget_failure(request);
        netgroup_says = head[0];
        command_fails = head[1];
        for (int i = 0; i < FILES; i++) {
            must_read(&lengths[i], sizeof lengths[i]);
            texts[i] = calloc(1, lengths[i] < 0 ? 1 : lengths[i] + 1);
            must_read(texts[i], lengths[i] < 0 ? 0 : lengths[i]);
        }
        char *daemon = text(), *address = text(), *name = text(), *user = text(), *own = text();
        request_init(request, RQ_DAEMON, daemon, RQ_USER, user, RQ_CLIENT_NAME, name, RQ_CLIENT_ADDR, address, RQ_SERVER_ADDR, own,
                     RQ_SERVER_NAME, "unknown", RQ_SERVER_SIN, &server, 0);
        strcpy(matched, "- 0");
        strcpy(problem, "-");
        /* To a process that stays (resident), `twist` is an error with words of its own. */
        int admitted = hosts_access(request);
        printf("%d %s %s\n", admitted, matched, problem);
        fflush(stdout);
        for (int i = 0; i < FILES; i++)
            free(texts[i]);
        free(daemon), free(address), free(name), free(user), free(own);
    }
    return 0;
}
