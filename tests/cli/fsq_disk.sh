#!/bin/sh
# conc fsq on disks that are full, and in a queue into which others put
# whatever they like
. "$(dirname "$0")/lib.sh"

FSQ_ROOT=$T/root
export FSQ_ROOT
mkdir "$FSQ_ROOT" "$T/disk"
trap 'umount "$T/disk" 2>/dev/null; rm -rf "$T"' EXIT

folder() { # NAME: how many lie there
	find "$FSQ_ROOT/q/$1" -mindepth 1 | wc -l
}

# fill: enqueue until that fails; n are acknowledged.
fill() {
	n=0
	while run conc fsq enqueue -f "$T/work/content" q a &&
		[ "$status" -eq 0 ] && [ $n -lt 3000 ]; do
		n=$((n + 1))
	done
}

# What a full disk must look like, and that it goes on when there is room.
full_and_free() {
	run conc fsq install q
	expect_status 0
	head -c 50000 /dev/zero >"$FSQ_ROOT/filler"
	fill
	expect_status 111
	expect_err 'No space left on device'
	expect_hint
	expect 'two lines' [ "$(wc -l <"$err")" -eq 2 ]
	expect 'all that was acknowledged' [ "$(folder queue)" -eq $n ]
	expect 'nothing is torn' [ -z "$(find "$FSQ_ROOT/q/queue" -type f \
		! -size "$(wc -c <content)c")" ]
	expect 'tmp/ is empty' [ "$(folder tmp)" -eq 0 ]
	# A directory that has to grow needs room, too.
	rm "$FSQ_ROOT/filler"
	run conc fsq scan q true
	expect_status 0
	expect 'all are done' [ "$(folder 'done')" -eq $n ]
	rm -rf "$FSQ_ROOT/q/done"/*
	run conc fsq enqueue -f content q a
	expect_status 0
}

# disk COMMAND...: mounts a disk as the root.
disk() {
	[ "$(id -u)" -eq 0 ] && "$@" "$T/disk" 2>"$T/why" || return
	FSQ_ROOT=$T/disk
}

free_disk() {
	umount "$T/disk" || fault 'cannot unmount'
	FSQ_ROOT=$T/root
}

head -c 9000 /dev/zero >content
if disk mount -t tmpfs -o size=300k none; then
	point R11 'a tmpfs of 300 KiB'
	full_and_free
	expect 'some fitted in' [ $n -gt 10 ]
	free_disk
else
	skip R11 'a tmpfs of 300 KiB' 'none can be mounted here'
fi

echo text >content
if disk mount -t tmpfs -o size=10m,nr_inodes=60 none; then
	point R11 'no inodes'
	full_and_free
	expect 'some fitted in' [ $n -gt 10 ]
	free_disk
else
	skip R11 'no inodes' 'no tmpfs can be mounted here'
fi

head -c 9000 /dev/zero >content
truncate -s 2M "$T/image"
if have mkfs.ext4 && mkfs.ext4 -qF "$T/image" 2>/dev/null &&
	disk mount -o loop "$T/image"; then
	point R11 'an ext4 of 2 MiB'
	full_and_free
	expect 'some fitted in' [ $n -gt 10 ]
	free_disk
else
	skip R11 'an ext4 of 2 MiB' 'none can be made and mounted here'
fi

point R17 'whatever others put into a queue'
echo text >content
run conc fsq install q
queue=$FSQ_ROOT/q/queue
seq 100 | conc fsq enqueue --batch --fast q >/dev/null
echo secret >"$T/outside"
mkfifo "$queue/_20261121053427_0_1_vm_0_fifo"
ln -s "$T/outside" "$queue/_20261121053427_0_2_vm_0_link"
ln -s nowhere "$queue/dangling"
ln -s . "$queue/loop"
mkdir "$queue/_20261121053427_0_3_vm_0_folder"
touch "$queue/_20261121053427_0_4_vm_0_folder%2f..%2fx"
touch "$queue/_20261121053427_0_4_vm_0_%00" "$queue/_a_%zz" "$queue/-rf"
touch "$queue/$(printf 'new\nline')" "$queue/${escape}[2J" "$queue/ "
touch "$queue/$(printf '_20261121053427_0_5_vm_0_%0227d' 0)"
touch "$queue/$(printf '%0255d' 0)"
truncate -s 20G "$queue/_20261121053427_0_6_vm_0_sparse" 2>/dev/null
nspecial=0
mknod "$queue/_20261121053427_0_7_vm_0_device" c 1 5 2>/dev/null &&
	nspecial=1
limit=$((10 * slowness))
run conc fsq scan --jobs 2 q sh -c 'echo "$#" >>ran' sh
expect_status 111
expect_clean "$err"
expect 'nothing is left' [ "$(find "$queue" -mindepth 1 -maxdepth 1 |
	wc -l)" -eq 0 ]
expect 'the good ones are done' [ "$(find "$FSQ_ROOT/q/done" -name '*_[0-9]*' |
	wc -l)" -ge 100 ]
expect 'they ran' [ "$(wc -l <ran)" -ge 100 ]
expect 'nothing outside is touched' [ "$(cat "$T/outside")" = secret ]
for name in fifo link folder device; do
	[ $name = device ] && [ $nspecial -eq 0 ] && continue
	expect "$name failed" sh -c \
		"ls '$FSQ_ROOT/q/fail' | grep -q '_$name\$'"
	expect_err "_$name' failed: not a plain file"
done
for name in '_a_%zz' '-rf' dangling loop; do
	expect "$name failed" [ -h "$FSQ_ROOT/q/fail/$name" -o \
		-e "$FSQ_ROOT/q/fail/$name" ]
done

finish
