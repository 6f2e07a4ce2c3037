const nanoPerUsd = 1e9;
/** One more than the highest budget, in nano-dollars: dearer than any budget is dear enough. */
const maxNanoUsd = 1e15 + 1;

/**
 * Money as the ledger counts it: whole nano-dollars, which add up without an error. Never falls while the dollars rise, so that what
 * cost at most what was reserved does so here too.
 *
 * @throws RangeError for what is no amount.
 */
export function toNanoUsd(usd: number): number {
  if (!(usd >= 0)) throw new RangeError(`${usd} is no amount of money.`);
  return Math.min(Math.round(usd * nanoPerUsd), maxNanoUsd);
}
