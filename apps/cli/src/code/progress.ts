import { Presets, SingleBar } from 'cli-progress';

export interface Progress {
  step(): void;
  end(): void;
}

/** From so many on, the work is long enough to want to see how it gets on. */
const fewest = 20;
const lines = 10;

/** Shows on stderr how far the work has got: a bar on a terminal, a line now and then elsewhere, nothing where it is short. */
export function progress(what: string, total: number, stream = process.stderr): Progress {
  if (total < fewest) return { step: () => undefined, end: () => undefined };
  return stream.isTTY ? bar(what, total, stream) : inLines(what, total, stream);
}

function bar(what: string, total: number, stream: NodeJS.WriteStream): Progress {
  const shown = new SingleBar(
    { format: `${what} [{bar}] {value} of {total}`, stream, clearOnComplete: true },
    Presets.legacy,
  );
  shown.start(total, 0);
  return { step: () => shown.increment(), end: () => shown.stop() };
}

function inLines(what: string, total: number, stream: NodeJS.WriteStream): Progress {
  const every = Math.ceil(total / lines);
  let done = 0;
  const step = (): void => {
    done += 1;
    if (done % every === 0 || done === total) stream.write(`${what}: ${done} of ${total}\n`);
  };
  return { step, end: () => undefined };
}
