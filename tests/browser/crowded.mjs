// How fluid a desk with 5,000 events is, and how much it holds.

import { play } from './lib/case.mjs';
import { crowd, measured } from './lib/crowd.mjs';

await play(async (stage) => {
  const desk = await stage.openDesk({ viewport: { width: 1400, height: 900 } });
  await crowd(stage, desk);
  stage.figures = await measured(stage, desk);
});
