import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { SheetField } from '../act/sheet-field.js';
import { ReviewSheet } from '../act/review-sheet.js';
import { labelsPatch, labelsText, parseLabels } from '../tenants/labels.js';
import { type Tenant, type TenantChange, useChangeTenant } from './use-change-tenant.js';
import { words } from '../words/words.texts.js';
import { texts } from './administration.texts.js';

/** Changes a tenant's name and labels. The request holds only what differs. */
export function DescriptionSheet({ tenant, onClose }: { tenant: Tenant; onClose: () => void }) {
  const { change, requestOf } = useChangeTenant(tenant.tenant_id);
  const [name, setName] = useState(tenant.name);
  const [labels, setLabels] = useState(() => labelsText(tenant.labels));
  const parsed = parseLabels(labels);
  const patch = parsed === null ? {} : labelsPatch(tenant.labels, parsed);
  const body: TenantChange = {
    ...(name !== tenant.name && { name }),
    ...(Object.keys(patch).length > 0 && { labels: patch }),
  };
  const count = Object.keys(body).length;
  const undo = { name: tenant.name, labels: undoOf(tenant, patch) };
  return (
    <ReviewSheet
      title={texts.description.sheetTitle(tenant.tenant_id)}
      action={words.save}
      isReady={count > 0 && name.trim() !== '' && parsed !== null}
      request={requestOf(body)}
      onConfirm={() => change(body, texts.description.done(tenant.tenant_id), undo)}
      onClose={onClose}
    >
      <SheetField name="name">
        <TextInput
          label={words.name}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          data-autofocus
        />
      </SheetField>
      <SheetField name="labels">
        <TextInput
          label={words.labels}
          description={texts.description.labelsHint}
          value={labels}
          error={parsed === null && words.labelsFault}
          onChange={(event) => setLabels(event.currentTarget.value)}
        />
      </SheetField>
    </ReviewSheet>
  );
}

/** What brings the changed labels back. */
function undoOf(
  tenant: Tenant,
  patch: Readonly<Record<string, string | null>>,
): Record<string, string | null> {
  const before = tenant.labels as Record<string, string>;
  return Object.fromEntries(Object.keys(patch).map((name) => [name, before[name] ?? null]));
}
