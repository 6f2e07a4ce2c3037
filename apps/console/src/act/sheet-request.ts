import type { HttpRequest } from './curl.js';

let current: HttpRequest | null = null;

/** Runs the act of a sheet. A notice that appears meanwhile shows the request of the sheet, so it shows no secret that the sheet hides. */
export async function withSheetRequest<T>(request: HttpRequest, act: () => Promise<T>): Promise<T> {
  current = request;
  try {
    return await act();
  } finally {
    current = null;
  }
}

/** The request of the sheet whose act is running; null if none is. */
export function sheetRequest(): HttpRequest | null {
  return current;
}
