#!/bin/sh
# The tests of the virus scanner talk to a real clamd. Where it is missing it is installed, if that can be done.
set -eu
export PATH="$PATH:/usr/sbin:/sbin"
command -v clamd >/dev/null 2>&1 && exit 0
if command -v apt-get >/dev/null 2>&1; then
    sudo=""
    [ "$(id -u)" = 0 ] || sudo="sudo"
    echo "Installing clamd for the tests of the virus scanner ..."
    $sudo apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends clamav-daemon >/dev/null
    exit 0
fi
echo "The tests of the virus scanner need clamd (ClamAV). Install it with your system's package manager and run again." >&2
exit 1
