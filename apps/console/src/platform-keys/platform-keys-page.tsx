import { NativeSelect, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ActButton } from '../act/act-button.js';
import { notifyDone } from '../act/notify.js';
import { ReviewSheet } from '../act/review-sheet.js';
import { ShownOnce } from '../act/shown-once.js';
import { call, toUrl } from '../api/client.js';
import { createIdempotencyHeaders } from '../api/idempotency.js';
import type { Schema } from '../api/operations.js';
import { DateText } from '../dates/date-text.js';
import { type Column, PagedTable } from '../lists/paged-table.js';
import { usePlatformPages } from '../lists/use-platform-pages.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';
import { Screen } from '../states/screen.js';
import { EmptyState } from '../states/states.js';

type Key = Schema<'PlatformKeyResponse'>;
type Body = Schema<'PlatformKeyRequest'>;

const path = '/v1/platform/api-keys';
const texts = {
  about: 'Keys of the platform. Readers see everything and change nothing.',
  revoke: 'Requests with this key are refused on every replica at once, and its sessions end.',
};

/** The platform's own keys. */
export function PlatformKeysPage() {
  const pages = usePlatformPages(path);
  const [isCreating, setCreating] = useState(false);
  const [revoked, setRevoked] = useState<Key | null>(null);
  const refusal = usePlatformRefusal();
  return (
    <Screen
      title="Platform keys"
      about={texts.about}
      actions={
        <ActButton reason={refusal} onClick={() => setCreating(true)}>
          Create a key
        </ActButton>
      }
    >
      <PagedTable
        label="Platform keys"
        pages={pages}
        columns={columnsWith(refusal, setRevoked)}
        rowKey={({ id }) => id}
        empty={<EmptyState title="No key">Sign-in works by identity provider only.</EmptyState>}
      />
      {isCreating && <CreateKey onClose={() => setCreating(false)} />}
      {revoked && <RevokeKey platformKey={revoked} onClose={() => setRevoked(null)} />}
    </Screen>
  );
}

const dateOf = (at: string | null, otherwise: string) => (at === null ? otherwise : <DateText at={at} />);

function columnsWith(refusal: string | null, onRevoke: (key: Key) => void): readonly Column<Key>[] {
  return [
    { title: 'Name', cell: ({ name }) => name },
    { title: 'Role', cell: ({ role }) => role },
    { title: 'Id', cell: ({ id }) => id },
    { title: 'Created', cell: ({ created_at: at }) => <DateText at={at} /> },
    { title: 'Last used', cell: ({ last_used_at: at }) => dateOf(at, 'never') },
    { title: 'Expires', cell: ({ expires_at: at }) => dateOf(at, 'never') },
    {
      title: 'Revoke',
      cell: (key) => (
        <ActButton
          size="xs"
          variant="subtle"
          reason={refusal}
          aria-label={`Revoke ${key.name}`}
          onClick={() => onRevoke(key)}
        >
          Revoke
        </ActButton>
      ),
    },
  ];
}

function CreateKey({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [headers] = useState(createIdempotencyHeaders);
  const [body, setBody] = useState<Body>({ name: '', role: 'platform_reader' });
  const [secret, setSecret] = useState<string | null>(null);
  const create = async (): Promise<false> => {
    setSecret((await call('post', path, { body, headers })).data.key);
    await client.invalidateQueries({ queryKey: [path] });
    return false;
  };
  if (secret !== null) return <ShownOnce title={`Key ${body.name}`} secret={secret} onClose={onClose} />;
  return (
    <ReviewSheet
      title="Create a platform key"
      action={`Create a key for a ${body.role === 'platform_admin' ? 'platform admin' : 'platform reader'}`}
      isReady={body.name.trim() !== ''}
      request={{ method: 'POST', url: path, body, headers }}
      onConfirm={create}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        value={body.name}
        required
        maxLength={200}
        onChange={(event) => setBody({ ...body, name: event.currentTarget.value })}
        data-autofocus
      />
      <NativeSelect
        label="Role"
        value={body.role}
        data={['platform_reader', 'platform_admin']}
        onChange={(event) => setBody({ ...body, role: event.currentTarget.value as Body['role'] })}
      />
    </ReviewSheet>
  );
}

function RevokeKey({ platformKey: { id, name }, onClose }: { platformKey: Key; onClose: () => void }) {
  const client = useQueryClient();
  const params = { id };
  const revoke = async (): Promise<void> => {
    await call('delete', `${path}/{id}`, { params });
    await client.invalidateQueries({ queryKey: [path] });
    notifyDone({ message: `${name} is revoked.` });
  };
  return (
    <ReviewSheet
      title={`Revoke ${name}`}
      action={`Revoke ${name}`}
      isDangerous
      request={{ method: 'DELETE', url: toUrl(`${path}/{id}`, params) }}
      onConfirm={revoke}
      onClose={onClose}
    >
      <Text size="sm">{texts.revoke}</Text>
    </ReviewSheet>
  );
}
