import type { DockerRepository } from './contract.js';

/** Docker's own, with the keys its documentation names. */
export const DOCKER_REPOSITORY: DockerRepository = {
  url: 'https://download.docker.com',
  aptFingerprint: '9DC858229FC7DD38854AE2D88D81803C0EBFCD88',
  rpmFingerprint: '060A61C51B558A7F742B77AAC52FEB6B621E9F35',
};
