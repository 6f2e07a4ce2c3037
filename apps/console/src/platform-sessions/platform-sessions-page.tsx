import { Group, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
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

type PlatformSession = Schema<'PlatformSessionResponse'>;

const path = '/v1/platform/sessions';
const shape = { tenant_id: searchText, actor: searchText };
const texts = {
  about: 'Who is signed in to the console. A session that is ended is refused on every replica at once.',
  empty: 'Nobody of this tenant, or with this name, is signed in.',
  end: 'The person has to sign in again. What they have entered and not saved stays in their page.',
};

/** All sessions of the console, and their end. */
export function PlatformSessionsPage() {
  const [{ tenant_id: tenant, actor }, setSearch] = useSearchState(shape);
  const [ended, setEnded] = useState<PlatformSession | null>(null);
  const refusal = usePlatformRefusal();
  const pages = usePlatformPages(path, {
    query: { ...(tenant !== '' && { tenant_id: tenant }), ...(actor !== '' && { actor }) },
  });
  return (
    <Screen title="Sessions" about={texts.about} isWide>
      <Group gap="sm" role="search">
        <TypedInput
          label="Tenant"
          value={tenant}
          onTyped={(text) => setSearch({ tenant_id: text }, { replace: true })}
        />
        <TypedInput
          label="Who"
          placeholder="key:…"
          value={actor}
          onTyped={(text) => setSearch({ actor: text }, { replace: true })}
        />
      </Group>
      <PagedTable
        label="Sessions"
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
      title: 'Who',
      cell: ({ name, actor, role }) => (
        <TwoLines more={role.replace('_', ' ')}>
          <span title={actor}>{name ?? actor}</span>
        </TwoLines>
      ),
    },
    { title: 'Tenant', cell: ({ tenant_id: id }) => id ?? '–' },
    ...sessionColumns,
    {
      title: 'Act',
      cell: (session) =>
        session.current ? (
          '–'
        ) : (
          <ActButton
            size="xs"
            variant="subtle"
            reason={refusal}
            aria-label={`End the session of ${session.name ?? session.actor}`}
            onClick={() => onEnd(session)}
          >
            End
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
    notifyDone({ message: `The session of ${name ?? actor} is ended.`, request });
  };
  return (
    <ReviewSheet
      title={`End the session of ${name ?? actor}`}
      action="End the session"
      isDangerous
      request={{ method: 'DELETE', url: toUrl(`${path}/{id}`, params) }}
      onConfirm={end}
      onClose={onClose}
    >
      <Text size="sm">{texts.end}</Text>
    </ReviewSheet>
  );
}
