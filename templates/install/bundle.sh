# Where the programs of a static bundle stand, and the digest of the bundle that they came in.
programs=/usr/local/bin
bundle_mark=/usr/local/share/berth/engine-bundle

# unpack_bundle FOLDER: beside their places, so that a full disk shows before anything has changed.
unpack_bundle() {
  rm -rf "$1"
  mkdir "$1"
  tar -x -z --no-same-owner -f "$work/bundle.tgz" -C "$1"
  [ -x "$1/docker/dockerd" ] || { printf 'the bundle holds no docker/dockerd\n'; return 1; }
  chmod 0755 "$1"/docker/*
}

mark_bundle() {
  sha256sum <"$work/bundle.tgz" | cut -d ' ' -f 1 >"$work/bundle-mark"
  put bundle-mark "$bundle_mark" 0644
}
