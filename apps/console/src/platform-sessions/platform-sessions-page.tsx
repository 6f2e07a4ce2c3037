import { Group, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ownNameOf } from '../actors/actor-text.js';
import { ActButton } from '../act/act-button.js';
import type { HttpRequest } from '../act/curl.js';
import { notifyDone } from '../act/notify.js';
import { ReviewSheet } from '../act/review-sheet.js';
import { call, toUrl } from '../api/client.js';
import type { Schema } from '../api/operations.js';
import { type Column, PagedTable } from '../lists/paged-table.js';
import { usePlatformPages } from '../lists/use-platform-pages.js';
import { TwoLines, sessionColumns } from '../sessions/session-columns.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';
import { Screen } from '../states/screen.js';
import { NoMatch } from '../states/states.js';
import { TypedInput } from '../url-state/typed-input.js';
import { searchText, useSearchState } from '../url-state/use-search-state.js';
import { words } from '../words/words.texts.js';
import { texts } from './platform-sessions.texts.js';

type PlatformSession = Schema<'PlatformSessionResponse'>;

const path = '/v1/platform/sessions';
const shape = { tenant_id: searchText, actor: searchText };

/** All sessions of the console, and their end. */
export function PlatformSessionsPage() {
  const [{ tenant_id: tenant, actor }, setSearch] = useSearchState(shape);
  const [ended, setEnded] = useState<PlatformSession | null>(null);
  const refusal = usePlatformRefusal();
  const pages = usePlatformPages(path, {
    query: { ...(tenant !== '' && { tenant_id: tenant }), ...(actor !== '' && { actor }) },
  });
  return (
    <Screen title={texts.title} about={texts.about} isWide>
      <Group gap="sm" role="search">
        <TypedInput
          label={words.tenant}
          value={tenant}
          onTyped={(text) => setSearch({ tenant_id: text }, { replace: true })}
        />
        <TypedInput
          label={words.who}
          placeholder={texts.whoExample}
          value={actor}
          onTyped={(text) => setSearch({ actor: text }, { replace: true })}
        />
      </Group>
      <PagedTable
        label={texts.title}
        pages={pages}
        columns={columnsWith(refusal, setEnded)}
        rowKey={({ id }) => id}
        empty={<NoMatch onClear={() => setSearch({ tenant_id: '', actor: '' })}>{texts.empty}</NoMatch>}
      />
      {ended && <EndSession session={ended} onClose={() => setEnded(null)} />}
    </Screen>
  );
}

function columnsWith(
  refusal: string | null,
  onEnd: (session: PlatformSession) => void,
): readonly Column<PlatformSession>[] {
  return [
    {
      title: words.who,
      cell: ({ name, actor, role }) => (
        <TwoLines more={role.replace('_', ' ')}>
          <span title={actor}>{ownNameOf({ name, actor })}</span>
        </TwoLines>
      ),
    },
    { title: words.tenant, cell: ({ tenant_id: id }) => id ?? '–' },
    ...sessionColumns,
    {
      title: words.act,
      cell: (session) =>
        session.current ? (
          '–'
        ) : (
          <ActButton
            size="xs"
            variant="subtle"
            reason={refusal}
            aria-label={texts.endOf(ownNameOf(session))}
            onClick={() => onEnd(session)}
          >
            {words.endSession}
          </ActButton>
        ),
    },
  ];
}

function EndSession({
  session: { id, name, actor },
  onClose,
}: {
  session: PlatformSession;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const params = { id };
  const end = async (request: HttpRequest): Promise<void> => {
    await call('delete', `${path}/{id}`, { params });
    await client.invalidateQueries({ queryKey: [path] });
    notifyDone({ message: texts.ended(ownNameOf({ name, actor })), request });
  };
  return (
    <ReviewSheet
      title={texts.endOf(ownNameOf({ name, actor }))}
      action={texts.endAct}
      isDangerous
      request={{ method: 'DELETE', url: toUrl(`${path}/{id}`, params) }}
      onConfirm={end}
      onClose={onClose}
    >
      <Text size="sm">{texts.end}</Text>
    </ReviewSheet>
  );
}
