import type { Generation } from '../generation.js';
import { UpstreamFailure } from '../upstream-failure.js';

/**
 * What `read` takes from the body that a server sent. The SDKs' types are promises that nobody checked: an answer that lacks its text
 * or its bill is malformed.
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

function readOrNull(read: () => Generation): Generation | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function isCount(tokens: number): boolean {
  return Number.isSafeInteger(tokens) && tokens >= 0;
}
