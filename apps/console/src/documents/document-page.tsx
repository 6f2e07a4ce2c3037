import { Anchor, Code, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { ActButton } from '../act/act-button.js';
import { notifyDone } from '../act/notify.js';
import { reasonAgainst } from '../act/permission.js';
import { ReviewSheet } from '../act/review-sheet.js';
import type { Schema } from '../api/operations.js';
import { DateText } from '../dates/date-text.js';
import { countOf } from '../numbers/format.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import { useTenantQuery } from '../scope/use-tenant-query.js';
import { useTenantWrite } from '../scope/use-tenant-write.js';
import { useSession } from '../session/session-context.js';
import { Screen } from '../states/screen.js';
import { Loaded } from '../states/states.js';
import { documentTexts } from './documents.texts.js';
import { EditDocument } from './edit-document.js';

type DocumentResponse = Schema<'DocumentResponse'>;

export function DocumentPage() {
  const { docId = '' } = useParams();
  const query = useTenantQuery('/v1/documents/{id}', { params: { id: docId } });
  return (
    <Screen
      title={query.data?.title ?? docId}
      about={
        <Anchor component={Link} to=".." relative="path" inherit>
          All documents
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
        <Code>{document.doc_id}</Code> · {countOf(document.chunks, 'chunk')} ·{' '}
        {countOf(document.text.length, 'character')} · added <DateText at={document.created_at} />, changed{' '}
        <DateText at={document.updated_at} />
      </Text>
      <Title order={2} size="h5">
        Metadata
      </Title>
      <Code block tabIndex={0}>
        {JSON.stringify(document.metadata, null, 2)}
      </Code>
      <Title order={2} size="h5">
        Text
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
        Edit
      </ActButton>
      <ActButton reason={reason} variant="default" onClick={() => setOpen('delete')}>
        Delete
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
      title={`Delete ${title}`}
      action="Delete 1 document"
      isDangerous
      request={{ method: 'DELETE', url: scope.urlOf('/v1/documents/{id}', { id }) }}
      onConfirm={async (request) => {
        await write('delete', '/v1/documents/{id}', { params: { id } }, ['/v1/documents']);
        await navigate('..', { relative: 'path' });
        notifyDone({ message: `${title} is deleted`, request });
      }}
      onClose={onClose}
    >
      <Text size="sm">{documentTexts.delete}</Text>
    </ReviewSheet>
  );
}
