import { diffWordsWithSpace } from 'diff';
import { useMemo } from 'react';
import { foldUnchanged, separateStrangers } from './fold-unchanged.js';
import styles from './word-diff.module.css';

export interface WordDiffProps {
  readonly from: string;
  readonly to: string;
  /** One of both texts, whole, with what the other one does not have; without it both as one, with long unchanged parts left out. */
  readonly side?: 'before' | 'after';
}

/** Two texts word by word: removed words struck through, new ones underlined, also for those who do not see colours. */
export function WordDiff({ from, to, side }: WordDiffProps) {
  const parts = useMemo(() => {
    const all = diffWordsWithSpace(from, to);
    return side === undefined ? foldUnchanged(separateStrangers(all)) : all;
  }, [from, to, side]);
  return (
    <span className={styles['text']}>
      {parts.map(({ value, added, removed }, index) => {
        if (added) return side !== 'before' && <ins key={index}>{value}</ins>;
        if (removed) return side !== 'after' && <del key={index}>{value}</del>;
        return value;
      })}
    </span>
  );
}
