# layers - who may include whom
#
# Input: lib/ORDER, lib/explore/ORDER, then lines FILE:LINE:#include "PATH" of all C files, then
# nothing else. `parts` names the folders with a list.def and `listed` the
# "FOLDER/NAME" that stand in those lists, both with spaces around each.

function complain(text)
{
	printf "%s:%s: %s\n", file, line, text
}

# "lib/bq_wait_impl.h" in "lib/": the longest name known there that is "bq"
# or begins the file's name before an underscore.
function owner(path,    folder, name)
{
	folder = name = path
	sub(/[^\/]*$/, "", folder)
	sub(/.*\//, "", name)
	sub(/(_impl)?\.[a-z]+$/, "", name)
	sub(/^(test|fuzz|bench)_/, "", name)
	for (;;) {
		if (folder == "lib/" ? name in rank : \
		    index(listed, " " folder name " "))
			return name
		if (!sub(/_[^_]*$/, "", name))
			return ""
	}
}

function stem(path)
{
	sub(/.*\//, "", path)
	sub(/\.[a-z]+$/, "", path)
	sub(/_impl$/, "", path)
	sub(/^(test|fuzz|bench)_/, "", path)
	return path
}

function same_family(a, b)
{
	a = stem(a)
	b = stem(b)
	return a == b || index(a, b "_") == 1 || index(b, a "_") == 1
}

function folder_of(path)
{
	sub(/[^\/]*$/, "", path)
	return path
}

function exists(path,    got, ignored)
{
	got = (getline ignored < path)
	close(path)
	return got >= 0
}

# A mechanism, lib/x.c, includes what stands above it in ORDER.
function from_mechanism(inc,    mine, theirs)
{
	mine = owner(file)
	if (mine == "") {
		complain("its module is not in lib/ORDER")
		return
	}
	if (inc ~ /\.def$/)
		return
	if (inc ~ /^lib\/.*\//) {
		complain("a mechanism includes a part, " inc)
		return
	}
	theirs = owner(inc)
	if (theirs == "")
		complain(inc " is of no module in lib/ORDER")
	else if (rank[theirs] > rank[mine])
		complain(mine " includes " inc ", which lib/ORDER has below it")
}

# A model or a work knows public mechanisms and itself. The sieves are rungs
# of one module and may share its inside.
function from_part(inc)
{
	if (folder_of(inc) == folder_of(file) && inc !~ /\.def$/ && \
	    same_family(inc, file))
		return
	if (inc !~ /^lib\/[^\/]*\.h$/)
		complain("a part includes another, " inc)
	else if (inc ~ /_impl\.h$/ && file !~ /^lib\/sieves\//)
		complain("the inside of another module, " inc)
}

# The explorer: its driver has an order of its own, in lib/explore/ORDER; the
# runtime shares wire.h and desk.h with it, and rt.h among its own files.
function explorer_owner(path,    name)
{
	name = "explore/" stem(path)
	while (!(name in rank) && sub(/_[^_]*$/, "", name))
		;
	return name
}

function from_explorer(inc,    mine, theirs)
{
	mine = explorer_owner(file)
	theirs = explorer_owner(inc)
	if (inc ~ /^lib\/[^\/]*\.h$/) {
		if (inc ~ /_impl\.h$/)
			complain("the inside of another module, " inc)
	} else if (file ~ /^lib\/explore\/runtime\//) {
		if (inc !~ /^lib\/explore\/(runtime\/([a-z]+\/)?[^\/]*|wire|desk)\.h$/)
			complain("the runtime includes " inc)
	} else if (inc !~ /^lib\/explore\/[^\/]*\.h$/)
		complain("the explorer includes " inc)
	else if (!(mine in rank))
		complain("it is not in lib/explore/ORDER")
	else if (rank[theirs] > rank[mine])
		complain(mine " includes " inc ", which its ORDER has below it")
}

# A command named like a work is for that work, and may ask more of it than
# every work can answer.
function own_work(inc)
{
	return file ~ /^cmd\// && inc ~ /^lib\/works\// && \
	    same_family(inc, file)
}

function from_outside(inc)
{
	if (inc ~ /^lib\/explore\/[^\/]*\.h$/)
		return
	if (inc ~ /^lib\/.*\// && !own_work(inc) && !(file ~ /^tests\// && \
	    (inc ~ /\.def$/ || same_family(inc, file))))
		complain("a part is reached through its list, not " inc)
	else if (inc ~ /_impl\.h$/ && !same_family(inc, file))
		complain("the inside of another module, " inc)
	else if (file ~ /^cmd\// && inc !~ /^(lib|cmd)\//)
		complain("cmd includes " inc)
}

# A learner has the files of the lesson beside his own, and nothing else.
function from_lesson(inc,    folder)
{
	folder = file
	sub(/^lessons\//, "", folder)
	sub(/\/.*/, "", folder)
	if (inc != "lesson.h" && !exists("lessons/" folder "/" inc))
		complain("a lesson includes " inc)
}

FILENAME ~ /ORDER$/ {
	name = (FILENAME ~ /explore/ ? "explore/" : "") $1
	if (name in rank)
		printf "%s:%d: %s twice\n", FILENAME, FNR, $1
	rank[name] = FNR
	next
}
{
	split($0, at, ":")
	file = at[1]
	line = at[2]
	inc = $0
	sub(/^[^"]*"/, "", inc)
	sub(/".*/, "", inc)
	if (file ~ /^lessons\//)
		from_lesson(inc)
	else if (inc !~ /\//)
		complain("\"" inc "\" is not written from the root")
	else if (!exists(inc))
		complain(inc " does not exist")
	else if (file ~ /^lib\// && inc !~ /^lib\//)
		complain("lib includes " inc)
	else if (file ~ /^lib\/[^\/]*$/)
		from_mechanism(inc)
	else if (file ~ /^lib\/explore\//)
		from_explorer(inc)
	else if (file ~ /^lib\//)
		from_part(inc)
	else
		from_outside(inc)
}
