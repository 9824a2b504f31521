/*
 * The rules of a queue: the environment's, and what options of `conc fsq` or
 * of its verbs say instead.
 */
#include "cmd/fsq.h"

#include "cmd/msg.h"
#include "cmd/text.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	NAME_SIZE = 32
};

struct queue_shared queue_shared = {.root = "/var/fsq"};

int queue_set(struct fsq_rules *rules, const char *what, const char *variable,
	const char *value)
{
	if (!value || !fsq_rules_set(rules, variable, value))
		return 0;
	msg_error("%s %s is not %s", what, text_quote(value).text,
		fsq_rules_form(variable));
	msg_hint_help();
	return EXIT_USAGE;
}

/* NAME=value as it stands there, or only the name. */
static int refuse_variable(const char *bad)
{
	char name[NAME_SIZE];
	size_t length = strcspn(bad, "=");

	snprintf(name, sizeof(name), "%.*s", (int)length, bad);
	if (bad[length])
		msg_error("%s %s is not %s", name,
			text_quote(bad + length + 1).text,
			fsq_rules_form(name));
	else
		msg_error("%s is not %s", name, fsq_rules_form(name));
	msg_hint("try 'unset %s', or 'conc man fsq | man -l -'", name);
	return EXIT_USAGE;
}

static int check_owner(const char *whose, const char *user, const char *group)
{
	struct fsq_owner owner;

	if (user && fsq_owner_find(user, NULL, &owner)) {
		msg_error("there is no user %s for %s", text_quote(user).text,
			whose);
		msg_hint("try 'getent passwd' for those that there are");
		return EXIT_USAGE;
	}
	if (group && fsq_owner_find(NULL, group, &owner)) {
		msg_error("there is no group %s for %s", text_quote(group).text,
			whose);
		msg_hint("try 'getent group' for those that there are");
		return EXIT_USAGE;
	}
	return 0;
}

static int take_shared(struct fsq_rules *rules)
{
	const struct queue_shared *s = &queue_shared;
	const struct {
		const char *what, *variable, *value;
	} options[] = {
		{"--root", "FSQ_ROOT", s->root},
		{"--charset", "FSQ_CHARSET", s->charset},
		{"--exec-dir", "FSQ_EXEC_DIR", s->exec_dir},
		{"--queue-name", "FSQ_QUEUE", s->queue},
		{"--tmp-name", "FSQ_TMP", s->tmp},
		{"--done-name", "FSQ_DONE", s->done},
		{"--down-name", "FSQ_DOWN", s->down},
		{"--trigger-name", "FSQ_TRIGGER", s->trigger},
		{"--lock", "FSQ_LOCK", s->lock ? "1" : NULL},
	};
	int code = 0;

	for (size_t i = 0; i < sizeof(options) / sizeof(*options) && !code; i++)
		code = queue_set(rules, options[i].what, options[i].variable,
			options[i].value);
	return code;
}

int queue_rules(struct fsq_rules *rules)
{
	const char *bad = "";
	int code;

	*rules = fsq_rules_default;
	if (fsq_rules_from_env(rules, (const char *const *)environ, &bad) < 0)
		return refuse_variable(bad);
	code = take_shared(rules);
	if (!code && fsq_rules_check(rules, &bad) < 0)
		code = refuse_variable(bad);
	if (!code)
		code = check_owner(
			"items", rules->item_user, rules->item_group);
	if (!code)
		code = check_owner(
			"queues", rules->queue_user, rules->queue_group);
	return code;
}

int queue_own(struct fsq_rules *rules, enum queue_owned owned,
	const struct queue_owner *owner)
{
	static const char *const names[][3] = {
		[QUEUE_OWNED_ITEM] = {"FSQ_ITEM_USER", "FSQ_ITEM_GROUP",
			"FSQ_ITEM_MODE"},
		[QUEUE_OWNED_QUEUE] = {"FSQ_QUEUE_USER", "FSQ_QUEUE_GROUP",
			"FSQ_QUEUE_MODE"},
	};
	int code = queue_set(rules, "--user", names[owned][0], owner->user);

	if (!code)
		code = queue_set(
			rules, "--group", names[owned][1], owner->group);
	if (!code)
		code = queue_set(rules, "--mode", names[owned][2], owner->mode);
	if (!code)
		code = check_owner("this", owner->user, owner->group);
	return code;
}
