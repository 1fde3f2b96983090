// Runs in the page before anything of its own: notes what a viewer sees, and when. Times are ms
// since 1970, so that they compare with those of this process.

/** Notes the first picture, how long the video stood still, and each payload as it is shown. */
export function watch({ shown }) {
  const now = () => performance.timeOrigin + performance.now();
  const seen = { shown: [], picture: undefined, still: 0 };
  window.seen = seen;
  const known = new WeakSet();

  const follow = (video) => {
    known.add(video);
    video.requestVideoFrameCallback(() => {
      seen.picture ??= performance.now();
      let moved = { at: now(), time: video.currentTime };
      setInterval(() => {
        if (!video.isConnected) return;
        if (video.currentTime !== moved.time) moved = { at: now(), time: video.currentTime };
        seen.still = Math.max(seen.still, now() - moved.at);
      }, 50);
    });
  };

  const look = () => {
    for (const video of document.querySelectorAll('video')) {
      if (!known.has(video)) follow(video);
    }
    for (const element of document.querySelectorAll(shown)) {
      if (known.has(element)) continue;
      known.add(element);
      seen.shown.push({ at: now(), text: element.textContent });
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
}
