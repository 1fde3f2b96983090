// The players that are not ours, served to the page from the packages of the lock file, as a
// developer would serve a copy of their own.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { basename, extname, join } from 'node:path';

const TYPES = { '.css': 'text/css', '.js': 'text/javascript', '.wasm': 'application/wasm' };
const IVS = 'amazon-ivs-player.min.js';
const IVS_AS_A_SCRIPT = `
  import * as player from 'amazon-ivs-player';
  const at = (name) => new URL(name, document.currentScript.src).href;
  const wasmWorker = at('amazon-ivs-wasmworker.min.js');
  const wasmBinary = at('amazon-ivs-wasmworker.min.wasm');
  const create = (more) => player.create({ wasmWorker, wasmBinary, ...more });
  globalThis.IVSPlayer = { ...player, create };
`;

/** A package of the lock file. */
export const load = createRequire(import.meta.url);

/** Serves them; gives where each player is, by its engine, and what ends the service. */
export async function servePlayers() {
  const ivs = await ivsAsAScript();
  const server = createServer(async (request, response) => {
    response.setHeader('access-control-allow-origin', '*');
    try {
      const name = basename(new URL(request.url, 'http://any').pathname);
      const body = name === IVS ? ivs : await file(name);
      response.writeHead(200, { 'content-type': TYPES[extname(request.url)] }).end(body);
    } catch (error) {
      response.writeHead(404).end(error.message);
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    origin,
    videojs: `${origin}/video.min.js`,
    ivs: `${origin}/${IVS}`,
    close: () => server.close(),
  };
}

/** A player's file, by the name that it has where its makers serve it. */
function file(name) {
  const folder = name.startsWith('video') ? 'video.js/dist' : 'amazon-ivs-player/dist/assets';
  return readFile(join(process.env.NODE_PATH, folder, name));
}

/**
 * The package is for a bundler. Where its makers serve it, it is a script that makes `IVSPlayer`
 * known and finds its worker beside itself.
 */
async function ivsAsAScript() {
  const { outputFiles } = await load('esbuild').build({
    stdin: { contents: IVS_AS_A_SCRIPT, resolveDir: process.env.NODE_PATH },
    bundle: true,
    format: 'iife',
    write: false,
  });
  return outputFiles[0].contents;
}
