import type { Locator, Page } from 'playwright-core';
import type { ConsolePage } from '../console-page.js';
import type { Way } from './ways.js';

/** The whole name or text, or a pattern of it. */
type Name = string | RegExp;

type Role = 'button' | 'link' | 'checkbox' | 'radio' | 'textbox' | 'combobox';

const exact = (name: Name) => ({ exact: typeof name === 'string' });

/** What a person does on a screen, or in a part of it, in one of the ways. Each step waits until it is possible. */
export class Hand {
  private constructor(
    readonly console: ConsolePage,
    private readonly way: Way,
    private readonly part: Locator,
  ) {}

  static on(console: ConsolePage, way: Way): Hand {
    return new Hand(console, way, console.page.locator('body'));
  }

  get page(): Page {
    return this.console.page;
  }

  /** The dialog that is open, once it has the focus. */
  async dialog(): Promise<Hand> {
    const dialog = this.page.getByRole('dialog');
    await dialog.and(this.page.locator(':focus-within')).waitFor();
    return this.in(dialog);
  }

  /** The screen of which this is a part. */
  get whole(): Hand {
    return this.in(this.page.locator('body'));
  }

  /** The row of a table that has this text. */
  row(text: string): Hand {
    return this.in(this.part.getByRole('row').filter({ hasText: text }));
  }

  /** The part of the screen with this name. */
  region(name: string): Hand {
    return this.in(this.part.getByRole('region', { name, exact: true }));
  }

  article(name: string): Hand {
    return this.in(this.part.getByRole('article', { name, exact: true }));
  }

  async press(button: Name): Promise<void> {
    await this.act((way) => way.activate(this.console, this.find('button', button)));
  }

  /** Presses a button that opens a dialog. */
  async open(button: Name): Promise<Hand> {
    await this.press(button);
    return this.dialog();
  }

  async follow(link: Name): Promise<void> {
    await this.act((way) => way.activate(this.console, this.find('link', link)));
  }

  /** Shows the screens and the person's own buttons, which a narrow window hides. */
  async openNavigation(): Promise<void> {
    if (this.way.isNarrow) await this.press('Navigation');
  }

  /** Goes to another screen by the navigation. */
  async goTo(screen: string): Promise<void> {
    await this.openNavigation();
    await this.in(this.page.getByRole('navigation', { name: 'Screens' })).follow(screen);
    await this.page.getByRole('heading', { level: 1, name: screen }).waitFor();
  }

  async tick(box: Name): Promise<void> {
    await this.act((way) => way.tick(this.console, this.find('checkbox', box)));
  }

  /** Picks one of several that exclude each other. */
  async pick(choice: Name): Promise<void> {
    await this.act((way) => way.pick(this.console, this.find('radio', choice)));
  }

  async fill(label: Name, text: string): Promise<void> {
    // A password has no role, and the label of a required field has a mark.
    const labelled = this.find('textbox', label).or(this.part.getByLabel(label, exact(label)));
    const field = labelled.and(this.page.locator('input, textarea'));
    await this.act((way) => way.write(this.console, field, text));
  }

  /** Waits until a field has the focus by itself. */
  async startIn(label: string): Promise<void> {
    const focused = this.page.locator(':focus');
    await this.part.getByLabel(label).and(focused).waitFor();
  }

  async choose(list: Name, option: string): Promise<void> {
    await this.act((way) => way.choose(this.console, this.find('combobox', list), option));
  }

  /** Takes what a search found first. */
  async take(option: Name): Promise<void> {
    const first = this.part.getByRole('option', { name: option }).first();
    await this.act((way) => way.take(this.console, first));
  }

  async chooseFile(button: string, name: string, text: string): Promise<void> {
    const chooser = this.page.waitForEvent('filechooser');
    await this.press(button);
    await (await chooser).setFiles({ name, mimeType: 'text/markdown', buffer: Buffer.from(text) });
  }

  /** Does what the dialog is about, by the button that says it. */
  async confirm(action: Name): Promise<void> {
    await this.press(action);
  }

  /** Reads a secret that is shown once, and closes its dialog, which only a tick makes possible. */
  async store(): Promise<string> {
    const secret = this.page.locator('[data-secret]');
    await secret.waitFor();
    const text = (await secret.innerText()).trim();
    const dialog = await this.dialog();
    await this.console.press('Escape');
    if (!(await secret.isVisible())) throw new Error('Escape closed a secret that is not stored.');
    await dialog.tick('I have stored it');
    await dialog.press('Close');
    await secret.waitFor({ state: 'detached' });
    return text;
  }

  async see(text: Name): Promise<void> {
    await this.part.getByText(text, exact(text)).filter({ visible: true }).first().waitFor();
  }

  /** What has to be so when the person has done what they came for. */
  async finish(): Promise<void> {
    await this.way.expectFinished(this.console);
  }

  private in(part: Locator): Hand {
    return new Hand(this.console, this.way, part);
  }

  private find(role: Role, name: Name): Locator {
    const awake = this.page.locator(':not(:disabled):not([aria-disabled=true])');
    return this.part.getByRole(role, { name, ...exact(name) }).and(awake);
  }

  private async act(step: (way: Way) => Promise<void>): Promise<void> {
    await step(this.way);
    await this.way.expectStep(this.console);
  }
}
