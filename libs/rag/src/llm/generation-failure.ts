import { type FailureKind, UpstreamFailure } from '../upstream/upstream-failure.js';
import type { TokenUsage } from './generation.js';

/** A call that the provider bills, although no answer came of it. */
export class GenerationFailure extends UpstreamFailure {
  constructor(
    kind: FailureKind,
    message: string,
    readonly usage: TokenUsage,
  ) {
    super(kind, message);
  }
}
