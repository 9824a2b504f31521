/*
 * sanitizer - which checking tools watch this build, and how to talk to them
 *
 * A tool that follows every memory access has to be told when the program
 * does something that no compiler emits: change stacks, reuse one, unmap it.
 * The tools' own headers are included here where they exist, so that no other
 * file needs to ask which compiler or which version it is.
 *
 * SANITIZER_ADDRESS, SANITIZER_THREAD: 1 in a build with that sanitizer.
 * valgrind needs no special build: its requests cost a few idle instructions,
 * and are empty where valgrind's header was not installed.
 *
 * Threads:  any.
 * Blocking: never.
 * Memory:   none.
 */
#ifndef LIB_SANITIZER_H
#define LIB_SANITIZER_H

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define SANITIZER_ADDRESS 1
#endif
#if __has_feature(thread_sanitizer)
#define SANITIZER_THREAD 1
#endif
#endif

#ifdef __SANITIZE_ADDRESS__
#define SANITIZER_ADDRESS 1
#endif
#ifdef __SANITIZE_THREAD__
#define SANITIZER_THREAD 1
#endif

#ifndef SANITIZER_ADDRESS
#define SANITIZER_ADDRESS 0
#endif
#ifndef SANITIZER_THREAD
#define SANITIZER_THREAD 0
#endif

#if SANITIZER_ADDRESS
#include <sanitizer/asan_interface.h>
#include <sanitizer/lsan_interface.h>
#endif
#if SANITIZER_THREAD
#include <sanitizer/tsan_interface.h>
#endif

#ifdef __has_include
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif
#endif

#ifndef RUNNING_ON_VALGRIND
#define RUNNING_ON_VALGRIND 0
#define VALGRIND_STACK_REGISTER(low, high) ((void)(low), (void)(high), 0u)
#define VALGRIND_STACK_DEREGISTER(id) ((void)(id))
#endif

#endif
