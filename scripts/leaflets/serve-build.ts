/** Shows the built pages to a browser on this machine, and to nobody else: no form, no store, nothing is drawn anew. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendStaticFile, type StaticFiles } from '../../src/server/intake/http/static-files.ts';

export type ServedBuild = { readonly origin: string; readonly close: () => Promise<void> };

export async function serveBuild(files: StaticFiles): Promise<ServedBuild> {
  const server = createServer((request, response) => {
    const file = files.get((request.url ?? '').split(/[?#]/, 1)[0] ?? '');
    if (file) sendStaticFile(file, request, response);
    else response.writeHead(404).end();
  });
  // Port 0: any that is free. A server that listens on a port has an address with one.
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
