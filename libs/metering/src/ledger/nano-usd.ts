const nanoPerUsd = 1e9;
/** One more than the highest budget in nano-dollars: no budget pays for it, so a higher amount makes no difference. */
const maxNanoUsd = 1e15 + 1;

/**
 * US dollars as whole nano-dollars, which the ledger adds up without rounding errors. The result for a higher amount is never
 * lower, so a cost that is within its reservation in dollars is within it in nano-dollars too.
 *
 * @throws RangeError when the amount is negative or not a number.
 */
export function toNanoUsd(usd: number): number {
  if (!(usd >= 0)) throw new RangeError(`${usd} is not an amount of money; it must be 0 or more.`);
  return Math.min(Math.round(usd * nanoPerUsd), maxNanoUsd);
}
