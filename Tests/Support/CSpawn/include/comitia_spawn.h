#ifndef COMITIA_SPAWN_H
#define COMITIA_SPAWN_H

#include <sys/types.h>

/// Starts a program with three descriptors, and none else, in a folder (NULL: this one), with no signal blocked.
///
/// - Returns: 0, or an `errno`.
int comitia_spawn(
    pid_t *pid, const char *path, char *const words[], char *const variables[], const int descriptors[3], const char *folder);

#endif
