import { Badge } from '@mantine/core';
import type { Connection } from './use-connections.js';
import { identityTexts } from './identity.texts.js';

/** Whether people can sign in with a connection, and whether it comes from the environment. */
export function ConnectionState({
  connection: { enabled, from_environment: isFromEnvironment },
}: {
  connection: Connection;
}) {
  return (
    <>
      <Badge color={enabled ? 'teal' : 'gray'}>
        {enabled ? identityTexts.isEnabled : identityTexts.isDisabled}
      </Badge>{' '}
      {isFromEnvironment && <Badge color="gray">{identityTexts.environment}</Badge>}
    </>
  );
}
