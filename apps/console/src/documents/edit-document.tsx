import { Text, TextInput, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { HttpRequest } from '../act/curl.js';
import { notifyDone } from '../act/notify.js';
import { SheetField } from '../act/sheet-field.js';
import { ReviewSheet } from '../act/review-sheet.js';
import type { BodyOf, Schema } from '../api/operations.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import { useTenantWrite } from '../scope/use-tenant-write.js';
import { documentTexts } from './documents.texts.js';
import { parseMetadata } from './metadata-filter.js';
import { words } from '../words/words.texts.js';

type DocumentResponse = Schema<'DocumentResponse'>;
type EditBody = BodyOf<'/v1/documents/{id}', 'patch'>;

/** Edits title and metadata. Only what differs is sent. */
export function EditDocument({ document, onClose }: { document: DocumentResponse; onClose: () => void }) {
  const scope = useTenantScope();
  const write = useTenantWrite();
  const before = JSON.stringify(document.metadata, null, 2);
  const [title, setTitle] = useState(document.title);
  const [metadata, setMetadata] = useState(before);
  const parsed = parseMetadata(metadata);
  const body = {
    ...(title !== document.title && { title }),
    ...('metadata' in parsed && metadata !== before && { metadata: parsed.metadata }),
  } as EditBody;
  const params = { id: document.doc_id };
  const send = (patch: EditBody) =>
    write('patch', '/v1/documents/{id}', { params, body: patch }, ['/v1/documents', '/v1/documents/{id}']);
  const save = async (request: HttpRequest): Promise<void> => {
    await send(body);
    const old = { title: document.title, metadata: document.metadata } as EditBody;
    notifyDone({ message: documentTexts.changed(document.doc_id), request, onUndo: () => send(old) });
  };
  return (
    <ReviewSheet
      title={documentTexts.editTitle(document.doc_id)}
      action={words.save}
      isReady={title.trim() !== '' && 'metadata' in parsed && Object.keys(body).length > 0}
      request={{ method: 'PATCH', url: scope.urlOf('/v1/documents/{id}', params), body }}
      onConfirm={save}
      onClose={onClose}
    >
      <Text size="sm">{documentTexts.edit}</Text>
      <SheetField name="title">
        <TextInput
          label={documentTexts.titleColumn}
          value={title}
          maxLength={300}
          onChange={(event) => setTitle(event.currentTarget.value)}
          data-autofocus
        />
      </SheetField>
      <SheetField name="metadata">
        <Textarea
          label={documentTexts.metadata}
          description={documentTexts.metadataHint}
          autosize
          minRows={3}
          maxRows={12}
          value={metadata}
          error={'fault' in parsed ? parsed.fault : null}
          onChange={(event) => setMetadata(event.currentTarget.value)}
          spellCheck={false}
        />
      </SheetField>
    </ReviewSheet>
  );
}
