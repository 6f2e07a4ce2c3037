import type { Generation } from '../generation.js';
import { UpstreamFailure } from '../../upstream/upstream-failure.js';

/**
 * Reads an answer from a server's body. The SDKs do not check their types at run time, so `read` may throw or return anything.
 *
 * @throws UpstreamFailure `malformed_answer` if the text or the token counts are missing
 */
export function parseGeneration(read: () => Generation): Generation {
  const generation = readOrNull(read);
  const isComplete =
    generation !== null &&
    typeof generation.text === 'string' &&
    isCount(generation.promptTokens) &&
    isCount(generation.completionTokens);
  if (!isComplete)
    throw new UpstreamFailure('malformed_answer', 'The answer lacks its text or its token counts');
  return generation;
}

/** null if `read` throws: the body does not have the type that the SDK declares. */
export function readOrNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function isCount(tokens: number): boolean {
  return Number.isSafeInteger(tokens) && tokens >= 0;
}
