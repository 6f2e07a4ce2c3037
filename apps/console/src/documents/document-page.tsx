import { Anchor, Code, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { ActButton } from '../act/act-button.js';
import { notifyDone } from '../act/notify.js';
import { reasonAgainst } from '../act/permission.js';
import { ReviewSheet } from '../act/review-sheet.js';
import type { Schema } from '../api/operations.js';
import { DateText } from '../dates/date-text.js';

import { useTenantScope } from '../scope/tenant-scope.js';
import { useTenantQuery } from '../scope/use-tenant-query.js';
import { useTenantWrite } from '../scope/use-tenant-write.js';
import { useSession } from '../session/session-context.js';
import { Screen } from '../states/screen.js';
import { Loaded } from '../states/states.js';
import { documentTexts } from './documents.texts.js';
import { EditDocument } from './edit-document.js';
import { fillIn } from '../words/fill-in.js';
import { words } from '../words/words.texts.js';

type DocumentResponse = Schema<'DocumentResponse'>;

export function DocumentPage() {
  const { docId = '' } = useParams();
  const query = useTenantQuery('/v1/documents/{id}', { params: { id: docId } });
  return (
    <Screen
      title={query.data?.title ?? docId}
      about={
        <Anchor component={Link} to=".." relative="path" inherit>
          {documentTexts.all}
        </Anchor>
      }
      actions={query.data && <DocumentActs document={query.data} />}
    >
      <Loaded query={query}>{(document) => <DocumentText document={document} />}</Loaded>
    </Screen>
  );
}

function DocumentText({ document }: { document: DocumentResponse }) {
  return (
    <Stack>
      <Text size="sm" className="numbers">
        {fillIn(documentTexts.facts(document.chunks, document.text.length), {
          id: <Code>{document.doc_id}</Code>,
          added: <DateText at={document.created_at} />,
          changed: <DateText at={document.updated_at} />,
        })}
      </Text>
      <Title order={2} size="h5">
        {documentTexts.metadata}
      </Title>
      <Code block tabIndex={0}>
        {JSON.stringify(document.metadata, null, 2)}
      </Code>
      <Title order={2} size="h5">
        {documentTexts.text}
      </Title>
      <Paper
        className="mantine-focus-auto"
        withBorder
        p="md"
        tabIndex={0}
        mah="70vh"
        style={{ overflow: 'auto' }}
      >
        <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {document.text}
        </Text>
      </Paper>
    </Stack>
  );
}

function DocumentActs({ document }: { document: DocumentResponse }) {
  const [open, setOpen] = useState<'edit' | 'delete' | null>(null);
  const reason = reasonAgainst(useSession(), { scope: 'documents:write' });
  return (
    <Group gap="xs">
      <ActButton reason={reason} variant="default" onClick={() => setOpen('edit')}>
        {words.edit}
      </ActButton>
      <ActButton reason={reason} variant="default" onClick={() => setOpen('delete')}>
        {words.delete}
      </ActButton>
      {open === 'edit' && <EditDocument document={document} onClose={() => setOpen(null)} />}
      {open === 'delete' && <DeleteDocument document={document} onClose={() => setOpen(null)} />}
    </Group>
  );
}

function DeleteDocument({
  document: { doc_id: id, title },
  onClose,
}: {
  document: DocumentResponse;
  onClose: () => void;
}) {
  const scope = useTenantScope();
  const write = useTenantWrite();
  const navigate = useNavigate();
  return (
    <ReviewSheet
      title={documentTexts.deleteTitle(title)}
      action={documentTexts.deleteOne}
      isDangerous
      request={{ method: 'DELETE', url: scope.urlOf('/v1/documents/{id}', { id }) }}
      onConfirm={async (request) => {
        await write('delete', '/v1/documents/{id}', { params: { id } }, ['/v1/documents']);
        await navigate('..', { relative: 'path' });
        notifyDone({ message: documentTexts.deleted(title), request });
      }}
      onClose={onClose}
    >
      <Text size="sm">{documentTexts.delete}</Text>
    </ReviewSheet>
  );
}
