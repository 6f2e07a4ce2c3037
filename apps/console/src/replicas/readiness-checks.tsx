import { List } from '@mantine/core';
import type { Readiness } from './use-readiness.js';

/** What a replica says of each part that it depends on. */
export function ReadinessChecks({ checks = {} }: Pick<Readiness, 'checks'>) {
  return (
    <List size="sm">
      {Object.entries(checks).map(([name, { status, detail }]) => (
        <List.Item key={name}>
          {name}: {status} {detail}
        </List.Item>
      ))}
    </List>
  );
}
