#!/bin/sh
# The tests of deploy/ run a real nginx and ask systemd what it thinks of the units. What is missing is fetched, if that can be done:
# nginx is only unpacked beside the environment, since one that is installed starts.
set -eu
cd "$(dirname "$0")/.."
export PATH="$PATH:/usr/sbin:/sbin:$PWD/.venv/nginx/usr/sbin"
nginx="" systemd=""
command -v nginx >/dev/null 2>&1 || nginx=ja
command -v systemd-analyze >/dev/null 2>&1 || systemd=ja
[ "$nginx$systemd" ] || exit 0
if command -v apt-get >/dev/null 2>&1; then
    sudo=""
    [ "$(id -u)" = 0 ] || sudo="sudo"
    $sudo apt-get update -qq
    if [ "$nginx" ]; then
        echo "Fetching nginx for the tests of deploy/ ..."
        mkdir -p .venv/nginx
        (cd .venv/nginx && apt-get download -qq nginx && dpkg-deb -x nginx_*.deb .)
    fi
    if [ "$systemd" ]; then
        echo "Installing systemd-analyze for the tests of deploy/ ..."
        DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends systemd >/dev/null
    fi
    exit 0
fi
echo "The tests of deploy/ need nginx and systemd-analyze. Install them with your system's package manager and run again." >&2
exit 1
