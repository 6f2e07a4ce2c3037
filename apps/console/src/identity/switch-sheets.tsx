import { Text } from '@mantine/core';
import type { HttpRequest } from '../act/curl.js';
import { notifyDone } from '../act/notify.js';
import { ReviewSheet } from '../act/review-sheet.js';
import { call, toUrl } from '../api/client.js';
import { toBody, toForm } from './connection-form.js';
import { identityTexts } from './identity.texts.js';
import { type Connection, connectionPath, useRefreshConnections } from './use-connections.js';

interface SheetProps {
  readonly connection: Connection;
  readonly onClose: () => void;
}

/** The sheet that disables an enabled connection, or enables a disabled one. */
export function SwitchConnection({ connection, onClose }: SheetProps) {
  const refresh = useRefreshConnections();
  const { id, label, enabled } = connection;
  const bodyWith = (isEnabled: boolean) => toBody({ ...toForm(connection), isEnabled });
  const write = async (isEnabled: boolean) => {
    const answer = await call('put', connectionPath, { params: { id }, body: bodyWith(isEnabled) });
    await refresh();
    return answer;
  };
  const confirm = async (request: HttpRequest): Promise<void> => {
    await write(!enabled);
    const message = identityTexts.switched(label, !enabled);
    notifyDone({ message, request, onUndo: () => write(enabled) });
  };
  const action = enabled ? identityTexts.disableOne(id) : identityTexts.enableOne(id);
  return (
    <ReviewSheet
      title={action}
      action={action}
      isDangerous={enabled}
      request={{ method: 'PUT', url: toUrl(connectionPath, { id }), body: bodyWith(!enabled) }}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Text size="sm">{enabled ? identityTexts.disableEnds : identityTexts.enable}</Text>
    </ReviewSheet>
  );
}

/** The sheet that deletes a connection. This cannot be undone. */
export function DeleteConnection({
  connection,
  onGone,
  onClose,
}: SheetProps & { readonly onGone: () => void }) {
  const refresh = useRefreshConnections();
  const { id, label } = connection;
  const remove = async (request: HttpRequest): Promise<void> => {
    await call('delete', connectionPath, { params: { id } });
    onGone();
    await refresh();
    notifyDone({ message: identityTexts.deleted(label), request });
  };
  return (
    <ReviewSheet
      title={identityTexts.deleteTitle(label)}
      action={identityTexts.deleteAct(id)}
      isDangerous
      request={{ method: 'DELETE', url: toUrl(connectionPath, { id }) }}
      onConfirm={remove}
      onClose={onClose}
    >
      <Text size="sm">{identityTexts.deleteEnds}</Text>
    </ReviewSheet>
  );
}
