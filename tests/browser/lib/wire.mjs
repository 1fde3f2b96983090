// A wire to a server that can be cut, as a network is. What goes over it is not changed.

import { connect, createServer } from 'node:net';

/** Leads to the server of `url`; gives the same address by way of the wire. */
export async function wireTo(url) {
  const { hostname, port } = new URL(url);
  const ends = new Set();
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) return near.destroy();
    const far = connect(port, hostname);
    for (const end of [near, far]) {
      ends.add(end);
      end.on('error', () => {});
      end.on('close', () => ends.delete(end));
    }
    near.pipe(far).pipe(near);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = new URL(url);
  address.port = server.address().port;
  return {
    url: address.href,
    cut() {
      isCut = true;
      for (const end of ends) end.destroy();
    },
    mend() {
      isCut = false;
    },
    close() {
      for (const end of ends) end.destroy();
      server.close();
    },
  };
}
