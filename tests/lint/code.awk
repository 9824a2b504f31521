# code - what can be seen in one file: sizes, white space, forbidden words
#
# A function of C begins at a "{" and ends at a "}" in column one, which the
# formatter guarantees. Forbidden words are looked for outside comments and
# strings. Columns are characters; a tab goes to the next multiple of eight.

function complain(text)
{
	printf "%s:%d: %s\n", FILENAME, FNR, text
}

function columns(s,    n, i)
{
	gsub(/[\200-\277]/, "", s)
	while ((i = index(s, "\t"))) {
		n += i - 1
		n += 8 - n % 8
		s = substr(s, i + 1)
	}
	return n + length(s)
}

# The code of a line: without strings, characters and comments.
function code_of(s,    i)
{
	if (in_comment) {
		i = index(s, "*/")
		if (!i)
			return ""
		s = substr(s, i + 2)
		in_comment = 0
	}
	gsub(/"([^"\\]|\\.)*"/, "\"\"", s)
	gsub(/'([^'\\]|\\.)+'/, "0", s)
	while ((i = index(s, "/*"))) {
		rest = substr(s, i + 2)
		s = substr(s, 1, i - 1)
		i = index(rest, "*/")
		if (!i) {
			in_comment = 1
			return s
		}
		s = s " " substr(rest, i + 2)
	}
	sub(/\/\/.*/, "", s)
	return s
}

# Is one of these functions called here?
function calls(code, names)
{
	return code ~ "(^|[^A-Za-z0-9_>.])(" names ") *\\("
}

function forbidden_words(code)
{
	if (code ~ /(^|[^A-Za-z0-9_])_?_?volatile(__)?([^A-Za-z0-9_]|$)/ &&
	    code !~ /(asm|__asm__) *(volatile|__volatile__)/)
		complain("volatile orders nothing: use <stdatomic.h>")
	if (code ~ /__(DATE|TIME|TIMESTAMP)__/)
		complain("the time of compiling makes builds differ")
	if (FILENAME !~ /^(lib|cmd)\//)
		return
	if (calls(code, "sleep|usleep"))
		complain("sleep orders nothing: wait for the thing itself")
	if (calls(code, "time|clock_gettime|gettimeofday") &&
	    FILENAME !~ /^lib\/(clock|sync)\.c$/)
		complain("time comes from clock_now() alone")
	if (calls(code, "s?rand|s?random|[dlm]rand48|rand_r"))
		complain("chance comes from the seeded rng alone")
	if (FILENAME !~ /^lib\// || FILENAME ~ /^lib\/must/ || \
	    FILENAME ~ /^lib\/explore\/runtime\//)
		return
	if (calls(code, "exit|v?printf|puts|putchar|perror|getopt(_long)?") ||
	    code ~ /[^A-Za-z0-9_]std(out|err)[^A-Za-z0-9_]/)
		complain("lib does not print, exit or parse options")
}

function end_of_file()
{
	if (last_nr > 500)
		printf "%s:%d: %d lines, 500 are allowed\n", last_file,
			last_nr, last_nr
}

FNR == 1 {
	end_of_file()
	in_comment = 0
	start = 0
	is_c = FILENAME ~ /\.[ch]$/
	is_text = FILENAME ~ /\.(md|awk)$/ || FILENAME ~ /ORDER$/
}
{
	last_file = FILENAME
	last_nr = is_text ? 0 : FNR
}
/[ \t]$/ {
	complain("white space at the end of the line")
}
!is_text && columns($0) > 80 {
	complain(columns($0) " columns, 80 are allowed")
}
!is_c {
	next
}
{
	# What a learner may write wrongly, a lesson has to show.
	if (FILENAME !~ /^lessons\/[^\/]*\/wrong\//)
		forbidden_words(code_of($0))
}
/^\{/ {
	start = FNR
}
/^\}/ {
	if (start && FNR - start - 1 > 60)
		complain("a function of " FNR - start - 1 \
			" lines, 60 are allowed")
	start = 0
}
END {
	end_of_file()
}
