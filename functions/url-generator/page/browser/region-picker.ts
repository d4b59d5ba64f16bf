/**
 * The region field: an editable combobox with a listbox, as in the ARIA Authoring Practices Guide. The focus stays in the
 * field; aria-activedescendant names the option that Enter would select.
 */
import type { Region } from "./api.js";
import { element, setText } from "./elements.js";
import { matches, plain } from "./region-search.js";
import { counted, text } from "./texts.js";

export class RegionPicker {
  private readonly input = element<HTMLInputElement>("region");
  private readonly list = element("region-list");
  private regions: readonly Region[] = [];
  private shown: readonly Region[] = [];
  private active = -1;
  private chosen: Region | undefined;

  constructor(private readonly onChange: () => void) {
    const { input, list } = this;
    input.addEventListener("input", () => this.search());
    input.addEventListener("keydown", (event) => this.press(event));
    input.addEventListener("click", () => (this.isOpen ? this.close() : this.open()));
    input.addEventListener("focus", () => input.select());
    input.addEventListener("blur", () => this.leave());
    // Otherwise the field would lose the focus, and the list would close, before the click arrives.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", ({ target }) => {
      const index = [...list.children].indexOf((target as Element).closest("li") as Element);
      this.take(this.shown[index]);
    });
  }

  get value(): string | undefined {
    return this.chosen?.region;
  }

  /** What was typed, if it is not a region. */
  get text(): string {
    return this.input.value.trim();
  }

  offer(regions: readonly Region[]): void {
    this.regions = regions;
  }

  choose(region: string | undefined): void {
    this.chosen = this.regions.find((candidate) => candidate.region === region && candidate.open);
    this.input.value = this.chosen?.name ?? "";
  }

  focus(): void {
    this.input.focus();
  }

  mark(isWrong: boolean): void {
    this.input.setAttribute("aria-invalid", String(isWrong));
  }

  private get isOpen(): boolean {
    return !this.list.hidden;
  }

  private open(matching: readonly Region[] = this.regions): void {
    this.shown = matching;
    this.list.replaceChildren(...matching.map((region, index) => this.option(region, index)));
    if (matching.length === 0) {
      const nothing = document.createElement("li");
      nothing.className = "nothing";
      nothing.role = "option";
      nothing.ariaDisabled = "true";
      nothing.textContent = text("noRegionFound");
      this.list.append(nothing);
    }
    this.list.hidden = false;
    this.input.ariaExpanded = "true";
    this.activate(matching.findIndex(({ region }) => region === this.chosen?.region));
  }

  private close(): void {
    this.list.hidden = true;
    this.input.ariaExpanded = "false";
    this.activate(-1);
  }

  private option(region: Region, index: number): HTMLElement {
    const option = document.createElement("li");
    option.id = `region-${index}`;
    option.role = "option";
    option.ariaSelected = String(region.region === this.chosen?.region);
    if (!region.open) option.ariaDisabled = "true";
    const name = document.createElement("span");
    name.textContent = region.open ? region.name : text("regionFull", { region: region.name });
    const code = document.createElement("code");
    code.textContent = region.region;
    option.append(name, " ", code);
    return option;
  }

  private activate(index: number): void {
    this.active = index;
    [...this.list.children].forEach((option, at) => {
      option.classList.toggle("active", at === index);
    });
    if (index < 0) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", `region-${index}`);
    this.list.children[index]?.scrollIntoView({ block: "nearest" });
  }

  private search(): void {
    this.chosen = undefined;
    const matching = this.regions.filter((region) => matches(this.input.value, region));
    this.open(matching);
    this.activate(matching.findIndex(({ open }) => open));
    this.onChange();
    setText(element("status"), counted(matching.length, "regionFound", "regionsFound"));
  }

  private press(event: KeyboardEvent): void {
    const { key, altKey } = event;
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (!this.isOpen) {
        this.open();
        if (this.active < 0 && !altKey) this.move(key === "ArrowDown" ? 1 : -1);
      } else if (altKey) this.close();
      else this.move(key === "ArrowDown" ? 1 : -1);
    } else if (key === "Enter" && this.isOpen) {
      event.preventDefault();
      if (this.active >= 0) this.take(this.shown[this.active]);
    } else if (key === "Escape") {
      if (this.isOpen) this.close();
      else if (this.input.value) {
        this.choose(undefined);
        this.onChange();
      }
    }
  }

  private move(step: number): void {
    const { length } = this.shown;
    if (length > 0)
      this.activate((this.active + step + (this.active < 0 && step < 0 ? 1 : 0) + length) % length);
  }

  private take(region: Region | undefined): void {
    if (!region?.open) return;
    this.choose(region.region);
    this.close();
    this.onChange();
  }

  /** Typing a complete name or code and moving on selects it. */
  private leave(): void {
    this.close();
    const typed = plain(this.text);
    const named = this.regions.find((region) =>
      [region.region, region.name, label(region)].map(plain).includes(typed),
    );
    const only = this.shown.length === 1 && typed !== "" ? this.shown[0] : undefined;
    if (!this.chosen && (named ?? only)) this.choose((named ?? only)?.region);
    this.onChange();
  }
}

function label({ name, region }: Region): string {
  return `${name} ${region}`;
}
