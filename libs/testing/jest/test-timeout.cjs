// Tests wait for conditions on real servers under load. This only bounds a wait that never ends.
jest.setTimeout(300_000);
