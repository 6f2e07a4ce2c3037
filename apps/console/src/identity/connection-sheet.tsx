import { PasswordInput, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { HttpRequest } from '../act/curl.js';
import { notifyDone } from '../act/notify.js';
import { SheetField } from '../act/sheet-field.js';
import { ReviewSheet } from '../act/review-sheet.js';
import { call, toUrl } from '../api/client.js';
import { type ConnectionForm, emptyForm, idFault, isComplete, toBody, toForm } from './connection-form.js';
import { identityTexts } from './identity.texts.js';
import {
  type Connection,
  type ConnectionBody,
  connectionPath,
  useRefreshConnections,
} from './use-connections.js';
import { words } from '../words/words.texts.js';

interface ConnectionSheetProps {
  /** The connection that is changed; a new one without it. */
  readonly connection?: Connection;
  /** Ids that a new connection may not take. */
  readonly knownIds?: readonly string[];
  readonly onSaved?: (id: string) => void;
  readonly onClose: () => void;
}

/** Adds an identity connection, or changes one. */
export function ConnectionSheet({ connection, knownIds = [], onSaved, onClose }: ConnectionSheetProps) {
  const refresh = useRefreshConnections();
  const [form, setForm] = useState(connection ? toForm(connection) : emptyForm);
  const isNew = connection === undefined;
  const fault = isNew ? idFault(form.id, knownIds) : null;
  const body = toBody(form);
  const sheet = sheetTextsOf(form, connection);
  const save = async (request: HttpRequest): Promise<void> => {
    await call('put', connectionPath, { params: { id: form.id }, body });
    await refresh();
    notifyDone({ message: sheet.done, request });
    onSaved?.(form.id);
  };
  return (
    <ReviewSheet
      title={sheet.title}
      action={sheet.action}
      isReady={fault === null && isComplete(form)}
      request={{ method: 'PUT', url: toUrl(connectionPath, { id: form.id }), body: withoutSecret(body) }}
      onConfirm={save}
      onClose={onClose}
    >
      <ConnectionFields
        form={form}
        isNew={isNew}
        fault={form.id === '' ? null : fault}
        onChange={(change) => setForm({ ...form, ...change })}
      />
      {!isNew && <Text size="sm">{identityTexts.editEnds}</Text>}
    </ReviewSheet>
  );
}

function sheetTextsOf({ id, label }: ConnectionForm, connection: Connection | undefined) {
  if (connection === undefined)
    return {
      title: identityTexts.addTitle,
      action: identityTexts.addAct(id),
      done: identityTexts.added(label),
    };
  return {
    title: identityTexts.changeTitle(connection.label),
    action: identityTexts.saveAct(id),
    done: identityTexts.saved(label),
  };
}

/** The command that the sheet shows has a place for the secret, and not the secret. */
function withoutSecret(body: ConnectionBody): ConnectionBody {
  return body.client_secret ? { ...body, client_secret: '…' } : body;
}

interface ConnectionFieldsProps {
  readonly form: ConnectionForm;
  readonly isNew: boolean;
  /** What is wrong with the id. */
  readonly fault: string | null;
  readonly onChange: (change: Partial<ConnectionForm>) => void;
}

function ConnectionFields({ form, isNew, fault, onChange }: ConnectionFieldsProps) {
  const textOf = (name: Exclude<keyof ConnectionForm, 'isEnabled'>) => ({
    value: form[name],
    onChange: (event: { currentTarget: { value: string } }) =>
      onChange({ [name]: event.currentTarget.value }),
  });
  return (
    <>
      {isNew && (
        <TextInput
          label={words.id}
          description={identityTexts.idHint}
          error={fault}
          required
          data-autofocus
          {...textOf('id')}
        />
      )}
      <SheetField name="label">
        <TextInput
          label={identityTexts.label}
          description={identityTexts.labelHint}
          required
          {...textOf('label')}
        />
      </SheetField>
      <SheetField name="issuer">
        <TextInput
          label={identityTexts.issuer}
          placeholder={identityTexts.issuerExample}
          required
          {...textOf('issuer')}
        />
      </SheetField>
      <SheetField name="client_id">
        <TextInput label={identityTexts.clientId} required {...textOf('clientId')} />
      </SheetField>
      <SheetField name="client_secret">
        <PasswordInput
          label={identityTexts.clientSecret}
          description={isNew ? identityTexts.secretNew : identityTexts.secretKept}
          autoComplete="off"
          {...textOf('secret')}
        />
      </SheetField>
      <SheetField name="scopes">
        <TextInput label={words.scopes} description={identityTexts.scopesHint} {...textOf('scopes')} />
      </SheetField>
      <SheetField name="claim">
        <TextInput label={identityTexts.claim} description={identityTexts.claimHint} {...textOf('claim')} />
      </SheetField>
      {isNew && (
        <TextInput label={words.tenant} description={identityTexts.tenantHint} {...textOf('tenantId')} />
      )}
    </>
  );
}
