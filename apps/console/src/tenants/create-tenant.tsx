import { Checkbox, NativeSelect, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { createIdempotencyHeaders } from '../api/idempotency.js';
import type { HttpRequest } from '../act/curl.js';
import { type IssuedSecret, ShownOnce } from '../act/shown-once.js';
import { ReviewSheet } from '../act/review-sheet.js';
import { SheetField } from '../act/sheet-field.js';
import { call } from '../api/client.js';
import type { Schema } from '../api/operations.js';
import { parseLabels } from './labels.js';
import { tenantTexts } from './tenants.texts.js';
import { tenantsKey, usePlanIds } from './use-tenants.js';
import { words } from '../words/words.texts.js';

const idPattern = /^[a-z0-9-]{1,100}$/;

/** Creates a tenant with the key of its first admin, which is shown once. */
export function CreateTenant({ onClose }: { onClose: () => void }) {
  const [key, setKey] = useState<IssuedSecret | null>(null);
  // The sheet closes itself after the act; then the key takes its place.
  const isDone = useRef(false);
  const client = useQueryClient();
  const create: TenantFormProps['onCreate'] = async (body, headers, request) => {
    const { data } = await call('post', '/v1/platform/tenants', { body, headers });
    isDone.current = true;
    setKey(firstKeyOf(data, request));
    await client.invalidateQueries({ queryKey: tenantsKey });
  };
  return key ? (
    <ShownOnce {...key} onClose={onClose}>
      <Text size="sm">{tenantTexts.keyOnce}</Text>
    </ShownOnce>
  ) : (
    <TenantForm onCreate={create} onClose={() => isDone.current || onClose()} />
  );
}

interface TenantFormProps {
  readonly onCreate: (
    body: Schema<'TenantRequest'>,
    headers: Readonly<Record<string, string>>,
    request: HttpRequest,
  ) => Promise<void>;
  readonly onClose: () => void;
}

interface Draft {
  readonly id: string;
  readonly name: string;
  readonly plan: string;
  readonly labels: string;
  readonly needsApproval: boolean;
}

const emptyDraft: Draft = { id: '', name: '', plan: '', labels: '', needsApproval: false };

function TenantForm({ onCreate, onClose }: TenantFormProps) {
  const [firstPlan = ''] = usePlanIds();
  const [headers] = useState(createIdempotencyHeaders);
  const [draft, setDraft] = useState(emptyDraft);
  const body = toRequest(draft, firstPlan);
  return (
    <ReviewSheet
      title={tenantTexts.create.title}
      action={draft.id === '' ? tenantTexts.create.action : tenantTexts.create.actionFor(draft.id)}
      isReady={isComplete(draft)}
      request={{ method: 'POST', url: '/v1/platform/tenants', body, headers }}
      onConfirm={(request) => onCreate(body, headers, request)}
      onClose={onClose}
    >
      <TenantFields draft={draft} onChange={(change) => setDraft({ ...draft, ...change })} />
    </ReviewSheet>
  );
}

function toRequest(draft: Draft, firstPlan: string): Schema<'TenantRequest'> {
  const labels = parseLabels(draft.labels) ?? {};
  return {
    tenant_id: draft.id,
    name: draft.name,
    plan: draft.plan || firstPlan,
    ...(draft.needsApproval && { approval_required: true }),
    ...(Object.keys(labels).length > 0 && { labels }),
  };
}

const isComplete = ({ id, name, labels }: Draft): boolean =>
  idPattern.test(id) && name.trim() !== '' && parseLabels(labels) !== null;

function TenantFields({ draft, onChange }: { draft: Draft; onChange: (change: Partial<Draft>) => void }) {
  const plans = usePlanIds();
  const isIdWrong = draft.id !== '' && !idPattern.test(draft.id);
  return (
    <>
      <SheetField name="tenant_id">
        <TextInput
          label={words.id}
          description={tenantTexts.create.idHint}
          value={draft.id}
          error={isIdWrong && tenantTexts.create.idFault}
          onChange={(event) => onChange({ id: event.currentTarget.value })}
          required
          data-autofocus
        />
      </SheetField>
      <SheetField name="name">
        <TextInput
          label={words.name}
          value={draft.name}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
          required
        />
      </SheetField>
      <SheetField name="plan">
        <NativeSelect
          label={words.plan}
          data={[...plans]}
          value={draft.plan || plans[0]}
          onChange={(event) => onChange({ plan: event.currentTarget.value })}
        />
      </SheetField>
      <SheetField name="labels">
        <TextInput
          label={words.labels}
          description={tenantTexts.create.labelsHint}
          placeholder={tenantTexts.create.labelsExample}
          value={draft.labels}
          error={parseLabels(draft.labels) === null && words.labelsFault}
          onChange={(event) => onChange({ labels: event.currentTarget.value })}
        />
      </SheetField>
      <Checkbox
        label={tenantTexts.create.needsApproval}
        checked={draft.needsApproval}
        onChange={(event) => onChange({ needsApproval: event.currentTarget.checked })}
      />
    </>
  );
}

/** The key of the tenant's first admin. */
function firstKeyOf(
  { admin_key: key, tenant_id: id }: Schema<'CreatedTenantResponse'>,
  request: HttpRequest,
): IssuedSecret {
  return {
    title: tenantTexts.create.keyTitle(id),
    secret: key.key,
    receipt: { message: tenantTexts.create.done(id), request },
  };
}
