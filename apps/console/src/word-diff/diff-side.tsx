import { diffWords } from 'diff';
import { useMemo } from 'react';

/** One side of two texts, with the words marked that the other side does not have. */
export function DiffSide({
  before,
  after,
  side,
}: {
  before: string;
  after: string;
  side: 'before' | 'after';
}) {
  const parts = useMemo(() => diffWords(before, after), [before, after]);
  return parts.map(({ value, added, removed }, index) => {
    if (added) return side === 'after' && <ins key={index}>{value}</ins>;
    if (removed) return side === 'before' && <del key={index}>{value}</del>;
    return value;
  });
}
