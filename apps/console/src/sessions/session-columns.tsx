import { Badge, Text } from '@mantine/core';
import type { Schema } from '../api/operations.js';
import { DateText } from '../dates/date-text.js';
import type { Column } from '../lists/paged-table.js';
import { browserText } from './browser-text.js';

type AnySession = Schema<'OwnSessionResponse'>;

/** Where and when somebody signed in, and until when that holds. */
export const sessionColumns: readonly Column<AnySession>[] = [
  {
    title: 'Browser',
    cell: ({ agent, current }) => (
      <>
        <Text size="sm" title={agent ?? undefined}>
          {browserText(agent)}
        </Text>
        {current && <Badge color="gray">this one</Badge>}
      </>
    ),
  },
  { title: 'Address', cell: ({ address }) => address },
  { title: 'Signed in by', cell: ({ connection }) => connection ?? 'a key or link' },
  { title: 'Signed in', cell: ({ created_at: at }) => <DateText at={at} /> },
  { title: 'Last seen', cell: ({ last_seen_at: at }) => <DateText at={at} /> },
  { title: 'Ends', cell: ({ expires_at: at }) => <DateText at={at} /> },
];
