#!/usr/bin/env bash
# Removes what a test run left behind under a folder: processes, mounts, loop devices. Safe to run at any time.
# usage: sweep.sh FOLDER    everything under FOLDER, which stays
#        sweep.sh           every folder of a test run that has ended, with the folder
set -u

release() {
    local folder=$1 line process loops
    # Before anything is unmounted: afterwards nobody knows which loop devices were under the folder.
    loops=$(grep -F " $folder/" /proc/self/mounts | awk '$1 ~ /^\/dev\/loop/ {print $1}'
        for line in /sys/block/loop*/loop/backing_file; do
            if grep -qsF "$folder/" "$line"; then line=${line#/sys/block/}; echo "/dev/${line%%/*}"; fi
        done)
    for line in /proc/[0-9]*; do
        process=${line#/proc/}
        if [ "$process" = $$ ] || [ "$process" = $PPID ]; then continue; fi
        case $(readlink "$line/cwd" 2>/dev/null)/ in
        "$folder"/*) kill -9 "$process" 2>/dev/null ;;
        *) if grep -qasF "$folder/" "$line/cmdline" 2>/dev/null; then kill -9 "$process" 2>/dev/null; fi ;;
        esac
    done
    # Innermost first: a file system on a loop device on a file that FUSE serves.
    for _ in 1 2 3; do
        grep -F " $folder/" /proc/self/mounts 2>/dev/null | awk '{print $2}' | tac | while read -r line; do
            umount "$line" 2>/dev/null || umount -l "$line" 2>/dev/null || fusermount3 -uz "$line" 2>/dev/null
        done
        for line in $loops; do losetup -d "$line" 2>/dev/null; done
        grep -qF " $folder/" /proc/self/mounts || break
        sleep 0.2
    done
}

if [ $# -gt 0 ]; then
    release "$1"
    exit 0
fi
for folder in "${TMPDIR:-/tmp}"/volmgr-e2e-*-*; do
    process=${folder##*/volmgr-e2e-} process=${process%%-*}
    if [ -d "$folder" ] && [ -O "$folder" ] && ! kill -0 "$process" 2>/dev/null; then
        release "$folder"
        rm -rf --one-file-system "$folder"
    fi
done
