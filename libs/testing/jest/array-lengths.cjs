/** To Jest, `[undefined]` equals `[]`: a list of missing ids was once compared with an empty one, and each id was undefined. */
expect.addEqualityTesters([
  (a, b) => (Array.isArray(a) && Array.isArray(b) && a.length !== b.length ? false : undefined),
]);
