# tags - named regions of code, and the lessons and slides that quote them
#
# Input: the code files first, then the documents (*.md). A region begins
# with tag::NAME[] and ends with end::NAME[]. A document quotes it as
# ?code=FILE&tags=NAME,NAME, as @[tag:NAME] after that, or as
# include::FILE[tag=NAME].

function complain(text)
{
	printf "%s:%d: %s\n", FILENAME, FNR, text
}

function unclosed(    name)
{
	for (name in open_at)
		printf "%s:%d: tag '%s' is never closed\n", last_file,
			open_at[name], name
	for (name in open_at)
		delete open_at[name]
}

function name_in(s)
{
	sub(/.*(tag|end)::/, "", s)
	sub(/\[.*/, "", s)
	return s
}

function exists(path,    got, ignored)
{
	got = (getline ignored < path)
	close(path)
	return got >= 0
}

function quote(path, names,    n, i, name)
{
	if (!exists(path)) {
		complain("quotes " path ", which does not exist")
		return
	}
	n = split(names, name, /[,;]/)
	for (i = 1; i <= n; i++)
		if (!((path, name[i]) in region))
			complain("quotes '" name[i] "', which is no region of " \
				path)
}

# The value of KEY= in a line, up to what ends it.
function value(key, s)
{
	if (!match(s, "[^A-Za-z]" key "="))
		return ""
	s = substr(s, RSTART + RLENGTH)
	sub(/[] &)].*/, "", s)
	return s
}

FNR == 1 {
	unclosed()
	last_file = FILENAME
	quoted = ""
}

FILENAME !~ /\.md$/ && /(^|[^a-z])tag::[A-Za-z0-9_-]+\[\]/ {
	name = name_in($0)
	if ((FILENAME, name) in region)
		complain("tag '" name "' a second time")
	region[FILENAME, name] = 1
	open_at[name] = FNR
	size[name] = 0
	next
}
FILENAME !~ /\.md$/ && /(^|[^a-z])end::[A-Za-z0-9_-]+\[\]/ {
	name = name_in($0)
	if (!(name in open_at))
		complain("end of tag '" name "', which is not open")
	else if (!size[name])
		complain("tag '" name "' holds nothing")
	delete open_at[name]
	next
}
FILENAME !~ /\.md$/ {
	if ($0 !~ /^[ \t]*$/)
		for (name in open_at)
			size[name]++
	next
}

/[?&]code=/ {
	quoted = value("code", $0)
	quote(quoted, value("tags?", $0))
}
/@\[tag:/ {
	s = $0
	while (match(s, /@\[tag:[^]]*\]/)) {
		quote(quoted, substr(s, RSTART + 6, RLENGTH - 7))
		s = substr(s, RSTART + RLENGTH)
	}
}
/include::[^ []*\[/ {
	path = $0
	sub(/.*include::/, "", path)
	sub(/\[.*/, "", path)
	quote(path, value("tags?", $0))
}
END {
	unclosed()
}
