import { Badge, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Schema } from '../api/operations.js';
import { DateText } from '../dates/date-text.js';
import type { Column } from '../lists/paged-table.js';
import { browserText } from './browser-text.js';
import { texts } from './sessions.texts.js';

type AnySession = Schema<'OwnSessionResponse'>;

/** Where and when somebody signed in, and until when that holds. */
export const sessionColumns: readonly Column<AnySession>[] = [
  {
    title: texts.columns.browser,
    cell: ({ agent, address, current }) => (
      <TwoLines more={address}>
        <span title={agent ?? undefined}>{browserText(agent)}</span>
        {current && (
          <Badge color="gray" ml="xs">
            {texts.thisOne}
          </Badge>
        )}
      </TwoLines>
    ),
  },
  {
    title: texts.columns.signedIn,
    cell: ({ created_at: at, connection }) => (
      <TwoLines more={connection === null ? texts.withKey : texts.atConnection(connection)}>
        <DateText at={at} />
      </TwoLines>
    ),
  },
  { title: texts.columns.lastSeen, cell: ({ last_seen_at: at }) => <DateText at={at} /> },
  { title: texts.columns.ends, cell: ({ expires_at: at }) => <DateText at={at} /> },
];

/** What is in a cell, and what belongs to it, below. */
export function TwoLines({ children, more }: { children: ReactNode; more: string }) {
  return (
    <>
      <Text size="sm" component="div">
        {children}
      </Text>
      <Text size="xs" c="dimmed">
        {more}
      </Text>
    </>
  );
}
