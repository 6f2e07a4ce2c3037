import { QueryClient } from '@tanstack/react-query';
import { problemOf } from './problem.js';

/** A wrong or expired session is not tried again; neither is anything that the request itself is wrong about. */
function shouldRetry(failures: number, error: unknown): boolean {
  const { status } = problemOf(error);
  return failures < 2 && (status === 0 || status >= 500);
}

/** The page's cache of answers. Nothing is read again because a window got the focus. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { refetchOnWindowFocus: false, retry: shouldRetry, staleTime: 5_000 },
      mutations: { retry: false },
    },
  });
}
