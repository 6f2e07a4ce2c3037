import { publicPath } from '../public-path.js';
import { texts } from './audit.texts.js';

/**
 * Saves what the API answers for a form such as CSV as a file. The browser reads it as a stream of its own, so a long one does not pass
 * through the page's memory twice.
 *
 * @throws Error if the API refuses.
 */
export async function downloadAs(name: string, url: string, accept: string): Promise<void> {
  const response = await fetch(`${publicPath}${url}`, { headers: { accept }, credentials: 'same-origin' });
  if (!response.ok) throw new Error(texts.downloadFailed(response.status));
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await response.blob());
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
