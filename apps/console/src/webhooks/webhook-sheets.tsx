import { Checkbox, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { notifyDone } from '../act/notify.js';
import { SheetField } from '../act/sheet-field.js';
import { ReviewSheet } from '../act/review-sheet.js';
import type { IssuedSecret } from '../act/shown-once.js';
import { createIdempotencyHeaders } from '../api/idempotency.js';
import type { Schema } from '../api/operations.js';
import { useApiScope } from '../scope/tenant-scope.js';
import { useTenantWrite } from '../scope/use-tenant-write.js';
import { type EventName, platformEventNames, tenantEventNames } from './event-names.js';
import { webhookTexts } from './webhooks.texts.js';
import { words } from '../words/words.texts.js';

export type Webhook = Schema<'WebhookResponse'>;
type WebhookPatch = Omit<Schema<'WebhookPatchRequest'>, 'events'> & { readonly events?: EventName[] };

const list = '/v1/webhooks';
const item = '/v1/webhooks/{id}';
const deliveries = '/v1/webhooks/{id}/deliveries';

interface FormValues {
  readonly url: string;
  readonly events: readonly EventName[];
}

function WebhookForm({ value, onChange }: { value: FormValues; onChange: (value: FormValues) => void }) {
  const names = useApiScope().tenantId === null ? platformEventNames : tenantEventNames;
  return (
    <>
      <SheetField name="url">
        <TextInput
          label={words.address}
          description={webhookTexts.addressHint}
          value={value.url}
          maxLength={2_000}
          data-autofocus
          onChange={(event) => onChange({ ...value, url: event.currentTarget.value })}
        />
      </SheetField>
      <SheetField name="events">
        <Checkbox.Group
          label={words.events}
          value={[...value.events]}
          onChange={(events) => onChange({ ...value, events: events as EventName[] })}
        >
          <Stack gap="xs" mt="xs">
            {names.map((name) => (
              <Checkbox key={name} value={name} label={name} />
            ))}
          </Stack>
        </Checkbox.Group>
      </SheetField>
    </>
  );
}

/** Makes a webhook. Its secret is shown once. */
export function CreateWebhook({
  onSecret,
  onClose,
}: {
  onSecret: (secret: IssuedSecret) => void;
  onClose: () => void;
}) {
  const scope = useApiScope();
  const write = useTenantWrite();
  const [headers] = useState(createIdempotencyHeaders);
  const [value, setValue] = useState<FormValues>({ url: '', events: [] });
  const body = { url: value.url.trim(), events: [...value.events] };
  return (
    <ReviewSheet
      title={words.makeWebhook}
      action={webhookTexts.making.action}
      isReady={body.url !== '' && body.events.length > 0}
      request={{ method: 'POST', url: scope.urlOf(list), body }}
      onConfirm={async (request) => {
        const { data } = await write('post', list, { body: body as never, headers }, [list]);
        const receipt = { message: webhookTexts.making.done(data.url), request };
        const { making, secretAbout: about } = webhookTexts;
        onSecret({ title: making.secretTitle, secret: data.secret, about, receipt });
      }}
      onClose={onClose}
    >
      <WebhookForm value={value} onChange={setValue} />
    </ReviewSheet>
  );
}

/** Changes address and events; only what differs is sent. */
export function EditWebhook({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const before: FormValues = { url: webhook.url, events: webhook.events as EventName[] };
  const [value, setValue] = useState(before);
  const patch = {
    ...(value.url !== before.url && { url: value.url }),
    ...(value.events.toSorted().join() !== before.events.toSorted().join() && { events: [...value.events] }),
  };
  const change = useChange(webhook);
  return (
    <ReviewSheet
      title={webhookTexts.changing.title}
      action={words.save}
      isReady={Object.keys(patch).length > 0 && value.events.length > 0}
      request={change.requestOf(patch)}
      onConfirm={async (request) => {
        await change.send(patch);
        const undo = () => change.send({ url: before.url, events: [...before.events] });
        notifyDone({ message: webhookTexts.changing.done, request, onUndo: undo });
      }}
      onClose={onClose}
    >
      <WebhookForm value={value} onChange={setValue} />
    </ReviewSheet>
  );
}

/** Stops a webhook, or starts it again. */
export function SwitchWebhook({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const isOff = webhook.state === 'disabled';
  const change = useChange(webhook);
  const state = isOff ? 'active' : 'disabled';
  return (
    <ReviewSheet
      title={isOff ? webhookTexts.switching.startTitle : webhookTexts.switching.stopTitle}
      action={isOff ? webhookTexts.switching.start : webhookTexts.switching.stop}
      request={change.requestOf({ state })}
      onConfirm={async (request) => {
        await change.send({ state });
        const undo = () => change.send({ state: isOff ? 'disabled' : 'active' });
        notifyDone({ message: webhookTexts.switching.done(state), request, onUndo: undo });
      }}
      onClose={onClose}
    >
      <Text size="sm">{isOff ? webhookTexts.switching.failuresForgotten : webhookTexts.stop}</Text>
    </ReviewSheet>
  );
}

function useChange({ id }: Webhook) {
  const scope = useApiScope();
  const write = useTenantWrite();
  const send = (body: WebhookPatch) =>
    write('patch', item, { params: { id }, body: body as never }, [list, item, deliveries]);
  const requestOf = (body: WebhookPatch) => ({
    method: 'PATCH',
    url: scope.urlOf(item, { id }),
    body,
  });
  return { send, requestOf };
}

/** Deletes a webhook. */
export function DeleteWebhook({
  webhook: { id, url },
  onDeleted,
  onClose,
}: {
  webhook: Webhook;
  onDeleted: () => void;
  onClose: () => void;
}) {
  const scope = useApiScope();
  const write = useTenantWrite();
  return (
    <ReviewSheet
      title={webhookTexts.deletion.title}
      action={webhookTexts.deletion.action}
      isDangerous
      request={{ method: 'DELETE', url: scope.urlOf(item, { id }) }}
      onConfirm={async (request) => {
        await write('delete', item, { params: { id } }, [list]);
        notifyDone({ message: webhookTexts.deletion.done(url), request });
        onDeleted();
      }}
      onClose={onClose}
    >
      <Text size="sm">{webhookTexts.delete}</Text>
    </ReviewSheet>
  );
}

/** Makes a new secret, shown once. */
export function RotateSecret({
  webhook: { id, url },
  onSecret,
  onClose,
}: {
  webhook: Webhook;
  onSecret: (secret: IssuedSecret) => void;
  onClose: () => void;
}) {
  const scope = useApiScope();
  const write = useTenantWrite();
  const path = '/v1/webhooks/{id}/rotate-secret';
  return (
    <ReviewSheet
      title={webhookTexts.rotation.title}
      action={webhookTexts.rotation.action}
      request={{ method: 'POST', url: scope.urlOf(path, { id }) }}
      onConfirm={async (request) => {
        const { data } = await write('post', path, { params: { id } }, [list, item]);
        const receipt = { message: webhookTexts.rotation.done(url), request };
        const { rotation, secretAbout: about } = webhookTexts;
        onSecret({ title: rotation.secretTitle, secret: data.secret, about, receipt });
      }}
      onClose={onClose}
    >
      <Text size="sm">{webhookTexts.rotate}</Text>
    </ReviewSheet>
  );
}

/** Sends a test now. */
export function TestWebhook({ webhook: { id, url }, onClose }: { webhook: Webhook; onClose: () => void }) {
  const scope = useApiScope();
  const write = useTenantWrite();
  const path = '/v1/webhooks/{id}/test';
  return (
    <ReviewSheet
      title={webhookTexts.testing.title}
      action={webhookTexts.sendOne}
      request={{ method: 'POST', url: scope.urlOf(path, { id }) }}
      onConfirm={async (request) => {
        const { data } = await write('post', path, { params: { id } }, [deliveries]);
        const last = data.attempts.at(-1);
        const outcome = last?.error ?? webhookTexts.testing.answered(String(last?.status));
        notifyDone({ message: webhookTexts.testing.done(url, outcome), request });
      }}
      onClose={onClose}
    >
      <Text size="sm">{webhookTexts.test}</Text>
    </ReviewSheet>
  );
}
