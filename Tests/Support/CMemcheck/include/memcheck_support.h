#ifndef COMITIA_MEMCHECK_SUPPORT_H
#define COMITIA_MEMCHECK_SUPPORT_H

#include <stddef.h>

/// Whether the process runs under valgrind, and this was built with its header.
int memcheck_is_running(void);

/// From now on memcheck reports every branch and every address that depends on these bytes.
void memcheck_mark_secret(const void *bytes, size_t count);

/// Ends that for these bytes.
void memcheck_mark_public(const void *bytes, size_t count);

/// The reports so far.
unsigned memcheck_reports(void);

#endif
