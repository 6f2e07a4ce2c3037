/** What this process has learnt about how a server serves one model. A new process learns it again. */
export class ModelMemory {
  /** Parameters that the server refused, and without which it then answered. */
  refused: ReadonlySet<string> = new Set();
  /** True: its text began with reasoning, of which only the end was marked. */
  startsInReasoning = false;
}
