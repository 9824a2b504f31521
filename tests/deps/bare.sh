#!/bin/sh
# bare - paste the README's commands into a bare Debian, as root without sudo
#
# usage: sh tests/deps/bare.sh FOLDER [SUITE [MIRROR]]
#
# In FOLDER it keeps base/, a Debian with only make and git (made once, by
# debootstrap), and for each command of the README that begins with
# "make deps" a copy of it, into which the last commit of this repository is
# cloned and the line is pasted. Needs root, debootstrap and unshare; the
# mounts live in a namespace of their own and end with it.

set -eu
folder=${1:?usage: bare.sh FOLDER [SUITE [MIRROR]]}
suite=${2:-bookworm}
mirror=${3:-http://deb.debian.org/debian}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
source=$(git rev-parse --show-toplevel)

if [ ! -e "$folder/base/root" ]; then
	echo "bare: making $folder/base, a bare $suite"
	debootstrap --variant=minbase --include=make,git,ca-certificates \
		"$suite" "$folder/base" "$mirror" >"$folder/debootstrap.log"
fi

# What the machine needs to reach the package mirror, the copy needs too. It
# keeps its own sources: those of the machine may name other systems.
prepare() { # ROOT
	rm -rf "$1"
	cp -a "$folder/base" "$1"
	rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/archives/*.deb
	cp /etc/resolv.conf "$1/etc/resolv.conf"
	apt-config dump 2>/dev/null | grep -i '::proxy' \
		>"$1/etc/apt/apt.conf.d/90proxy" || :
	git clone -q --no-local "$source" "$1/root/conc"
}

# Runs in namespaces of its own, with $1 the root and $2 the line.
inside='
mount -t proc proc "$1/proc"
mount -t tmpfs -o mode=755 tmpfs "$1/dev"
for node in null:3 zero:5 full:7 random:8 urandom:9; do
	mknod -m 666 "$1/dev/${node%:*}" c 1 ${node#*:}
done
mknod -m 666 "$1/dev/tty" c 5 0
mkdir "$1/dev/pts" "$1/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666 devpts "$1/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$1/dev/shm"
ln -s pts/ptmx "$1/dev/ptmx"
ln -s /proc/self/fd "$1/dev/fd"
exec env -i HOME=/root TERM=dumb \
	PATH=/usr/sbin:/usr/bin:/sbin:/bin \
	chroot "$1" /bin/sh -c "cd /root/conc && $2" </dev/null
'

failed=0
grep '^make deps' "$source/README.md" >"$folder/lines"
while read -r line <&3; do
	name=$(echo "$line" | awk '{ print $3 }')
	echo "bare: $line"
	prepare "$folder/$name"
	if unshare --mount --pid --fork --kill-child \
		sh -eu -c "$inside" sh "$folder/$name" "$line"; then
		echo "ok bare: $line"
	else
		echo "not ok bare: $line"
		failed=1
	fi
done 3<"$folder/lines"
exit $failed
