// A machine may be busy, and a wait has a limit of its own. This only bounds a test that never ends.
jest.setTimeout(300_000);
