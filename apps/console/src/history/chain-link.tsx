import type { SealState } from './chain.js';
import styles from './chain-link.module.css';
import { texts } from './history.texts.js';

/** One link of the chain: the seal of a version, and the line to the version below it. The first version has none below. */
export function ChainLink({ version, seal }: { version: number; seal: SealState }) {
  const label = texts.seal(version, seal);
  return (
    <span
      role="img"
      aria-label={label}
      title={label}
      className={styles['link']}
      data-seal={seal}
      data-first={version === 1 || undefined}
    />
  );
}
