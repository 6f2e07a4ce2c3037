import { Text } from '@mantine/core';
import { formatUsd } from '../numbers/format.js';
import { playgroundTexts } from './playground.texts.js';
import { useCostLimit } from './use-cost-limit.js';

interface CostNoteProps {
  /** The settings under which the questions are asked, as changes of those of today. Several: each question is asked under each. */
  readonly patches: readonly object[];
  readonly questionLengths: readonly number[];
}

/** What asking questions costs at most, said before they are asked. Nothing while it is not known. */
export function CostNote({ patches, questionLengths }: CostNoteProps) {
  const costOf = useCostLimit();
  const costs = patches.map((patch) => costOf(patch, questionLengths));
  if (costs.includes(null)) return null;
  const total = costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0);
  return (
    <Text size="sm" className="numbers">
      {playgroundTexts.costsAtMost(formatUsd(total))}
    </Text>
  );
}
