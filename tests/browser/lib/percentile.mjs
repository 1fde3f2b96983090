// Percentiles.

/** The smallest sample that so many per cent of all do not pass. */
export function percentile(samples, percent) {
  const sorted = samples.toSorted((a, b) => a - b);
  const rank = Math.max(1, Math.ceil((sorted.length * percent) / 100));
  return sorted[rank - 1];
}
