import type { HttpRequest } from './curl.js';

let current: HttpRequest | null = null;

/** Does the act of a sheet. What is told of it meanwhile shows the same request as the sheet, without what the sheet leaves out of it. */
export async function withSheetRequest<T>(request: HttpRequest, act: () => Promise<T>): Promise<T> {
  current = request;
  try {
    return await act();
  } finally {
    current = null;
  }
}

/** The request of the sheet whose act is being done; null outside of an act. */
export function sheetRequest(): HttpRequest | null {
  return current;
}
