#!/usr/bin/env bash
# Installs the Debian packages a task needs, and only those that are missing.
#
#   tools/system_packages.sh pdf     what the PDF reports are drawn with
#   tools/system_packages.sh test    what the test suite starts or looks at
#   tools/system_packages.sh check   what the translation check extracts with
#
# Several groups may be named at once. With --optional a package that cannot be
# installed is reported and the exit status stays 0.
set -euo pipefail

optional=false
wanted=()
for group in "$@"; do
    case "$group" in
        --optional) optional=true ;;
        pdf) wanted+=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk) ;;
        test) wanted+=(postgresql redis-server chromium) ;;
        check) wanted+=(gettext) ;;
        *) echo "system_packages.sh: unknown group '$group' (pdf, test, check)" >&2; exit 2 ;;
    esac
done

is_installed() {
    [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

give_up() {
    echo "system_packages.sh: $1" >&2
    if $optional; then exit 0; fi
    exit 1
}

if ! command -v dpkg-query >/dev/null; then
    give_up "this is not a Debian system; please install the equivalents of: ${wanted[*]}"
fi

missing=()
for package in "${wanted[@]}"; do
    is_installed "$package" || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ]; then
    as_root=()
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root=(sudo -n)
else
    give_up "needs: apt-get install ${missing[*]} (run it as root; sudo asks for a password here)"
fi

# The servers are started by the tests themselves, on ports of their own. Keep the
# packages' installation scripts from starting another one for the whole machine.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi

# apt removes its own environment settings through sudo, so they are passed along.
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@"; }

# No cluster for the whole machine either: the package would make one on port 5432.
if printf '%s\n' "${missing[@]}" | grep -qx postgresql && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    "${as_root[@]}" mkdir -p /etc/postgresql-common
    echo "create_main_cluster = false" | "${as_root[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
fi

echo "Installing system packages: ${missing[*]}"
log=$(mktemp)
if ! { apt update && apt install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    give_up "could not install ${missing[*]}"
fi
rm -f "$log"
