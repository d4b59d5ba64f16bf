/** The ways to connect: the AWS console, a text to copy for each other tool that creates a stack, and a role without a stack. */
import { copyButton } from "./copy-button.js";
import { element, setText } from "./elements.js";
import { type Stack, TOOLS } from "./tools.js";

/** The first one is what the page is made for. */
const TABS = ["console", ...TOOLS.map(({ id }) => id), "role"];

export class ToolTabs {
  private selected = "console";
  private stack: Stack | undefined;
  private region = "";

  constructor() {
    for (const id of TABS) {
      const tab = element(`tool-${id}`);
      tab.addEventListener("click", () => this.select(id));
      // As the ARIA Authoring Practices have it: arrow keys move between tabs, and only the selected one is in the order of Tab.
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        const tabs = TABS.filter((one) => !element(`tool-${one}`).hidden);
        const next = tabs[(tabs.indexOf(id) + step + tabs.length) % tabs.length] ?? "console";
        this.select(next);
        element(`tool-${next}`).focus();
      });
    }
    copyButton("copy-text", () => this.text, element<HTMLTextAreaElement>("tool-text"));
  }

  /** Shows the ways to create this stack. @param isWhole whether it is an organization's, for which no role can stand in */
  show(stack: Stack | undefined, region: string, isWhole: boolean): void {
    element("tool-role").hidden = isWhole;
    if (isWhole && this.selected === "role") this.selected = "console";
    this.stack = stack;
    this.region = region;
    this.render();
  }

  private select(id: string): void {
    this.selected = id;
    this.render();
  }

  private get tool() {
    return TOOLS.find(({ id }) => id === this.selected);
  }

  private get text(): string {
    return (this.stack && this.tool?.text(this.stack, this.region)) ?? "";
  }

  private render(): void {
    for (const id of TABS) {
      const tab = element(`tool-${id}`);
      const isSelected = id === this.selected;
      tab.setAttribute("aria-selected", String(isSelected));
      tab.tabIndex = isSelected ? 0 : -1;
    }
    const { tool } = this;
    element("panel-console").hidden = this.selected !== "console";
    element("panel-role").hidden = this.selected !== "role";
    const panel = element("panel-tool");
    panel.hidden = tool === undefined;
    if (!tool) return;
    panel.setAttribute("aria-labelledby", `tool-${tool.id}`);
    setText(element("tool-use"), tool.use());
    setText(element("tool-code"), this.text);
  }
}
