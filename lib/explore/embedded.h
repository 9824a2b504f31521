/*
 * embedded - the runtime, carried inside of conc
 *
 * Threads:  any; all constant.
 * Blocking: never.
 * Memory:   static.
 */
#ifndef LIB_EXPLORE_EMBEDDED_H
#define LIB_EXPLORE_EMBEDDED_H

/* An object file to link a program with. */
extern const unsigned char embedded_runtime[], embedded_runtime_end[];

/* For objcopy --redefine-syms: lines "pthread_create __conc_..." */
extern const unsigned char embedded_names[], embedded_names_end[];

/* The runtime once more, as a library to load before all others. */
extern const unsigned char embedded_preload[], embedded_preload_end[];

/* What stops the processes of a program: see desk.h. */
extern const unsigned char embedded_shim[], embedded_shim_end[];

#endif
