import { Group, NativeSelect, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ActButton } from '../act/act-button.js';
import type { HttpRequest } from '../act/curl.js';
import { SheetField } from '../act/sheet-field.js';
import { ReviewSheet } from '../act/review-sheet.js';
import { type IssuedSecret, ShownOnce } from '../act/shown-once.js';
import { call } from '../api/client.js';
import { createIdempotencyHeaders } from '../api/idempotency.js';
import type { Schema } from '../api/operations.js';
import { DateText } from '../dates/date-text.js';
import { type Column, PagedTable } from '../lists/paged-table.js';
import { LastDay, RevokeKey, RotateKey, issuedKey } from '../keys/key-sheets.js';
import { toExpiry } from '../keys/key-scopes.js';
import { type Pages, useTenantPages } from '../lists/use-tenant-pages.js';
import { PlatformScopeProvider, useApiScope } from '../scope/tenant-scope.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';
import { Screen } from '../states/screen.js';
import { EmptyState } from '../states/states.js';
import { words } from '../words/words.texts.js';
import { texts } from './platform-keys.texts.js';

type Key = Schema<'PlatformKeyResponse'>;
type Body = Schema<'PlatformKeyRequest'>;

const actWords = { rotate: words.rotate, revoke: words.revoke } as const;
const path = '/v1/platform/api-keys';

type OpenSheet = { act: 'create' } | { act: 'rotate' | 'revoke'; key: Key } | null;

/** The platform's own keys. */
export function PlatformKeysPage() {
  return (
    <PlatformScopeProvider>
      <PlatformKeys />
    </PlatformScopeProvider>
  );
}

function PlatformKeys() {
  const pages = useTenantPages('/v1/api-keys') as unknown as Pages<Key>;
  const [open, setOpen] = useState<OpenSheet>(null);
  const [issued, setIssued] = useState<IssuedSecret | null>(null);
  const close = (): void => setOpen(null);
  const refusal = usePlatformRefusal();
  return (
    <Screen
      title={texts.title}
      about={texts.about}
      actions={
        <ActButton reason={refusal} onClick={() => setOpen({ act: 'create' })}>
          {texts.createAct}
        </ActButton>
      }
    >
      <PagedTable
        label={texts.title}
        pages={pages}
        columns={columnsWith(refusal, setOpen)}
        rowKey={({ id }) => id}
        empty={<EmptyState title={texts.none}>{texts.noneAbout}</EmptyState>}
      />
      {open?.act === 'create' && <CreateKey onIssued={setIssued} onClose={close} />}
      {open?.act === 'rotate' && <RotateKey old={open.key} onIssued={setIssued} onClose={close} />}
      {open?.act === 'revoke' && <RevokeKey old={open.key} onClose={close} />}
      {issued && <ShownOnce {...issued} onClose={() => setIssued(null)} />}
    </Screen>
  );
}

const dateOf = (at: string | null) => (at === null ? words.never : <DateText at={at} />);

function columnsWith(refusal: string | null, onOpen: (open: OpenSheet) => void): readonly Column<Key>[] {
  return [
    { title: words.name, cell: ({ name }) => name },
    { title: words.role, cell: ({ role }) => role.replace('_', ' ') },
    { title: words.id, cell: ({ id }) => id },
    { title: texts.created, cell: ({ created_at: at }) => <DateText at={at} /> },
    { title: words.lastUsed, cell: ({ last_used_at: at }) => dateOf(at) },
    { title: words.expires, cell: ({ expires_at: at }) => dateOf(at) },
    {
      title: words.acts,
      cell: (key) => (
        <Group gap="xs" wrap="nowrap">
          {(['rotate', 'revoke'] as const).map((act) => (
            <ActButton
              key={act}
              size="xs"
              variant={act === 'rotate' ? 'default' : 'subtle'}
              reason={refusal}
              aria-label={texts.actOn(actWords[act], key.name)}
              onClick={() => onOpen({ act, key })}
            >
              {actWords[act]}
            </ActButton>
          ))}
        </Group>
      ),
    },
  ];
}

interface CreateKeyProps {
  readonly onIssued: (key: IssuedSecret) => void;
  readonly onClose: () => void;
}

function CreateKey({ onIssued, onClose }: CreateKeyProps) {
  const client = useQueryClient();
  const { key: scopeKey } = useApiScope();
  const [headers] = useState(createIdempotencyHeaders);
  const [named, setNamed] = useState<Pick<Body, 'name' | 'role'>>({ name: '', role: 'platform_reader' });
  const [lastDay, setLastDay] = useState('');
  const expiry = toExpiry(lastDay);
  const body: Body = { ...named, ...(expiry !== undefined && { expires_at: expiry }) };
  const create = async (request: HttpRequest): Promise<void> => {
    const { data } = await call('post', path, { body, headers });
    await client.invalidateQueries({ queryKey: scopeKey });
    onIssued(issuedKey(data, request));
  };
  return (
    <ReviewSheet
      title={texts.createTitle}
      action={body.role === 'platform_admin' ? texts.createForAdmin : texts.createForReader}
      isReady={body.name.trim() !== ''}
      request={{ method: 'POST', url: path, body, headers }}
      onConfirm={create}
      onClose={onClose}
    >
      <SheetField name="name">
        <TextInput
          label={words.name}
          value={body.name}
          required
          maxLength={200}
          onChange={(event) => setNamed({ ...named, name: event.currentTarget.value })}
          data-autofocus
        />
      </SheetField>
      <SheetField name="role">
        <NativeSelect
          label={words.role}
          value={body.role}
          data={['platform_reader', 'platform_admin']}
          onChange={(event) => setNamed({ ...named, role: event.currentTarget.value as Body['role'] })}
        />
      </SheetField>
      <LastDay value={lastDay} onChange={setLastDay} />
    </ReviewSheet>
  );
}
