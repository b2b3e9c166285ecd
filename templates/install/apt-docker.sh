add_repository() {
  wait_for_cloud_init
  finish_interrupted
  retry apt update
  apt --no-install-recommends install ca-certificates curl gpg
  download {{url}}/linux/{{family}}/gpg "$work/docker.asc"
  verify_key "$work/docker.asc" {{fingerprint}}
  mkdir -p /etc/apt/keyrings
  put docker.asc /etc/apt/keyrings/docker.asc 0644
  put docker.sources /etc/apt/sources.list.d/docker.sources 0644
  retry apt update
}
