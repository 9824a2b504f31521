#!/bin/sh
# conc fsq and a program that knows of FSQ only what its format says: how names
# are written, that an item is linked into queue/, and that flock(2) is asked
. "$(dirname "$0")/lib.sh"

if ! have perl; then
	skip Z25 'items of another program' 'no perl'
	finish
fi

FSQ_ROOT=$T/root
export FSQ_ROOT
mkdir "$FSQ_ROOT"
Q=$FSQ_ROOT/q

# A stranger: `other enqueue QUEUE ARG...` and `other scan QUEUE PROGRAM`.
cat >other.pl <<'END'
use Fcntl qw(:flock O_WRONLY O_CREAT O_EXCL);
use POSIX qw(strftime);
my ($verb, $dir, @rest) = @ARGV;
my ($d, $e) = ($ENV{FSQ_DELIMITER} // '_', $ENV{FSQ_ENCODE} // '%');
sub encode {
	my ($text) = @_;
	$text =~ s{([\Q$d$e\E/])}{sprintf("%s%02x", $e, ord $1)}ge;
	return $d . $text;
}
sub decode {
	my ($name) = @_;
	my $mark = substr($name, 0, 1);
	my @fields = split /\Q$mark\E/, substr($name, 1), -1;
	s{\Q$e\E([0-9a-fA-F]{2})}{chr hex $1}ge for @fields;
	return @fields;
}
sub enqueue {
	my $name = join '', map { encode $_ } strftime('%Y%m%d%H%M%S',
		localtime), 0, $$, 'vm', 0, @rest;
	sysopen(my $file, "$dir/tmp/$name", O_WRONLY | O_CREAT | O_EXCL, 0640)
		or die "open: $!";
	print $file do { local $/; <STDIN> };
	close $file;
	link "$dir/tmp/$name", "$dir/queue/$name" or die "link: $!";
	unlink "$dir/tmp/$name";
	print "$name\n";
}
sub scan {
	opendir(my $queue, "$dir/queue") or die;
	for my $name (sort grep { !/^\.\.?$/ } readdir $queue) {
		open(my $item, '<', "$dir/queue/$name") or next;
		flock($item, LOCK_EX | LOCK_NB) or next;
		my @fields = decode($name);
		my $pid = fork;
		if (!$pid) {
			open(STDIN, '<&', $item);
			exec { $rest[0] } @rest, @fields[5 .. $#fields];
		}
		waitpid $pid, 0;
		rename "$dir/queue/$name",
			"$dir/" . ($? ? 'fail' : 'done') . "/$name";
	}
}
$verb eq 'scan' ? scan() : enqueue();
END

other() {
	perl other.pl "$@"
}

holds() {
	n=$(find "$Q/$1" -mindepth 1 -printf x | wc -c)
	[ "$n" -eq "$2" ] || fault "$1/ has $n items instead of $2"
}

renew() {
	rm -rf "$Q"
	conc fsq install q
}

newline='
'
cat >show <<'END'
#!/bin/sh
for a; do printf '[%s]' "$a"; done
cat
END
chmod +x show

# Each on its own, so that every odd one is seen.
set -- a_b x/y 100% . .. '' é "nl$newline" ' sp' -rf '*' "'" '"' '\' %5f __ \
	"${escape}[31m" a:b '=' '$(id)' '~1~'

point Z25 'what a stranger has enqueued is run'
renew
want=
for arg; do
	echo body | other enqueue "$Q" "$arg" "$arg" >/dev/null
	want="${want}[$arg][$arg]body
"
done
echo body | other enqueue "$Q" >/dev/null
run conc fsq scan q ./show
expect_status 0
holds 'done' $(($# + 1))
holds queue 0
printf '%sbody\n' "$want" | sort >wanted
sort "$out" >got
expect_same 'what was run' wanted got

point Z25 'what we have enqueued a stranger runs'
renew
for arg; do
	echo body | conc fsq enqueue q "$arg" "$arg" >/dev/null
done
echo body | conc fsq enqueue q >/dev/null
other scan "$Q" ./show | sort >got
expect_same 'what was run' wanted got
holds 'done' $(($# + 1))
holds queue 0

point Z25 'our names are his, byte for byte but for who wrote when'
renew
for arg; do
	other enqueue "$Q" "$arg" x "$arg" </dev/null >/dev/null
	conc fsq enqueue -e q "$arg" x "$arg" >/dev/null
done
(cd "$Q/queue" && find . -type f -print0) |
	perl -0 -ne 'chomp; s{^\./_\d{14}_\d+_\d+_[^_]+_0}{} and print "$_\0"' |
	sort -z | uniq -zc | perl -0 -ne 'print if !/^ *2 /' >odd
expect 'each name twice' [ ! -s odd ]

point Z25 'with other delimiters and escapes, read by the name itself'
renew
for d in : ' ' - '#'; do
	FSQ_DELIMITER=$d other enqueue "$Q" "a${d}b" x/y _ </dev/null >/dev/null
	want="[a${d}b][x/y][_]"
	run conc fsq scan q ./show
	expect "delimiter $d" [ "$(cat "$out")" = "$want" ]
	FSQ_DELIMITER=$d conc fsq enqueue -e q "a${d}b" x/y _ >/dev/null
	expect "delimiter $d" [ "$(other scan "$Q" ./show)" = "$want" ]
done
FSQ_ENCODE='=' other enqueue "$Q" p%q=r </dev/null >/dev/null
run env FSQ_ENCODE='=' conc fsq scan q ./show
expect 'another escape' [ "$(cat "$out")" = '[p%q=r]' ]
holds 'done' 9

point Z25 'hex digits of either case, for any character'
renew
touch "$Q/queue/_20261121053427_0_22429_vm_0_%41%5F%5f%2F"
run conc fsq scan q ./show
expect 'decoded' [ "$(cat "$out")" = '[A__/]' ]

point Z25 'neither runs what the other has locked'
renew
conc fsq enqueue -e q >/dev/null
run perl other.pl scan "$Q" sh -c 'conc fsq scan q touch second'
expect_status 0
expect 'not twice' [ ! -e second ]
holds 'done' 1
conc fsq enqueue -e q >/dev/null
here_pl=$PWD/other.pl
run conc fsq scan q sh -c "perl '$here_pl' scan '$Q' touch second"
expect_status 0
expect 'not twice' [ ! -e second ]
holds 'done' 2

finish
