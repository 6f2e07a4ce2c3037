/**
 * Each test of faults runs so often, in rounds of its file: once, or `FAULT_RUNS=50 npx jest test/faults` to see that none of
 * them passes by luck.
 */
export const rounds = Array.from({ length: Number(process.env['FAULT_RUNS'] ?? 1) }, (_, index) => index + 1);
