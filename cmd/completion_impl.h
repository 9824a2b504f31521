/* The parts of completion.c: one writer for each shell. */
#ifndef CMD_COMPLETION_IMPL_H
#define CMD_COMPLETION_IMPL_H

#include "cmd/command.h"

void completion_bash(void);
void completion_zsh(void);
void completion_fish(void);

/* The choices of a row or of an operand, separated by spaces. */
void completion_put_choices(const struct opt *row);
void completion_put_words(opt_choice_fn word);

#endif
