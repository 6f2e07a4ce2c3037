/**
 * Fault tests run once, or in this many rounds per file: `FAULT_RUNS=50 npx jest test/faults` shows that none passes by luck.
 */
export const rounds = Array.from({ length: Number(process.env['FAULT_RUNS'] ?? 1) }, (_, index) => index + 1);
