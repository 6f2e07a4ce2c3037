import { Checkbox, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { HttpRequest } from '../act/curl.js';
import { notifyDone } from '../act/notify.js';
import { SheetField } from '../act/sheet-field.js';
import { ReviewSheet } from '../act/review-sheet.js';
import type { IssuedSecret } from '../act/shown-once.js';
import { createIdempotencyHeaders } from '../api/idempotency.js';
import type { Schema } from '../api/operations.js';
import { DateText } from '../dates/date-text.js';
import { useTenantPages } from '../lists/use-tenant-pages.js';
import { useApiScope } from '../scope/tenant-scope.js';
import { useTenantWrite } from '../scope/use-tenant-write.js';
import { useSession } from '../session/session-context.js';
import { type KeyRole, type Scope, lastDayOf, scopeWords, scopesOf, toExpiry } from './key-scopes.js';
import { keyTexts } from './keys.texts.js';
import { fillIn } from '../words/fill-in.js';
import { words } from '../words/words.texts.js';

export type Key = Schema<'KeyResponse'>;
type IssuedKey = Pick<Schema<'IssuedKeyResponse'>, 'name' | 'key'>;
type KeyBody = Schema<'KeyRequest'>;
const path = '/v1/api-keys';

interface SheetProps {
  readonly onIssued: (key: IssuedSecret) => void;
  readonly onClose: () => void;
}

function useIssue(onIssued: SheetProps['onIssued']) {
  const write = useTenantWrite();
  const [headers] = useState(createIdempotencyHeaders);
  return async (body: KeyBody, request: HttpRequest): Promise<void> => {
    const { data } = await write('post', path, { body, headers }, [path]);
    onIssued(issuedKey(data, request));
  };
}

/** A new key as it is shown, and what the notice then tells. */
export function issuedKey({ name, key }: IssuedKey, request: HttpRequest): IssuedSecret {
  return {
    title: keyTexts.issued.title(name),
    secret: key,
    receipt: { message: keyTexts.issued.message(name), request },
  };
}

/** Makes a key. */
export function CreateKey({ onIssued, onClose }: SheetProps) {
  const scope = useApiScope();
  const issue = useIssue(onIssued);
  const [name, setName] = useState('');
  const [role, setRole] = useState<KeyRole>('member');
  const [scopes, setScopes] = useState<readonly Scope[]>([]);
  const [lastDay, setLastDay] = useState('');
  const expiry = toExpiry(lastDay);
  const chosen = scopes.filter((each) => scopesOf(role).includes(each));
  const body: KeyBody = {
    name: name.trim(),
    role,
    ...(chosen.length > 0 && { scopes: chosen }),
    ...(expiry !== undefined && { expires_at: expiry }),
  };
  return (
    <ReviewSheet
      title={keyTexts.create.title}
      action={keyTexts.create.action}
      isReady={body.name !== ''}
      request={{ method: 'POST', url: scope.urlOf(path), body }}
      onConfirm={(request) => issue(body, request)}
      onClose={onClose}
    >
      <SheetField name="name">
        <TextInput
          label={words.name}
          description={keyTexts.create.nameHint}
          value={name}
          maxLength={200}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
      </SheetField>
      <SheetField name="role">
        <NativeSelect
          label={words.role}
          value={role}
          data={[
            { value: 'member', label: keyTexts.create.member },
            { value: 'tenant_admin', label: keyTexts.create.tenantAdmin },
          ]}
          onChange={(event) => setRole(event.currentTarget.value as KeyRole)}
        />
      </SheetField>
      <ScopeChoice role={role} value={chosen} onChange={setScopes} />
      <LastDay value={lastDay} onChange={setLastDay} />
    </ReviewSheet>
  );
}

/** The last day of a key. */
export function LastDay({ value, onChange }: { value: string; onChange: (day: string) => void }) {
  return (
    <SheetField name="expires_at">
      <TextInput
        type="date"
        label={keyTexts.create.lastDay}
        description={keyTexts.create.lastDayHint}
        value={value}
        min={new Date().toISOString().slice(0, 10)}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </SheetField>
  );
}

function ScopeChoice({
  role,
  value,
  onChange,
}: {
  role: KeyRole;
  value: readonly Scope[];
  onChange: (scopes: readonly Scope[]) => void;
}) {
  return (
    <SheetField name="scopes">
      <Checkbox.Group
        label={words.scopes}
        description={keyTexts.create.scopesHint}
        value={[...value]}
        onChange={(scopes) => onChange(scopes as Scope[])}
      >
        <Stack gap="xs" mt="xs">
          {scopesOf(role).map((scope) => (
            <Checkbox key={scope} value={scope} label={`${scopeWords[scope]} (${scope})`} />
          ))}
        </Stack>
      </Checkbox.Group>
    </SheetField>
  );
}

/** A key of a tenant, or of the platform. */
type AnyKey = Key | Schema<'PlatformKeyResponse'>;

/** Makes a second key like the first. One that has expired gets a successor without a last day. */
export function RotateKey({ old, onIssued, onClose }: SheetProps & { readonly old: AnyKey }) {
  const scope = useApiScope();
  const issue = useIssue(onIssued);
  const [lastDay, setLastDay] = useState(() => lastDayOf(old.expires_at));
  const expiry = toExpiry(lastDay);
  const body = {
    name: old.name,
    role: old.role,
    ...(old.scopes !== null && { scopes: old.scopes }),
    ...(expiry !== undefined && { expires_at: expiry }),
  } as KeyBody;
  return (
    <ReviewSheet
      title={keyTexts.rotateTitle(old.name)}
      action={keyTexts.rotateAct}
      request={{ method: 'POST', url: scope.urlOf(path), body }}
      onConfirm={(request) => issue(body, request)}
      onClose={onClose}
    >
      <Text size="sm">{keyTexts.rotate}</Text>
      <LastDay value={lastDay} onChange={setLastDay} />
    </ReviewSheet>
  );
}

/** The key as it is now: the list may have been read long ago. */
function useCurrentKey(old: AnyKey): AnyKey {
  const { items, query } = useTenantPages(path);
  const { refetch } = query;
  useEffect(() => void refetch(), [refetch]);
  return items.find(({ id }) => id === old.id) ?? old;
}

/** Revokes a key, after saying when it was used last. */
export function RevokeKey({ old, onClose }: { old: AnyKey; onClose: () => void }) {
  const scope = useApiScope();
  const write = useTenantWrite();
  const { actor } = useSession();
  const { last_used_at: lastUsedAt } = useCurrentKey(old);
  return (
    <ReviewSheet
      title={keyTexts.revokeTitle(old.name)}
      action={keyTexts.revokeAct}
      isDangerous
      request={{ method: 'DELETE', url: scope.urlOf('/v1/api-keys/{id}', { id: old.id }) }}
      onConfirm={async (request) => {
        await write('delete', '/v1/api-keys/{id}', { params: { id: old.id } }, [path]);
        notifyDone({ message: keyTexts.revoked(old.name), request });
      }}
      onClose={onClose}
    >
      <Text size="sm">{keyTexts.revoke}</Text>
      <Text size="sm">
        {lastUsedAt === null
          ? keyTexts.neverUsed
          : fillIn(keyTexts.lastUsed, { date: <DateText at={lastUsedAt} /> })}
      </Text>
      {actor === `key:${old.id}` && (
        <Text size="sm" fw={600}>
          {keyTexts.ownKey}
        </Text>
      )}
    </ReviewSheet>
  );
}
