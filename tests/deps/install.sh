#!/bin/sh
# install - install what is missing, through the system's package manager
#
# usage: sh tests/deps/install.sh [--dev]
#
# Without --dev: what building, the demo and the tests need. With it: what
# lint, valgrind, fuzz and the models of tests/spin use besides. Silent where
# nothing is missing. As root it says what it does; otherwise it prints the
# one line to run and fails, but for Homebrew, which wants no root.

set -u
: "${CC:=cc}" "${PKG_CONFIG:=pkg-config}"

# What is looked for, and the packages that hold it, joined by "+":
# WANTED apt dnf apk pacman brew; "-" where the system itself has it.
needs='
cc gcc+libc6-dev gcc+glibc-devel gcc+musl-dev gcc gcc
check check check-devel check-dev check check
pkg-config pkg-config pkgconf pkgconf pkgconf pkgconf
coreutils coreutils coreutils coreutils coreutils coreutils
awk mawk gawk - gawk -
libdw libdw-dev elfutils-devel elfutils-dev libelf -
md4c libmd4c-dev md4c-devel md4c-dev md4c md4c
ps procps procps-ng procps procps-ng -
'
dev_needs='
clang-format clang-format clang-tools-extra clang-extra-tools clang clang-format
shellcheck shellcheck ShellCheck shellcheck shellcheck shellcheck
valgrind valgrind+libc6-dbg valgrind valgrind valgrind -
spin spin - - - -
clang clang clang clang clang llvm
qemu-aarch64 qemu-user qemu-user qemu-aarch64 qemu-user -
aarch64-cc gcc-aarch64-linux-gnu+libc6-dev-arm64-cross - - - -
sanitizers gcc libasan+libtsan+libubsan - - -
'

works() { # FLAG...: does the compiler make a program with these?
	printf '#include <stdio.h>\nint main(void) { return !stdout; }\n' |
		$CC "$@" -x c -o /dev/null - 2>/dev/null
}

found() {
	case $1 in
	cc) works ;;
	sanitizers) works -fsanitize=thread &&
		works -fsanitize=address,undefined ;;
	check) $PKG_CONFIG --exists check 2>/dev/null ||
		echo '#include <check.h>' | $CC -E -x c - >/dev/null 2>&1 ;;
	aarch64-cc) command -v aarch64-linux-gnu-gcc >/dev/null ||
		! command -v apt-get >/dev/null ;; # elsewhere without libc
	libdw) $PKG_CONFIG --exists libdw 2>/dev/null ||
		echo '#include <elfutils/libdwfl.h>' |
		$CC -E -x c - >/dev/null 2>&1 ;;
	md4c) $PKG_CONFIG --exists md4c 2>/dev/null ||
		echo '#include <md4c.h>' |
		$CC -E -x c - >/dev/null 2>&1 ;;
	spin) command -v spin >/dev/null ||
		! command -v apt-get >/dev/null ;; # elsewhere it is rare
	coreutils) command -v timeout >/dev/null &&
		! date +%N | grep -q '[^0-9]' ;;
	pkg-config) command -v "${PKG_CONFIG%% *}" >/dev/null ;;
	*) command -v "$1" >/dev/null ;;
	esac
}

manager() { # prints its name and the column of its packages
	column=2
	for name in apt-get dnf apk pacman brew; do
		if command -v $name >/dev/null; then
			echo "$name $column"
			return
		fi
		column=$((column + 1))
	done
	return 1
}

# WANTED... -> the packages to install
packages() {
	for want in "$@"; do
		echo "$needs$dev_needs" | awk -v want="$want" -v c="$column" '
			$1 == want && $c != "-" { print $c }'
	done | tr '+\n' '  ' | sed 's/ $//'
}

install_line() { # PACKAGES: the command that installs them
	case $manager in
	apt-get) echo "apt-get install -y --no-install-recommends $1" ;;
	dnf) echo "dnf install -y $1" ;;
	apk) echo "apk add $1" ;;
	pacman) echo "pacman -Sy --needed --noconfirm $1" ;;
	brew) echo "brew install $1" ;;
	esac
}

run() {
	echo "deps: $*"
	"$@" >"$log" 2>&1 && return
	tail -n 20 "$log" >&2
	return 1
}

# Lists of packages may be missing (a bare system) or old (a package is not
# found): then they are fetched first, or once more.
install() {
	# shellcheck disable=SC2046
	set -- $(install_line "$1")
	if [ "$manager" = apt-get ]; then
		export DEBIAN_FRONTEND=noninteractive
		ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1 ||
			run apt-get update || return 1
		run "$@" && return
		run apt-get update || return 1
	fi
	run "$@"
}

list=$needs
[ "${1:-}" = --dev ] && list=$dev_needs
missing=
for want in $(echo "$list" | awk '{ print $1 }'); do
	found "$want" || missing="$missing $want"
done
[ "$missing" ] || exit 0

if ! how=$(manager); then
	echo "deps: missing:$missing; install them by hand:" \
		"no package manager that I know is here" >&2
	exit 1
fi
manager=${how% *}
column=${how#* }
packages=$(packages $missing)
if [ "$(id -u)" -ne 0 ] && [ "$manager" != brew ]; then
	line=$(install_line "$packages")
	[ "$manager" = apt-get ] && line="apt-get update && $line"
	echo "deps: missing:$missing; not root, so run this, then again:" >&2
	echo "sudo sh -c '$line'" >&2
	exit 1
fi
echo "deps: missing:$missing"
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
install "$packages" || exit 1
for want in $missing; do
	found "$want" || {
		[ "$want" = cc ] && want="a compiler as '$CC'"
		echo "deps: $want is still missing" >&2
		exit 1
	}
done
