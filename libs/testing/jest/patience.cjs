// Real servers under load: a test waits for conditions, and this is only the bound for one that never comes true.
jest.setTimeout(300_000);
