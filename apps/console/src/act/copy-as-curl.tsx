import { Button, CopyButton } from '@mantine/core';
import { type HttpRequest, toCurl } from './curl.js';

/** The button of a notice that copies what was sent as a curl command. */
export function CopyAsCurl({ request }: { request: HttpRequest }) {
  return (
    <CopyButton value={toCurl(request)}>
      {({ copied, copy }) => (
        <Button
          size="compact-xs"
          variant="subtle"
          ml={-8}
          mt={4}
          style={{ alignSelf: 'flex-start' }}
          onClick={copy}
        >
          {copied ? 'Copied' : 'Copy as curl'}
        </Button>
      )}
    </CopyButton>
  );
}
