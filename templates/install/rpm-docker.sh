add_repository() {
  wait_for_cloud_init
  has gpg || retry {{manager}} -y install gnupg2
  download {{url}}/linux/{{family}}/gpg "$work/docker.asc"
  verify_key "$work/docker.asc" {{fingerprint}}
  put docker.asc /etc/pki/rpm-gpg/docker.asc 0644
  rpm --import /etc/pki/rpm-gpg/docker.asc
  put docker.repo /etc/yum.repos.d/docker-ce.repo 0644
}
