import { Badge } from '@mantine/core';
import type { ForcedOver } from './lock-history.js';
import { texts } from './lock.texts.js';

/** Marks a change that the platform made by force. */
export function ForcedBadge({ over }: { over: ForcedOver }) {
  return (
    <Badge color="red" title={texts.forcedOver[over]}>
      {texts.forced}
    </Badge>
  );
}
