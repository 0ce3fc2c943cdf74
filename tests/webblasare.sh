#!/bin/sh
# The browser tests use the system's Chromium: best its headless shell, the same engine without windows, which opens a page
# in a third of the time. Where there is none it is installed, if that can be done; an ordinary Chromium does as well, and nobody
# who has one is asked for a password.
set -eu
finns() {
    for namn in "$@"; do
        command -v "$namn" >/dev/null 2>&1 && return 0
    done
    return 1
}
installera() {
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "$@" fonts-dejavu-core >/dev/null
}

finns chromium-headless-shell && exit 0
[ "$(id -u)" != 0 ] && finns chromium chromium-browser google-chrome && exit 0
if finns apt-get; then
    sudo=""
    [ "$(id -u)" = 0 ] || sudo="sudo"
    echo "Installing Chromium for the browser tests ..."
    $sudo apt-get update -qq || true
    installera chromium-headless-shell && exit 0
    finns chromium chromium-browser google-chrome && exit 0
    installera chromium
    exit 0
fi
finns chromium chromium-browser google-chrome && exit 0
echo "The browser tests need Chromium. Install it with your system's package manager and run again." >&2
exit 1
