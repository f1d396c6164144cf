#include "memcheck_support.h"

#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#else
#define RUNNING_ON_VALGRIND 0
#define VALGRIND_MAKE_MEM_UNDEFINED(bytes, count) ((void)(bytes), (void)(count))
#define VALGRIND_MAKE_MEM_DEFINED(bytes, count) ((void)(bytes), (void)(count))
#define VALGRIND_COUNT_ERRORS 0
#endif

int memcheck_is_running(void) { return RUNNING_ON_VALGRIND != 0; }

void memcheck_mark_secret(const void *bytes, size_t count) { VALGRIND_MAKE_MEM_UNDEFINED(bytes, count); }

void memcheck_mark_public(const void *bytes, size_t count) { VALGRIND_MAKE_MEM_DEFINED(bytes, count); }

unsigned memcheck_reports(void) { return VALGRIND_COUNT_ERRORS; }
