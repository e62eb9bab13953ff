/* Asks libpam what it makes of a service, once for each line "QUESTION USER RHOST FOLDER": the
 * service is the file "sshd" of that folder. Question "account": the result. Question "session":
 * the result, and the soft limit of processes in the session. The headers of libpam are often not
 * installed; what is needed of them is declared here. */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

struct pam_conv {
    int (*talk)(int, const void **, void **, void *);
    void *data;
};
typedef struct pam_handle pam_handle_t;
int pam_start_confdir(const char *, const char *, const struct pam_conv *, const char *, pam_handle_t **);
int pam_set_item(pam_handle_t *, int, const void *);
int pam_acct_mgmt(pam_handle_t *, int);
int pam_open_session(pam_handle_t *, int);
int pam_end(pam_handle_t *, int);

enum { TTY = 3, RHOST = 4, SILENT = 0x8000, CONVERSATION_FAILS = 19 };

static int refuse(int count, const void **messages, void **answers, void *data)
{
    (void)count, (void)messages, (void)answers, (void)data;
    return CONVERSATION_FAILS;
}

static void ask(const char *question, const char *user, const char *rhost, const char *folder)
{
    struct pam_conv conversation = { refuse, NULL };
    struct rlimit limit = { 0, 0 };
    pam_handle_t *handle = NULL;
    int result = pam_start_confdir("sshd", user, &conversation, folder, &handle);
    if (result == 0) {
        pam_set_item(handle, RHOST, rhost);
        pam_set_item(handle, TTY, "ssh");
        if (strcmp(question, "account") == 0)
            result = pam_acct_mgmt(handle, SILENT);
        else
            result = pam_open_session(handle, SILENT);
    }
    getrlimit(RLIMIT_NPROC, &limit);
    printf("%d %llu\n", result, (unsigned long long)limit.rlim_cur);
    fflush(stdout);
}

int main(void)
{
    char question[16], user[64], rhost[64], folder[256];
    while (scanf("%15s %63s %63s %255s", question, user, rhost, folder) == 4) {
        /* Limits that a session sets, and what modules leave behind, end with the child. */
        pid_t child = fork();
        if (child == 0) {
            ask(question, user, rhost, folder);
            _exit(0);
        }
        waitpid(child, NULL, 0);
    }
    return 0;
}
