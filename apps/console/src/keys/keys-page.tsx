import { Badge, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { ActButton } from '../act/act-button.js';
import { reasonAgainst } from '../act/permission.js';
import { type IssuedSecret, ShownOnce } from '../act/shown-once.js';
import { useActorNames } from '../actors/use-actor-names.js';
import { DateText } from '../dates/date-text.js';
import { type Column, PagedTable } from '../lists/paged-table.js';
import { useTenantPages } from '../lists/use-tenant-pages.js';
import { useSession } from '../session/session-context.js';
import { Screen } from '../states/screen.js';
import { EmptyState } from '../states/states.js';
import { CreateKey, type Key, RevokeKey, RotateKey } from './key-sheets.js';
import { keyTexts } from './keys.texts.js';
import { words } from '../words/words.texts.js';

type OpenSheet = { act: 'create' } | { act: 'rotate' | 'revoke'; key: Key } | null;

export function KeysPage() {
  const [open, setOpen] = useState<OpenSheet>(null);
  const [issued, setIssued] = useState<IssuedSecret | null>(null);
  const reason = reasonAgainst(useSession(), { scope: 'keys:write', isForPlatform: true });
  const pages = useTenantPages('/v1/api-keys');
  const sheet = { onIssued: setIssued, onClose: () => setOpen(null) };
  return (
    <Screen
      title={keyTexts.title}
      about={keyTexts.about}
      actions={
        <ActButton reason={reason} onClick={() => setOpen({ act: 'create' })}>
          {keyTexts.makeAct}
        </ActButton>
      }
    >
      <PagedTable
        label={keyTexts.title}
        pages={pages}
        rowKey={({ id }) => id}
        columns={columnsFor(reason, useActorNames(), setOpen)}
        empty={<EmptyState title={keyTexts.none}>{keyTexts.noneAbout}</EmptyState>}
      />
      {open?.act === 'create' && <CreateKey {...sheet} />}
      {open?.act === 'rotate' && <RotateKey old={open.key} {...sheet} />}
      {open?.act === 'revoke' && <RevokeKey old={open.key} onClose={sheet.onClose} />}
      {issued && <ShownOnce {...issued} onClose={() => setIssued(null)} />}
    </Screen>
  );
}

function columnsFor(
  reason: string | null,
  nameOf: (actor: string) => string,
  onOpen: (open: OpenSheet) => void,
): readonly Column<Key>[] {
  return [
    {
      title: words.name,
      cell: ({ name, id, created_by: by }) => (
        <>
          <Text size="sm">{name}</Text>
          <Text size="xs" c="dimmed">
            {keyTexts.madeBy(id, nameOf(by))}
          </Text>
        </>
      ),
    },
    { title: words.role, cell: ({ role }) => <Badge color="gray">{role.replace('_', ' ')}</Badge> },
    { title: words.scopes, cell: ({ scopes }) => scopes?.join(', ') ?? keyTexts.allScopes },
    {
      title: words.lastUsed,
      cell: ({ last_used_at: at }) => (at === null ? words.never : <DateText at={at} />),
    },
    {
      title: words.expires,
      cell: ({ expires_at: at }) => (at === null ? words.never : <DateText at={at} />),
    },
    {
      title: words.acts,
      cell: (key) => (
        <Group gap="xs" wrap="nowrap">
          <ActButton
            reason={reason}
            size="xs"
            variant="default"
            onClick={() => onOpen({ act: 'rotate', key })}
          >
            {words.rotate}
          </ActButton>
          <ActButton
            reason={reason}
            size="xs"
            variant="subtle"
            onClick={() => onOpen({ act: 'revoke', key })}
          >
            {words.revoke}
          </ActButton>
        </Group>
      ),
    },
  ];
}
