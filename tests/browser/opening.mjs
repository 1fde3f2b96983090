// How long it takes from the page's opening to its first picture, each time with nothing cached.

import { ENGINES, play } from './lib/case.mjs';

/** How often each player is opened. */
const TIMES = 8;

await play(async (stage) => {
  for (const engine of ENGINES) {
    const pictures = [];
    for (let time = 0; time < TIMES; time += 1) {
      const viewer = await stage.open(engine);
      pictures.push(await viewer.picture());
      await viewer.leave();
    }
    stage.figures[engine] = pictures;
  }
});
