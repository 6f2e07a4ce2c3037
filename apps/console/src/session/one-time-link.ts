import { send } from '../api/client.js';

/**
 * Signs in with the code of the start message, `/#code=…`, and takes it out of the address. The fragment reaches no server and no log.
 * Returns false for a code that is used or too old; the person is then at the sign-in page.
 */
export async function redeemLink(): Promise<boolean> {
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  if (code === null) return true;
  history.replaceState(history.state, '', location.pathname + location.search);
  return send('post', '/v1/session', { body: { code } }).then(
    () => true,
    () => false,
  );
}
