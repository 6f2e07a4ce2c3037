import { Bystander } from '#testing';
import { serveWorker } from '../worker.js';

/** The bystander of `attack`, in a process of its own. */
export function serveBystander(): void {
  let bystander: Bystander | undefined;
  serveWorker(
    {
      start: async ({ url, key }: { url: string; key: string }) => {
        bystander = await Bystander.start(url, key);
      },
      stop: () => bystander?.stop(),
    },
    () => Promise.resolve(),
  );
}
