/** A run of words that both texts have, or that only one of them has. */
export interface DiffPart {
  readonly value: string;
  readonly added?: boolean;
  readonly removed?: boolean;
}

/** So much of an unchanged run is kept beside a change. */
const contextLength = 40;

/** The parts with the middle of long unchanged runs left out, so that a changed word in a long text is found at a glance. */
export function foldUnchanged(parts: readonly DiffPart[]): readonly DiffPart[] {
  return parts.map((part, index) => {
    if (part.added || part.removed) return part;
    const before = index === 0 ? '' : part.value.slice(0, contextLength);
    const after = index === parts.length - 1 ? '' : part.value.slice(-contextLength);
    const isShort = part.value.length <= before.length + after.length + contextLength;
    if (isShort) return part;
    return { value: `${before && `${before.trimEnd()} `}…${after && ` ${after.trimStart()}`}` };
  });
}
