import { texts } from './act.texts.js';
import { CopyButton } from './copy-button.js';
import { type HttpRequest, toCurl } from './curl.js';

/** The button of a notice that copies what was sent as a curl command. */
export function CopyAsCurl({ request }: { request: HttpRequest }) {
  return (
    <CopyButton
      value={toCurl(request)}
      size="compact-xs"
      variant="subtle"
      ml={-8}
      mt={4}
      style={{ alignSelf: 'flex-start' }}
    >
      {texts.copyAsCurl}
    </CopyButton>
  );
}
