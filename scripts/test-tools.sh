# Sourced by the test script: brings the programs that the end-to-end tests use, from the distribution's packages.
# Only what is missing, quietly, and only as root where apt-get is. The tests themselves say what they could not run.

missing_packages() {
    command -v nbdkit >/dev/null || echo nbdkit
    command -v nbdinfo >/dev/null || echo libnbd-bin
    command -v nbdfuse >/dev/null || echo nbdfuse
    ls /usr/lib/python3/dist-packages/libnbdmod*.so >/dev/null 2>&1 || echo python3-libnbd
    command -v qemu-io >/dev/null || echo qemu-utils
    command -v qemu-system-x86_64 >/dev/null || echo qemu-system-x86
    command -v fio >/dev/null || echo fio
    PATH=$PATH:/usr/sbin:/sbin command -v mkfs.ext4 >/dev/null || echo e2fsprogs
    PATH=$PATH:/usr/sbin:/sbin command -v mkfs.xfs >/dev/null || echo xfsprogs
    command -v sqlite3 >/dev/null || echo sqlite3
    ls /usr/lib/postgresql/*/bin/pg_amcheck >/dev/null 2>&1 || echo postgresql
    command -v busybox >/dev/null || echo busybox-static
    command -v losetup >/dev/null || PATH=$PATH:/sbin command -v losetup >/dev/null || echo mount
    command -v unshare >/dev/null || echo util-linux
}

# A kernel for the guest, unpacked and not installed: nothing of this machine changes.
fetch_guest_kernel() (
    cd "$1"
    package=$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends: linux-image-/ {print $2; exit}')
    [ -n "$package" ] || exit 1
    apt-get download -qq -o APT::Sandbox::User=root "$package"
    dpkg -x "$package"_*.deb .
    rm -f ./*.deb
)

# The programs that the benchmark measures ours beside; the same way, without the guest.
install_bench_tools() {
    local packages
    packages=$({
        command -v nbdkit >/dev/null || echo nbdkit
        command -v qemu-nbd >/dev/null || echo qemu-utils
        command -v qemu-storage-daemon >/dev/null || echo qemu-system-common
        command -v fio >/dev/null || echo fio
    } | tr '\n' ' ')
    [ -n "$packages" ] || return 0
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        echo "bench: not here and not installed (needs root and apt-get): $packages" >&2
        return 0
    fi
    echo "Installing what the benchmark measures ours beside: $packages..." >&2
    apt-get update -qq >&2 || true
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends $packages >&2 \
        || echo "bench: could not install $packages" >&2
}

# Prints on stderr what could not be had; never fails: a test that lacks a tool says so by itself.
install_test_tools() {
    local root=$1 guest=$1/artifacts/guest packages log
    packages=$(missing_packages | tr '\n' ' ')
    if [ -z "$packages" ] && ls "$guest"/boot/vmlinuz-* >/dev/null 2>&1; then return 0; fi
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        if [ -n "$packages" ]; then echo "test: not here and not installed (needs root and apt-get): $packages" >&2; fi
        return 0
    fi
    log=$(mktemp)
    echo "Installing what the end-to-end tests use: ${packages:-a kernel for the guest} ..." >&2
    apt-get update -qq >"$log" 2>&1 || true
    if [ -n "$packages" ]; then
        # RUNLEVEL: the packages' services are not started.
        # shellcheck disable=SC2086
        DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends $packages \
            >>"$log" 2>&1 || { echo "test: could not install $packages" >&2; tail -n 5 "$log" >&2; }
    fi
    if ! ls "$guest"/boot/vmlinuz-* >/dev/null 2>&1; then
        mkdir -p "$guest"
        fetch_guest_kernel "$guest" >>"$log" 2>&1 \
            || { echo "test: no kernel for the guest (linux-image-cloud-amd64)" >&2; tail -n 5 "$log" >&2; }
    fi
    rm -f "$log"
    packages=$(missing_packages | tr '\n' ' ')
    if [ -n "$packages" ]; then echo "test: still not here: $packages" >&2; fi
}
