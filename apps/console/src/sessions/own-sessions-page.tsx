import { Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ActButton } from '../act/act-button.js';
import { notifyDone } from '../act/notify.js';
import { ReviewSheet } from '../act/review-sheet.js';
import { call, toUrl } from '../api/client.js';
import type { Schema } from '../api/operations.js';
import { type Column, PagedTable } from '../lists/paged-table.js';
import { usePlatformPages } from '../lists/use-platform-pages.js';
import { Screen } from '../states/screen.js';
import { EmptyState } from '../states/states.js';
import { sessionColumns } from './session-columns.js';

type OwnSession = Schema<'OwnSessionResponse'>;

export function OwnSessionsPage() {
  const [ended, setEnded] = useState<OwnSession | null>(null);
  const pages = usePlatformPages('/v1/sessions');
  return (
    <Screen title="Your sessions" about="Where you are signed in to this console. End what you do not know.">
      <PagedTable
        label="Your sessions"
        pages={pages}
        rowKey={({ id }) => id}
        columns={columnsFor(setEnded)}
        empty={
          <EmptyState title="No sessions">
            You called with a key, not with a session of the console.
          </EmptyState>
        }
      />
      {ended && <EndSession session={ended} onClose={() => setEnded(null)} />}
    </Screen>
  );
}

function columnsFor(onEnd: (session: OwnSession) => void): readonly Column<OwnSession>[] {
  return [
    ...sessionColumns,
    {
      title: 'Acts',
      cell: (session) => (
        <ActButton
          reason={session.current ? 'This is the session of this page. Use "Sign out" to end it.' : null}
          size="xs"
          variant="default"
          onClick={() => onEnd(session)}
        >
          End
        </ActButton>
      ),
    },
  ];
}

function EndSession({ session: { id, address }, onClose }: { session: OwnSession; onClose: () => void }) {
  const client = useQueryClient();
  return (
    <ReviewSheet
      title="End a session"
      action="End 1 session"
      isDangerous
      request={{ method: 'DELETE', url: toUrl('/v1/sessions/{id}', { id }) }}
      onConfirm={async (request) => {
        await call('delete', '/v1/sessions/{id}', { params: { id } });
        await client.invalidateQueries({ queryKey: ['/v1/sessions'] });
        notifyDone({ message: `The session of ${address} has ended.`, request });
      }}
      onClose={onClose}
    >
      <Text size="sm">Every replica refuses it at once. Whoever uses it has to sign in again.</Text>
    </ReviewSheet>
  );
}
