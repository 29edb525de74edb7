#!/bin/sh
# Makes a container image of an archive, without a container engine: an OCI layout, as a tar file.
#   build.sh ARCHIVE OUTPUT [NAME]
# Needs a JDK 25 or newer in JAVA_HOME, apt-get of a Debian of this machine's architecture, and GNU tar.
# The same JDK, packages and archive make the same bytes.
set -eu
umask 022
archive=$1
output=$2
name=${3:-sluice}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
layout="$work/layout"
mkdir -p "$layout/blobs/sha256" "$work/deb" "$work/root/opt" "$work/java/opt" "$work/app/opt/sluice"

# --- the root file system: what the JVM and RocksDB link to, and a shell for the launcher

packages="libc6 libgcc-s1 libstdc++6 busybox-static"
# shellcheck disable=SC2086 # names are words
(cd "$work/deb" && apt-get download -o APT::Sandbox::User=root $packages >/dev/null)
root="$work/root"
for deb in "$work"/deb/*.deb; do
  dpkg-deb -x "$deb" "$root"
done
rm -rf "$root/usr/share"
for deb in "$work"/deb/*.deb; do # what scanners look for, and the licences
  package=$(dpkg-deb -f "$deb" Package)
  mkdir -p "$root/var/lib/dpkg/status.d" "$root/usr/share/doc/$package"
  dpkg-deb -f "$deb" >"$root/var/lib/dpkg/status.d/$package"
  dpkg-deb --fsys-tarfile "$deb" | tar -xO "./usr/share/doc/$package/copyright" \
    >"$root/usr/share/doc/$package/copyright" 2>/dev/null || rm -r "$root/usr/share/doc/$package"
done
for tool in sh cat chrt cksum cut date dirname env grep head id ls mkdir mktemp mv nice ps readlink rm sed sleep \
  sort stty tail touch tr xargs; do
  ln -s busybox "$root/bin/$tool"
done
mkdir -p "$root/etc" "$root/proc" "$root/sys" "$root/dev" "$root/home/sluice"
mkdir -m 1777 "$root/tmp"
mkdir -p -m 755 "$root/var/lib" && mkdir -m 700 "$root/var/lib/sluice"
printf 'root:x:0:0:root:/:/sbin/nologin\nsluice:x:10001:10001::/home/sluice:/sbin/nologin\n' >"$root/etc/passwd"
printf 'root:x:0:\nsluice:x:10001:\n' >"$root/etc/group"
printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"

# --- the Java runtime: modules that the jars of lib/ need, and those that are found by name

"$JAVA_HOME/bin/jlink" --add-modules "$(cat "$(dirname -- "$0")/modules")" \
  --strip-java-debug-attributes --no-man-pages --no-header-files --output "$work/java/opt/java" 2>/dev/null

# --- the program, without the local stack; our own jars are a layer above those of others

tar -xzf "$archive" -C "$work/app/opt/sluice" --strip-components=1
rm -rf "$work/app/opt/sluice/lib/local"
mkdir -p "$work/own/opt/sluice/lib" "$work/own/opt/sluice/bin"
mv "$work/app/opt/sluice/lib"/sluice-*.jar "$work/app/opt/sluice/lib/jvm-flags" "$work/own/opt/sluice/lib"
mv "$work/app/opt/sluice/bin/sluice" "$work/own/opt/sluice/bin"
rmdir "$work/app/opt/sluice/bin"

# --- the layout

digest() {
  sha256sum "$1" | cut -d ' ' -f 1
}

blob() { # moves $1 among the blobs; prints a descriptor of media type $2
  sha=$(digest "$1")
  size=$(wc -c <"$1")
  mv "$1" "$layout/blobs/sha256/$sha"
  printf '{"mediaType":"%s","digest":"sha256:%s","size":%d}' "$2" "$sha" "$size"
}

layers=
diffs=
layer() { # of folder $1; what belongs to the user of the processes is told apart
  tar -C "$1" --sort=name --format=gnu --mtime=@0 --numeric-owner --owner=0 --group=0 \
    --exclude=./var/lib/sluice --exclude=./home/sluice -cf "$work/layer" .
  if [ -d "$1/var/lib/sluice" ]; then
    tar -C "$1" --sort=name --format=gnu --mtime=@0 --numeric-owner --owner=10001 --group=10001 \
      -rf "$work/layer" ./home/sluice ./var/lib/sluice
  fi
  diffs="$diffs${diffs:+,}\"sha256:$(digest "$work/layer")\""
  gzip -nf <"$work/layer" >"$work/layer.gz"
  layers="$layers${layers:+,}$(blob "$work/layer.gz" application/vnd.oci.image.layer.v1.tar+gzip)"
}

layer "$root"
layer "$work/java"
layer "$work/app"
layer "$work/own"
case $(dpkg --print-architecture) in
  arm64) architecture=arm64 ;;
  *) architecture=amd64 ;;
esac
version=$(basename "$archive" .tar.gz)
version=${version#sluice-}
cat >"$work/config" <<EOF
{"created":"1970-01-01T00:00:00Z","architecture":"$architecture","os":"linux",
"config":{"User":"10001:10001","WorkingDir":"/home/sluice","Entrypoint":["/opt/sluice/bin/sluice"],"Cmd":["--help"],
"Env":["PATH=/bin:/opt/java/bin","JAVA_HOME=/opt/java","HOME=/home/sluice","XDG_STATE_HOME=/var/lib","LANG=C.UTF-8","SLUICE_AOT=off","JAVA_TOOL_OPTIONS=-XX:MaxRAMPercentage=65"],
"ExposedPorts":{"8080/tcp":{}},"StopSignal":"SIGTERM",
"Labels":{"org.opencontainers.image.title":"sluice","org.opencontainers.image.version":"$version",
"org.opencontainers.image.licenses":"Apache-2.0"}},
"rootfs":{"type":"layers","diff_ids":[$diffs]}}
EOF
config=$(blob "$work/config" application/vnd.oci.image.config.v1+json)
printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":%s,"layers":[%s]}' \
  "$config" "$layers" >"$work/manifest"
manifest=$(blob "$work/manifest" application/vnd.oci.image.manifest.v1+json)
printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[%s,"annotations":{"org.opencontainers.image.ref.name":"%s"}}]}' \
  "${manifest%\}}" "$name:$version" >"$layout/index.json"
printf '{"imageLayoutVersion":"1.0.0"}' >"$layout/oci-layout"
tar -C "$layout" --sort=name --format=gnu --mtime=@0 --numeric-owner --owner=0 --group=0 -cf "$output" .
