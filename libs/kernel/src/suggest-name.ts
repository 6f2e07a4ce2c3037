import leven from 'leven';

/** A longer name is no typing error, and its comparison takes time. */
const maxLength = 60;

/**
 * The known name that was probably meant: in another style, with a typing error, or only a part of it (`model` for
 * `model_name`). Null when no name is near.
 *
 * ```ts
 * suggestName('temprature', ['temperature', 'max_tokens']); // 'temperature'
 * ```
 */
export function suggestName(name: string, knownNames: readonly string[]): string | null {
  if (name.length > maxLength) return null;
  const words = wordsOf(name);
  if (words.length === 0) return null;
  return (
    knownNames.find((known) => wordsOf(known).join() === words.join()) ??
    findNearest(words.join('_'), knownNames) ??
    findContaining(words, knownNames)
  );
}

/** A sentence that asks ` Did you mean "temperature"?`, to append to an error message; empty when no known name is near. */
export function didYouMean(name: string, knownNames: readonly string[]): string {
  const suggestion = suggestName(name, knownNames);
  return suggestion === null ? '' : ` Did you mean "${suggestion}"?`;
}

/** The words of `maxTokens`, `max-tokens` and `MAX_TOKENS` are the same. */
function wordsOf(name: string): string[] {
  const separated = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
  return separated.split(/[^a-z0-9]+/).filter((word) => word !== '');
}

/** One typing error is allowed for every three characters. */
function findNearest(name: string, knownNames: readonly string[]): string | null {
  const maxDistance = Math.floor(name.length / 3);
  const candidates = knownNames.map((known) => ({ known, distance: leven(name, known) }));
  const [nearest] = candidates.toSorted((left, right) => left.distance - right.distance);
  return nearest !== undefined && nearest.distance <= maxDistance ? nearest.known : null;
}

/** The first name that contains all the words. */
function findContaining(words: readonly string[], knownNames: readonly string[]): string | null {
  return knownNames.find((known) => words.every((word) => wordsOf(known).includes(word))) ?? null;
}
