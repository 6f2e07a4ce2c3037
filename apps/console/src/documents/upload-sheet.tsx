import { List } from '@mantine/core';
import { ReviewSheet } from '../act/review-sheet.js';

import { useTenantScope } from '../scope/tenant-scope.js';
import { documentTexts } from './documents.texts.js';

const bytes = new Intl.NumberFormat(undefined, {
  style: 'unit',
  unit: 'kilobyte',
  maximumFractionDigits: 0,
});

/** What will be sent, before it is sent. */
export function UploadSheet({
  files,
  onConfirm,
  onClose,
}: {
  files: readonly File[];
  onConfirm: () => void;
  onClose: () => void;
}) {
  const scope = useTenantScope();
  return (
    <ReviewSheet
      title={documentTexts.addTitle}
      action={documentTexts.addAct(files.length)}
      request={{ method: 'POST', url: scope.urlOf('/v1/documents'), files: files.map(({ name }) => name) }}
      onConfirm={async () => onConfirm()}
      onClose={onClose}
    >
      <List size="sm">
        {files.map((file, index) => (
          <List.Item key={index}>
            {file.name}, {bytes.format(Math.ceil(file.size / 1_000))}
          </List.Item>
        ))}
      </List>
    </ReviewSheet>
  );
}
