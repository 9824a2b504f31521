/*
 * frame - where, in a function that the program calls, its caller's frame ends
 *
 * On x86-64 the address of our own frame lies next to it, and is cheaper;
 * elsewhere that is the lower end of our frame.
 *
 * Threads:  any.
 * Blocking: never.
 * Memory:   none.
 */
#ifndef LIB_EXPLORE_RUNTIME_FRAME_H
#define LIB_EXPLORE_RUNTIME_FRAME_H

#if defined(__x86_64__)
#define END_OF_CALLER __builtin_frame_address(0)
#else
#define END_OF_CALLER __builtin_dwarf_cfa()
#endif

#endif
