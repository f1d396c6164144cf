// closefrom and chdir are not POSIX's, and Swift's module of the C library lacks them.
#define _GNU_SOURCE
#include "comitia_spawn.h"

#include <signal.h>
#include <spawn.h>
#include <stddef.h>

static const int endings[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};

int comitia_spawn(
    pid_t *pid, const char *path, char *const words[], char *const variables[], const int descriptors[3], const char *folder) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, usual;
  sigemptyset(&none);
  // What a shell starts in the background has been told to ignore them.
  sigemptyset(&usual);
  for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) sigaddset(&usual, endings[i]);
  int code = posix_spawn_file_actions_init(&actions);
  if (code != 0) return code;
  code = posix_spawnattr_init(&attributes);
  if (code == 0) {
    for (int number = 0; number < 3 && code == 0; number++) {
      code = posix_spawn_file_actions_adddup2(&actions, descriptors[number], number);
    }
    if (code == 0) code = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (code == 0 && folder != NULL) code = posix_spawn_file_actions_addchdir_np(&actions, folder);
    if (code == 0) code = posix_spawnattr_setsigmask(&attributes, &none);
    if (code == 0) code = posix_spawnattr_setsigdefault(&attributes, &usual);
    if (code == 0) code = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    if (code == 0) code = posix_spawn(pid, path, &actions, &attributes, words, variables);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  return code;
}
