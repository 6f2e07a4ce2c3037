import { Badge } from '@mantine/core';
import type { Webhook } from './webhook-sheets.js';

export function WebhookState({ state }: { state: Webhook['state'] }) {
  const colour = { active: 'teal', failing: 'red', disabled: 'gray' }[state];
  return (
    <Badge color={colour} variant="outline" c="inherit">
      {state}
    </Badge>
  );
}
