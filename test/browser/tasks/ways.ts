import type { Locator } from 'playwright-core';
import { waitFor } from '#testing';
import type { ConsolePage } from '../console-page.js';
import { dialogOverflow, sidewaysOverflow } from '../page-scripts.js';
import { expectFocusOnScreen } from '../screen-focus.js';

/** How a person acts on a page, and what has to be so after each step and at the end. */
export interface Way {
  /** As a test title begins. */
  readonly person: string;
  readonly width: number;
  /** The navigation is behind a button. */
  readonly isNarrow: boolean;
  /** Presses a button, or follows a link. */
  activate(console: ConsolePage, target: Locator): Promise<void>;
  tick(console: ConsolePage, box: Locator): Promise<void>;
  pick(console: ConsolePage, radio: Locator): Promise<void>;
  write(console: ConsolePage, field: Locator, text: string): Promise<void>;
  choose(console: ConsolePage, list: Locator, option: string): Promise<void>;
  /** Takes the option that a search has found first. */
  take(console: ConsolePage, option: Locator): Promise<void>;
  expectStep(console: ConsolePage): Promise<void>;
  expectFinished(console: ConsolePage): Promise<void>;
}

/** What is ticked may be in the URL, which comes back a moment later. */
async function expectChecked(box: Locator): Promise<void> {
  await waitFor(() => box.isChecked(), { what: `${String(box)} is checked` });
}

const byPointer: Way = {
  person: 'A person with a pointer',
  width: 1280,
  isNarrow: false,
  activate: (_console, target) => target.click(),
  async tick(_console, box) {
    await box.click();
    await expectChecked(box);
  },
  async pick(_console, radio) {
    await radio.click();
    await expectChecked(radio);
  },
  write: (_console, field, text) => field.fill(text),
  choose: async (_console, list, option) => void (await list.selectOption(option)),
  take: (_console, option) => option.click(),
  expectStep: async () => undefined,
  expectFinished: async () => undefined,
};

/** A pointer in a window that is as narrow as a phone: after each step, nothing is wider than it. */
const onNarrowPage: Way = {
  ...byPointer,
  person: 'A person with a window 360 px wide',
  width: 360,
  isNarrow: true,
  async expectStep({ page }) {
    const script = `[...${sidewaysOverflow}, ...${dialogOverflow}]`;
    // While a step loads another page, the script fails.
    expect(await waitFor(() => page.evaluate<string[]>(script))).toEqual([]);
  },
};

/** Tab, arrows, letters and Enter: the focus is never lost, and no pointer is used. */
const byKeyboard: Way = {
  person: 'A person without a pointer',
  width: 1280,
  isNarrow: false,
  async activate(console, target) {
    await target.waitFor();
    await console.tabTo(target);
    await console.press('Enter');
  },
  async tick(console, box) {
    await box.waitFor();
    await console.tabTo(box);
    await console.press('Space');
    await expectChecked(box);
  },
  async pick(console, radio) {
    await radio.waitFor();
    // Tab goes to one of a group, and arrows to the others.
    await console.tabTo(radio.locator('xpath=ancestor::*[@role="radiogroup"]').getByRole('radio').first());
    await console.press('Space');
    await waitFor(async () => (await radio.isChecked()) || console.press('ArrowDown'));
  },
  async write(console, field, text) {
    await field.waitFor();
    await console.tabTo(field);
    await console.press('Control+a');
    await console.page.keyboard.type(text);
    await waitFor(async () => (await field.inputValue()) === text, { what: `${text} is written` });
  },
  async choose(console, list, option) {
    await list.waitFor();
    await console.tabTo(list);
    await console.press('Space');
    await console.page.keyboard.type(option);
    await console.press('Enter');
  },
  async take(console, option) {
    await option.and(console.page.locator('[aria-selected=true]')).waitFor();
    await console.press('Enter');
  },
  expectStep: async () => undefined,
  async expectFinished(console) {
    await expectFocusOnScreen(console);
    expect(console.clicks).toBe(0);
  },
};

export const ways: readonly Way[] = [byPointer, byKeyboard, onNarrowPage];
