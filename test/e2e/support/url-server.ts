import { once } from 'node:events';
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Server } from './server.js';

export interface UrlServer extends AsyncDisposable {
  readonly url: string;
}

/** This computer's address on the bridge that the server hangs on. */
export async function gatewayOf(server: Server): Promise<string> {
  return (await server.sh(`ip route | awk '$1 == "default" { print $3 }'`)).trim();
}

/** Serves a folder by HTTP at an address of this computer. Folders themselves answer, and are empty. */
export async function serve(folder: string, address: string): Promise<UrlServer> {
  const http = createServer((request, response) => {
    const path = join(folder, decodeURIComponent(new URL(request.url ?? '/', 'http://here').pathname));
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isFile()) {
      response.setHeader('content-length', found.size);
      createReadStream(path).pipe(response);
    } else {
      response.writeHead(found ? 200 : 404).end();
    }
  }).listen(0, address);
  await once(http, 'listening');
  return {
    url: `http://${address}:${(http.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      if (!http.listening) return;
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
