/** A run of words that both texts have, or that only one of them has. */
export interface DiffPart {
  readonly value: string;
  readonly added?: boolean;
  readonly removed?: boolean;
}

/** So much of an unchanged run is kept beside a change. */
const contextLength = 40;

/** The parts as both texts one after the other, if they have so little in common that their words would only be mixed up. */
export function separateStrangers(parts: readonly DiffPart[]): readonly DiffPart[] {
  const textOf = (isLeftOut: 'added' | 'removed'): string =>
    parts.map((part) => (part[isLeftOut] ? '' : part.value)).join('');
  const [from, to] = [textOf('added'), textOf('removed')];
  const common = parts.filter(({ added, removed }) => !added && !removed).map(({ value }) => value.trim());
  const isSimilar = common.join('').length * 3 >= Math.max(from.length, to.length);
  return isSimilar ? parts : [{ value: from, removed: true }, { value: ' ' }, { value: to, added: true }];
}

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
