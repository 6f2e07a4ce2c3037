import { diffWordsWithSpace } from 'diff';
import { Text } from '@mantine/core';
import styles from './inline-diff.module.css';

/** Two texts as one: removed words struck through, new ones underlined, also for those who do not see colours. */
export function InlineDiff({ from, to }: { from: string; to: string }) {
  return (
    <Text component="p" size="sm" className={styles['text']!}>
      {diffWordsWithSpace(from, to).map((part, index) => {
        if (part.removed) return <del key={index}>{part.value}</del>;
        return part.added ? <ins key={index}>{part.value}</ins> : <span key={index}>{part.value}</span>;
      })}
    </Text>
  );
}
