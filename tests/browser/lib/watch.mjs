// Runs in the page before anything of its own: notes what a viewer sees, and when. Times are ms
// since 1970, so that they compare with those of this process.

/**
 * Notes each video's first picture, how long the video stood still, where it went on elsewhere, and
 * each payload as it is shown; `payload` selects the elements of those.
 */
export function watch(payload) {
  /** How often a video is looked at, in ms. */
  const LOOK = 50;
  const now = () => performance.timeOrigin + performance.now();
  const seen = { payloads: [], pictures: [], still: 0, jumps: [] };
  window.seen = seen;
  const known = new WeakSet();
  const isNew = (element) => !known.has(element) && known.add(element);

  const follow = (video) => {
    video.requestVideoFrameCallback(() => {
      seen.pictures.push(performance.now());
      video.addEventListener('seeking', () => seen.jumps.push(now()));
      let moved = { at: now(), time: video.currentTime };
      setInterval(() => {
        if (video.currentTime !== moved.time) moved = { at: now(), time: video.currentTime };
        if (video.isConnected) seen.still = Math.max(seen.still, now() - moved.at);
      }, LOOK);
    });
  };
  const all = (selector) => [...document.querySelectorAll(selector)].filter(isNew);
  const whenChanged = () => {
    all('video').forEach(follow);
    // The newest comes first in the page, and last here.
    seen.payloads.push(...all(payload).reverse().map((element) => ({ at: now(), element })));
  };
  new MutationObserver(whenChanged).observe(document, { childList: true, subtree: true });

  /** What the page shows of a payload when a viewer asks for it. */
  seen.words = async (payload) => {
    if (payload.text === undefined) {
      const details = payload.element.querySelector('details');
      const opened = new Promise((resolve) => {
        details.addEventListener('toggle', resolve, { once: true });
      });
      details.open = true;
      await opened;
      payload.text = details.querySelector('pre').textContent;
      details.open = false;
    }
    return { at: payload.at, text: payload.text };
  };
}
