import { Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ActButton } from '../act/act-button.js';
import type { HttpRequest } from '../act/curl.js';
import { notifyDone } from '../act/notify.js';
import { ReviewSheet } from '../act/review-sheet.js';
import { call, toUrl } from '../api/client.js';
import type { Schema } from '../api/operations.js';
import { ChangeList } from '../lists/change-list.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';
import { approvalTexts } from './approvals.texts.js';

interface WithdrawalProps {
  readonly request: Schema<'ChangeRequestResponse'>;
  readonly onDecided: () => void;
}

const texts = approvalTexts.withdraw;
const path = '/v1/platform/change-requests/{id}/withdraw';

/** Takes a request of one's own back. */
export function Withdrawal({ request, onDecided }: WithdrawalProps) {
  const [isOpen, setOpen] = useState(false);
  const client = useQueryClient();
  const params = { id: request.id };
  const withdraw = async (sent: HttpRequest): Promise<void> => {
    await call('post', path, { params });
    onDecided();
    await client.invalidateQueries({ queryKey: ['/v1/platform/change-requests'] });
    notifyDone({ message: texts.done(request.tenant_id), request: sent });
  };
  return (
    <>
      <ActButton reason={usePlatformRefusal()} variant="default" onClick={() => setOpen(true)}>
        {texts.act}
      </ActButton>
      {isOpen && (
        <ReviewSheet
          title={texts.title(request.tenant_id)}
          action={texts.act}
          request={{ method: 'POST', url: toUrl(path, params) }}
          onConfirm={withdraw}
          onClose={() => setOpen(false)}
        >
          <Text size="sm">{texts.about}</Text>
          <ChangeList changes={request.diff} />
        </ReviewSheet>
      )}
    </>
  );
}
