import { Text, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { HttpRequest } from '../act/curl.js';
import { notifyDone } from '../act/notify.js';
import { ReviewSheet } from '../act/review-sheet.js';
import { call, toUrl } from '../api/client.js';
import { createIdempotencyHeaders } from '../api/idempotency.js';
import { bulkTexts } from './bulk.texts.js';

import type { Operation } from './use-operation.js';
import { words } from '../words/words.texts.js';

interface SheetProps {
  readonly operation: Operation;
  readonly onClose: () => void;
}

const path = '/v1/platform/bulk-updates/{id}';

/** Starts an operation that takes another one back, and goes to it. */
export function RevertSheet({ operation, onClose }: SheetProps) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const [headers] = useState(createIdempotencyHeaders);
  const [reason, setReason] = useState('');
  const params = { id: operation.id };
  const body = { ...(reason !== '' && { reason }) };
  const revert = async (request: HttpRequest): Promise<void> => {
    const { data } = await call('post', `${path}/revert`, { params, body, headers });
    await client.invalidateQueries({ queryKey: [path, operation.id] });
    notifyDone({ message: bulkTexts.revertStarted(operation.reason), request });
    await navigate(`/bulk-updates/${data.id}`);
  };
  return (
    <ReviewSheet
      title={bulkTexts.revertTitle(operation.reason)}
      action={bulkTexts.revertTenants(operation.updated)}
      isDangerous
      request={{ method: 'POST', url: toUrl(`${path}/revert`, params), body, headers }}
      onConfirm={revert}
      onClose={onClose}
    >
      <Text size="sm">{bulkTexts.revert}</Text>
      <Textarea
        label={words.reason}
        value={reason}
        maxLength={500}
        onChange={(event) => setReason(event.currentTarget.value)}
        data-autofocus
      />
    </ReviewSheet>
  );
}

/** Stops a running operation before its next chunk. */
export function CancelSheet({ operation, onClose }: SheetProps) {
  const client = useQueryClient();
  const params = { id: operation.id };
  const cancel = async (request: HttpRequest): Promise<void> => {
    const { data } = await call('post', `${path}/cancel`, { params });
    client.setQueryData([path, operation.id], data);
    notifyDone({ message: bulkTexts.cancelled, request });
  };
  return (
    <ReviewSheet
      title={bulkTexts.cancelRest}
      action={bulkTexts.cancelRest}
      isDangerous
      request={{ method: 'POST', url: toUrl(`${path}/cancel`, params) }}
      onConfirm={cancel}
      onClose={onClose}
    >
      <Text size="sm">{bulkTexts.cancel}</Text>
    </ReviewSheet>
  );
}
