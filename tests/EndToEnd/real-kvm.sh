#!/bin/bash
# Checks the `kvm` machine on an ordinary KVM, on any host: boots Debian's kernel with kvm-amd in an emulator and runs
# muk-kvm-check there. Takes a minute or two.
#
#   tests/EndToEnd/real-kvm.sh [FOLDER-OF-MUK-KVM-CHECK]
#
# Needs: dotnet, clang-19, lld-19, musl-dev, qemu-system-x86, busybox-static, cpio; and Debian's linux-image-amd64, which is only
# downloaded and unpacked, into MUK_KERNEL_CACHE (default: ~/.cache/muk-kernel).
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
cache=${MUK_KERNEL_CACHE:-$HOME/.cache/muk-kernel}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for tool in clang-19 qemu-system-x86_64 busybox cpio; do
  if ! command -v "$tool" >/dev/null; then
    echo "$tool is missing; apt install clang-19 lld-19 musl-dev qemu-system-x86 busybox-static cpio" >&2
    exit 2
  fi
done

# The program that checks.
check=${1:-$work/check}
[ $# -gt 0 ] || dotnet publish "$root/tests/KvmCheck" -v quiet --nologo -o "$check" >&2

# Its guests: the same sources and flags as the tests of tests/Kernel/Kvm.
guests=$root/tests/guests/kvm
"$check/muk-kvm-check" --note "$work/note.bin"
printf '.section .note.muk,"a",@note\n.balign 4\n.incbin "%s"\n.section .note.GNU-stack,"",@progbits\n' "$work/note.bin" > "$work/note.S"
link=(-fPIE -static-pie -fuse-ld=lld -nostdlib -Wl,-z,separate-code -Wl,--build-id=none "$work/note.S")
clang-19 -O1 -fno-stack-protector -fno-optimize-sibling-calls -ffreestanding -Wno-everything -mno-red-zone -mavx512f -mfsgsbase \
  "$guests/deeds.c" "${link[@]}" -o "$work/deeds"
musl=/usr/lib/x86_64-linux-musl
clang-19 -O2 -nostdinc -isystem /usr/include/x86_64-linux-musl "$guests/hello.c" "${link[@]}" "$musl/rcrt1.o" "$musl/libc.a" \
  -o "$work/hello"

# A kernel with KVM.
if ! ls "$cache"/boot/vmlinuz-* >/dev/null 2>&1; then
  mkdir -p "$cache"
  package=$(apt-cache depends linux-image-amd64 | awk '/Depends: linux-image/ { print $2; exit }')
  (cd "$work" && apt-get download -q "$package" && dpkg -x ./linux-image*.deb "$cache")
fi
version=$(basename "$(ls -d "$cache"/lib/modules/* | head -1)")

# A root file system: busybox, the modules, the program with its libraries, the guests.
disk=$work/disk
mkdir -p "$disk"/{bin,dev,proc,sys,modules,check}
cp "$(command -v busybox)" "$disk/bin/busybox"
for module in virt/lib/irqbypass arch/x86/kvm/kvm drivers/crypto/ccp/ccp arch/x86/kvm/kvm-amd; do
  cp "$cache/lib/modules/$version/kernel/$module.ko" "$disk/modules/"
done
cp "$check/muk-kvm-check" "$work/deeds" "$work/hello" "$disk/check/"
ldd "$check/muk-kvm-check" | grep -o '/[^ ]*' | while read -r library; do
  mkdir -p "$disk$(dirname "$library")"
  cp -L "$library" "$disk$library"
done
cat > "$disk/init" <<'INIT'
#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
mkdir -p /dev/shm; mount -t tmpfs tmpfs /dev/shm
for module in irqbypass kvm ccp kvm-amd; do insmod /modules/$module.ko; done
/check/muk-kvm-check /dev/shm /check/deeds /check/hello; echo "exit status $?"
poweroff -f
INIT
chmod +x "$disk/init"
(cd "$disk" && find . | cpio -o -H newc --quiet | gzip -1) > "$work/initrd"

timeout "${MUK_QEMU_SECONDS:-300}" qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 -m 2048 \
  -kernel "$cache/boot/vmlinuz-$version" -initrd "$work/initrd" -append "console=ttyS0 quiet panic=-1" \
  -nographic -no-reboot < /dev/null | tee "$work/log"
grep -q '^exit status 0' "$work/log"
