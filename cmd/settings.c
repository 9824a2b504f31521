#include "cmd/settings.h"

#include "cmd/command.h"
#include "cmd/config.h"
#include "cmd/json.h"
#include "cmd/msg.h"
#include "cmd/text.h"
#include "lib/must.h"

#include <stdlib.h>
#include <string.h>

enum {
	NAME_SIZE = 64,
	VALUE_SIZE = 512,
	WHAT_SIZE = 512,
};

void settings_add(struct settings *settings, const struct opt *rows, void *base)
{
	for (; rows && rows->name; rows++) {
		must(settings->n < SETTINGS_MOST);
		settings->list[settings->n++] = (struct setting){
			.row = rows,
			.base = base,
			.origin = "default",
		};
	}
}

void settings_drop_letters(struct settings *settings)
{
	for (unsigned i = 0; i < settings->n; i++)
		if (settings->list[i].base != &global)
			settings->list[i].letterless = true;
}

struct setting *settings_find(struct settings *settings, const char *name)
{
	for (unsigned i = 0; i < settings->n; i++)
		if (strcmp(settings->list[i].row->name, name) == 0)
			return &settings->list[i];
	return NULL;
}

static int set(struct setting *setting, const char *what, const char *text,
	const char *origin)
{
	int code = opt_set(setting->row, setting->base, what, text);

	if (code)
		return code;
	setting->set = true;
	snprintf(setting->origin, sizeof(setting->origin), "%s", origin);
	return 0;
}

static bool has_setting(const struct opt *rows, const char *name)
{
	for (; rows && rows->name; rows++)
		if (opt_is_setting(rows) && strcmp(rows->name, name) == 0)
			return true;
	return false;
}

/* command is what stands before the dot, or NULL for a key without one. */
static bool is_known(const char *command, const char *name)
{
	if (!command && has_setting(global_options, name))
		return true;
	for (size_t i = 0; command_at(i); i++) {
		const struct command *c = command_at(i);

		if (command && strcmp(command, c->name) != 0)
			continue;
		if (has_setting(c->options, name))
			return true;
		for (size_t k = 0; c->verbs && c->verbs[k]; k++)
			if (has_setting(c->verbs[k]->options, name))
				return true;
	}
	return false;
}

static int refuse_key(const char *where, const char *key)
{
	msg_error(
		"%s: no command has a setting %s", where, text_quote(key).text);
	msg_hint("a setting is a long option without its dashes, such as "
		 "'color = never'");
	return EXIT_USAGE;
}

/* A config_fn: one line of conc.conf. */
static int set_from_file(
	void *context, const char *where, const char *key, const char *value)
{
	struct settings *settings = context;
	const char *dot = strchr(key, '.');
	const char *name = dot ? dot + 1 : key;
	size_t command_length = dot ? (size_t)(dot - key) : 0;
	char command[NAME_SIZE], what[WHAT_SIZE];
	struct setting *setting;

	if (command_length >= sizeof(command))
		return refuse_key(where, key);
	memcpy(command, key, command_length);
	command[command_length] = '\0';
	if (!is_known(dot ? command : NULL, name))
		return refuse_key(where, key);
	if (dot && strcmp(command, settings->command) != 0)
		return 0;
	setting = settings_find(settings, name);
	if (!setting || !opt_is_setting(setting->row))
		return 0;
	snprintf(what, sizeof(what), "%s: %s", where, key);
	return set(setting, what, value, where);
}

/*
 * A flag's variable switches it on unless it says no: others use ACCESSIBLE
 * too, with words of their own.
 */
static const char *flag_word(const char *value)
{
	static const char *const off[] = {"0", "no", "false", "off"};

	for (size_t i = 0; i < sizeof(off) / sizeof(*off); i++)
		if (strcmp(value, off[i]) == 0)
			return "no";
	return "yes";
}

static int set_from_variable(struct setting *setting, const char *name)
{
	const char *value = getenv(name);

	if (!value || !*value)
		return 0;
	if (setting->row->kind == OPT_FLAG)
		value = flag_word(value);
	return set(setting, name, value, name);
}

/* The first variable named is the strongest, so it is read last. */
static int set_from_environment(struct setting *setting)
{
	char names[NAME_SIZE * 2];
	char *space;
	int code = 0;

	if (!setting->row->env)
		return 0;
	snprintf(names, sizeof(names), "%s", setting->row->env);
	while (!code && (space = strrchr(names, ' '))) {
		code = set_from_variable(setting, space + 1);
		*space = '\0';
	}
	return code ? code : set_from_variable(setting, names);
}

static int set_from_arguments(struct setting *setting)
{
	const struct opt *row = setting->row;
	char what[NAME_SIZE];

	if (!setting->given)
		return 0;
	if (opt_adds(row)) {
		setting->set = true;
		return 0;
	}
	if (row->given)
		*(bool *)((char *)setting->base + row->given) = true;
	snprintf(what, sizeof(what), "--%s", row->name);
	return set(setting, what, setting->given, what);
}

static void compute_default(struct setting *setting)
{
	const struct opt *row = setting->row;

	if (!setting->set && row->computed)
		row->computed((char *)setting->base + row->offset,
			setting->origin, sizeof(setting->origin));
}

int settings_resolve(struct settings *settings, bool from_files)
{
	int code = 0;

	if (from_files)
		code = config_read_all(set_from_file, settings);
	for (unsigned i = 0; i < settings->n && !code; i++) {
		struct setting *setting = &settings->list[i];

		code = set_from_environment(setting);
		if (!code)
			code = set_from_arguments(setting);
		if (!code)
			compute_default(setting);
	}
	return code;
}

/* The value as a user would write it, or words for what stands in for one. */
static void format_value(const struct setting *setting, char *out, size_t size)
{
	const struct opt *row = setting->row;

	if (opt_has_value(row, setting->base))
		opt_format(row, setting->base, out, size);
	else
		snprintf(out, size, "%s",
			row->default_text ? row->default_text : "none");
}

static void print_text(const struct setting *setting, FILE *out)
{
	char value[VALUE_SIZE], escaped[VALUE_SIZE], origin[VALUE_SIZE];

	format_value(setting, value, sizeof(value));
	text_escape(escaped, sizeof(escaped), value, strlen(value));
	text_escape(origin, sizeof(origin), setting->origin,
		strlen(setting->origin));
	fprintf(out, "%s = %s  (from %s)\n", setting->row->name, escaped,
		origin);
}

static void print_json(struct json *json, const struct setting *setting)
{
	char value[VALUE_SIZE];

	format_value(setting, value, sizeof(value));
	json_object(json, NULL);
	json_string(json, "name", setting->row->name);
	json_string(json, "value", value);
	json_string(json, "from", setting->origin);
	json_end(json);
}

/* Of every command, or of this one. */
static void print_all(const struct settings *settings, bool global_ones,
	FILE *out, struct json *json)
{
	for (unsigned i = 0; i < settings->n; i++) {
		const struct setting *setting = &settings->list[i];

		if (!opt_is_setting(setting->row) ||
			(setting->base == &global) != global_ones)
			continue;
		if (global.json)
			print_json(json, setting);
		else
			print_text(setting, out);
	}
}

void settings_print(const struct settings *settings, FILE *out)
{
	struct json json;

	if (global.json) {
		json_begin(&json, out, "conc.config");
		json_array(&json, "settings");
	}
	print_all(settings, false, out, &json);
	print_all(settings, true, out, &json);
	if (global.json) {
		json_end(&json);
		json_finish(&json);
	}
}
