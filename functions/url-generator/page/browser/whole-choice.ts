/** Whether one account connects or a whole organization, where organizations can. */
import type { Region } from "./api.js";
import { config } from "./config.js";
import { element, setText } from "./elements.js";
import { text } from "./texts.js";

const choices = () => [...document.querySelectorAll<HTMLInputElement>("#whole-choice input")];

export const whole = {
  get isChosen(): boolean {
    return choices().some(({ checked, value }) => checked && value === "organization");
  },

  choose(isWhole: boolean): void {
    for (const choice of choices()) choice.checked = (choice.value === "organization") === isWhole;
    this.show();
  },

  /** Calls back when the visitor chooses the other one. */
  onChange(changed: () => void): void {
    for (const choice of choices()) {
      choice.addEventListener("change", () => {
        this.show();
        changed();
      });
    }
  },

  /** Shows the choice where there is one, what has to be ready for an organization, and what can limit the roles. */
  show(): void {
    element("whole-choice").hidden = config.organizationRegions.length === 0;
    element("whole-needs").hidden = !this.isChosen;
    setText(element("boundary-help"), text(this.isChosen ? "boundaryHelpWhole" : "boundaryHelp"));
  },

  /** The regions to choose from: an organization's stack cannot be everywhere. */
  among(regions: readonly Region[]): readonly Region[] {
    return this.isChosen
      ? regions.filter(({ region }) => config.organizationRegions.includes(region))
      : regions;
  },
};
