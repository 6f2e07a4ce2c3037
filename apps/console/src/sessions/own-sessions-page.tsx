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
import { words } from '../words/words.texts.js';
import { texts } from './sessions.texts.js';

type OwnSession = Schema<'OwnSessionResponse'>;

export function OwnSessionsPage() {
  const [ended, setEnded] = useState<OwnSession | null>(null);
  const pages = usePlatformPages('/v1/sessions');
  return (
    <Screen title={texts.title} about={texts.about}>
      <PagedTable
        label={texts.title}
        pages={pages}
        rowKey={({ id }) => id}
        columns={columnsFor(setEnded)}
        empty={<EmptyState title={texts.none}>{texts.noneAbout}</EmptyState>}
      />
      {ended && <EndSession session={ended} onClose={() => setEnded(null)} />}
    </Screen>
  );
}

function columnsFor(onEnd: (session: OwnSession) => void): readonly Column<OwnSession>[] {
  return [
    ...sessionColumns,
    {
      title: words.acts,
      cell: (session) => (
        <ActButton
          reason={session.current ? texts.thisPage : null}
          size="xs"
          variant="default"
          onClick={() => onEnd(session)}
        >
          {words.endSession}
        </ActButton>
      ),
    },
  ];
}

function EndSession({ session: { id, address }, onClose }: { session: OwnSession; onClose: () => void }) {
  const client = useQueryClient();
  return (
    <ReviewSheet
      title={texts.end.title}
      action={texts.end.action}
      isDangerous
      request={{ method: 'DELETE', url: toUrl('/v1/sessions/{id}', { id }) }}
      onConfirm={async (request) => {
        await call('delete', '/v1/sessions/{id}', { params: { id } });
        await client.invalidateQueries({ queryKey: ['/v1/sessions'] });
        notifyDone({ message: texts.end.done(address), request });
      }}
      onClose={onClose}
    >
      <Text size="sm">{texts.end.about}</Text>
    </ReviewSheet>
  );
}
