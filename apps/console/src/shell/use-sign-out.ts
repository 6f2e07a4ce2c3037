import { useQueryClient } from '@tanstack/react-query';
import { send } from '../api/client.js';
import { publicPath } from '../public-path.js';

/** Ends the session, and leads to the sign-in page, or to where the identity provider ends its own session. */
export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    const { data } = await send('delete', '/v1/session', {});
    const { end_session_url: url } = (data ?? {}) as { end_session_url?: string };
    client.clear();
    location.assign(url ?? `${publicPath}/`);
  };
}
