/** What a person watches while something takes a while: one line that changes in place on a terminal, and a line now and then elsewhere. */
import { clearLine, cursorTo } from "node:readline";

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME_MILLISECONDS = 100;
const LINE_MILLISECONDS = 5000;

export class Progress {
  private frame = 0;
  private current: { readonly name: string; readonly started: number } | undefined;

  constructor(private readonly stream: NodeJS.WriteStream) {}

  /** Shows that work is going on until it is done. */
  async during<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.current = { name, started: Date.now() };
    const timer = setInterval(() => this.show(), this.stream.isTTY ? FRAME_MILLISECONDS : LINE_MILLISECONDS);
    try {
      return await work();
    } finally {
      clearInterval(timer);
      this.hide();
      this.current = undefined;
    }
  }

  /** Makes room for a line. */
  hide(): void {
    if (!this.stream.isTTY || !this.current) return;
    clearLine(this.stream, 0);
    cursorTo(this.stream, 0);
  }

  private show(): void {
    if (!this.current) return;
    const { name, started } = this.current;
    const text = `${name} … ${Math.round((Date.now() - started) / 1000)} s`;
    if (!this.stream.isTTY) {
      this.stream.write(`  ${text}\n`);
      return;
    }
    this.hide();
    this.frame = (this.frame + 1) % FRAMES.length;
    this.stream.write(`${FRAMES[this.frame]} ${text}`);
  }
}
