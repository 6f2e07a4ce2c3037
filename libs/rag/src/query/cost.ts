import type { Model } from '#tenancy';

const nanoPerMillionth = 1e3;
const nanoPerUsd = 1e9;

/** What a call cost by the catalogue's prices, in USD to the nano-dollar, as the ledger counts; halves rounded up. */
export function costUsd(
  model: Pick<Model, 'input_usd_per_mtok' | 'output_usd_per_mtok'>,
  promptTokens: number,
  completionTokens: number,
): number {
  // Tokens times USD per million tokens is the cost in millionths already.
  const millionths = promptTokens * model.input_usd_per_mtok + completionTokens * model.output_usd_per_mtok;
  return Math.round(millionths * nanoPerMillionth) / nanoPerUsd;
}
