import { ApiError } from '../api/problem.js';
import { type SendFile, type SentFiles, UploadQueue, type UploadResult } from './upload-queue.js';

const fileOf = (name: string): File => new File(['text'], name);
const added: UploadResult = { state: 'added', chunks: 3, warnings: [] };
const tooLarge = new ApiError({ slug: 'payload-too-large', title: 'Too large', status: 413 });

/** Waits for the promises that have settled. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function createQueue(send: SendFile) {
  let refreshed = 0;
  const ends: SentFiles[] = [];
  const queue = new UploadQueue(
    send,
    () => (refreshed += 1),
    (sent) => ends.push(sent),
  );
  const states = (): string[] => queue.snapshot().map(({ file, state }) => `${file.name} ${state}`);
  return { queue, states, ends, refreshed: () => refreshed };
}

describe('UploadQueue', () => {
  it('a file that fails keeps its problem, and the files after it are sent', async () => {
    const { queue, states, ends, refreshed } = createQueue(async ({ name }) => {
      if (name === 'b.pdf') throw tooLarge;
      return added;
    });
    queue.add(['a.md', 'b.pdf', 'c.md'].map(fileOf));
    await settle();
    expect(states()).toEqual(['a.md added', 'b.pdf failed', 'c.md added']);
    expect(queue.snapshot()[1]!.problem!.slug).toBe('payload-too-large');
    expect(refreshed()).toBe(2);
    expect(ends).toEqual([{ names: ['a.md', 'b.pdf', 'c.md'], failed: 1 }]);
  });

  it('one file is on its way at a time, also when files are added meanwhile', async () => {
    const open: ((result: UploadResult) => void)[] = [];
    const { queue, states } = createQueue(() => new Promise((resolve) => open.push(resolve)));
    queue.add([fileOf('a')]);
    queue.add([fileOf('b')]);
    await settle();
    expect(states()).toEqual(['a sending', 'b waiting']);
    open[0]!({ ...added, state: 'unchanged' });
    await settle();
    expect(states()).toEqual(['a unchanged', 'b sending']);
  });

  it('a file whose bytes have all arrived is being read', async () => {
    const { queue, states } = createQueue((_, onSent) => {
      onSent(1);
      return new Promise(() => undefined);
    });
    queue.add([fileOf('a')]);
    await settle();
    expect(states()).toEqual(['a reading']);
  });

  it('a failed file can be sent again, and clear forgets only what is done', async () => {
    let isUp = false;
    const { queue, states } = createQueue(async () => {
      if (isUp) return added;
      throw tooLarge;
    });
    queue.add([fileOf('a')]);
    await settle();
    isUp = true;
    queue.retry(queue.snapshot()[0]!.id);
    await settle();
    expect(states()).toEqual(['a added']);
    queue.clear();
    expect(states()).toEqual([]);
  });
});
