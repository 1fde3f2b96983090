// One module a kind. Each has `render(entry, context)`, which returns `{element, tick?, leave?}`;
// `tick(now)` is called often, with the stream's time, and `leave({isOver})` when the card goes:
// `isOver` where something else came, not where the stream broke off.

import { render as board } from "./board.js";
import { render as meter } from "./meter.js";
import { render as notice } from "./notice.js";
import { render as poll } from "./poll.js";
import { render as product } from "./product.js";
import { render as raw } from "./raw.js";
import { render as results } from "./results.js";
import { render as timer } from "./timer.js";

const KINDS = { board, card: product, meter, notice, poll, quiz: poll, raw, results, timer };

/** What a payload looks like. */
export const render = (entry, context) => KINDS[entry.payload.kind](entry, context);
