/*
 * interrupt - ^C, TERM and HUP ask a command to stop, and it ends by them
 *
 * After interrupt_catch the first of these signals only sets a flag, which
 * the command polls; it then stops its workers, says what it has, and
 * returns. main flushes stdout and calls interrupt_die, so that the parent
 * sees death by that signal (130, 143, 129 in a shell). A second signal ends
 * the program at once, unless it comes so soon that it must be an echo of
 * the first. So does the time: who has not ended 1.5 s after the first signal,
 * because a reader does not read or a worker has been stopped, dies of it
 * without a result. System calls are not restarted: EINTR is a reason to
 * look at the flag.
 *
 * A signal that is ignored at the start stays ignored, as for background
 * jobs of scripts and under nohup.
 *
 * Threads:  interrupt_requested from any; the rest from the main one.
 * Blocking: never.
 * Memory:   none.
 */
#ifndef CMD_INTERRUPT_H
#define CMD_INTERRUPT_H

void interrupt_catch(void);

/*
 * The same without the time limit: for who finishes what he has begun, however
 * long that takes. A second signal still ends the program at once.
 */
void interrupt_catch_unhurried(void);

/* Which signal came, or 0. */
int interrupt_requested(void);

/* For a forked child: the signals do what they do by default again. */
void interrupt_forget(void);

_Noreturn void interrupt_die(int signal_number);

#endif
