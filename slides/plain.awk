# plain - a deck with its code in it, for tools that know only Markdown
#
# usage: awk -f slides/plain.awk slides/DECK.md
#
# A line `---?code=FILE&lang=LANG&tags=A,B` becomes those regions of the file,
# `@[tag:A](words)` a list item, and a note for the speaker a comment, which
# Marp and others show to the speaker alone. Paths are from the root.

# The lines between /* tag::NAME[] */ and /* end::NAME[] */.
function print_region(file, name,    line, inside, found) {
	while ((getline line < file) > 0) {
		if (index(line, "tag::" name "[]"))
			inside = found = 1
		else if (index(line, "end::" name "[]"))
			inside = 0
		else if (inside && line !~ /(tag|end)::[a-z0-9-]+\[\]/) {
			gsub(/\t/, "    ", line)
			print line
		}
	}
	close(file)
	if (!found) {
		print FILENAME ":" FNR ": " file " has no " name >"/dev/stderr"
		failed = 1
	}
}

function value(line, key,    rest) {
	rest = substr(line, index(line, key "=") + length(key) + 1)
	sub(/&.*/, "", rest)
	return rest
}

/^---\?code=/ {
	n = split(value($0, "tags"), names, ",")
	print "```" value($0, "lang")
	for (i = 1; i <= n; i++) {
		if (i > 1)
			print ""
		print_region(value($0, "code"), names[i])
	}
	print "```"
	next
}

/^@\[tag:/ {
	sub(/^@\[[^]]*\]\(/, "* ")
	sub(/\)$/, "")
}

/^Note: / { $0 = "<!-- " $0 " -->" }

{ print }

END { exit failed }
