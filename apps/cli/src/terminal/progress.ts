import { Presets, SingleBar } from 'cli-progress';

export interface Progress {
  step(): void;
  end(): void;
}

/** Work with fewer items is too short to need progress. */
const minItems = 20;
const maxLines = 10;

/** Shows progress on stderr: a bar on a terminal, else at most ten lines. Shows nothing for short work. */
export function startProgress(what: string, total: number, stream = process.stderr): Progress {
  if (total < minItems) return { step: () => undefined, end: () => undefined };
  return stream.isTTY ? progressBar(what, total, stream) : progressLines(what, total, stream);
}

function progressBar(what: string, total: number, stream: NodeJS.WriteStream): Progress {
  const singleBar = new SingleBar(
    { format: `${what} [{bar}] {value} of {total}`, stream, clearOnComplete: true },
    Presets.legacy,
  );
  singleBar.start(total, 0);
  return { step: () => singleBar.increment(), end: () => singleBar.stop() };
}

function progressLines(what: string, total: number, stream: NodeJS.WriteStream): Progress {
  const every = Math.ceil(total / maxLines);
  let done = 0;
  const step = (): void => {
    done += 1;
    if (done % every === 0 || done === total) stream.write(`${what}: ${done} of ${total}\n`);
  };
  return { step, end: () => undefined };
}
