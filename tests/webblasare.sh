#!/bin/sh
# The browser tests use the system's Chromium. Where it is missing it is installed, if that can be done.
set -eu
for namn in chromium chromium-browser google-chrome; do
    command -v "$namn" >/dev/null 2>&1 && exit 0
done
if command -v apt-get >/dev/null 2>&1; then
    sudo=""
    [ "$(id -u)" = 0 ] || sudo="sudo"
    echo "Installing Chromium for the browser tests ..."
    $sudo apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
    exit 0
fi
echo "The browser tests need Chromium. Install it with your system's package manager and run again." >&2
exit 1
