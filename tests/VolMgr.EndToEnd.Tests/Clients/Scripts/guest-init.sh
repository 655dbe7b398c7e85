#!/bin/sh
# The first process of the guest: mounts its disk, then does as it is told over the serial line.
/bin/busybox mount -t devtmpfs none /dev
/bin/busybox --install -s /bin
mount -t proc none /proc
mount -t sysfs none /sys
stty -echo </dev/ttyS0
fail() { echo "GUEST FAIL $*"; poweroff -f; }
# Which module needs which is not told here: try until all are in.
for pass in 1 2 3 4 5; do
    for module in /modules/*.ko; do insmod "$module" 2>/dev/null; done
done
[ -b /dev/vda ] || fail "no disk"
mount -t ext4 -o errors=remount-ro /dev/vda /mnt || fail "mount"
mkdir -p /mnt/rounds
: >/tmp/sums
echo "GUEST ready"
while read -r word number; do
    case $word in
    round)
        file=/mnt/rounds/$((number % 12))
        sed -i "\\# $file\$#d" /tmp/sums
        dd if=/dev/urandom of=/tmp/data bs=64k count=4 2>/dev/null
        cp /tmp/data "$file" && sync || fail "write $number"
        (cd / && sha256sum /tmp/data | sed "s#/tmp/data#$file#") >>/tmp/sums
        echo 3 >/proc/sys/vm/drop_caches
        cmp /tmp/data "$file" || fail "read $number"
        echo "GUEST round $number ok"
        ;;
    stop)
        echo 3 >/proc/sys/vm/drop_caches
        sha256sum -c -s /tmp/sums || fail "sums"
        umount /mnt || fail "umount"
        echo "GUEST stopped ok"
        poweroff -f
        ;;
    esac
done </dev/ttyS0
