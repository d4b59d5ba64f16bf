/** The tiers of grants, where the vendor offers a choice: which one the visitor wants, and what it grants. */

const choices = () => [...document.querySelectorAll<HTMLInputElement>("#tiers input")];

export const tiers = {
  /** The chosen one; undefined where there is no choice. */
  get chosen(): string | undefined {
    return choices().find(({ checked }) => checked)?.value;
  },

  /** Calls back when the visitor chooses another one. */
  onChange(changed: () => void): void {
    for (const choice of choices()) choice.addEventListener("change", changed);
  },

  choose(tier: string | undefined): void {
    for (const choice of choices()) choice.checked = choice.value === tier;
  },

  /** Shows what one tier grants, beside the form or the connection. @param tier of a connection from before there were any: the first */
  describe(tier: string | undefined): void {
    const all = [...document.querySelectorAll<HTMLElement>("[data-tier]")];
    const isKnown = all.some(({ dataset }) => dataset.tier === tier);
    const shown = isKnown ? tier : all[0]?.dataset.tier;
    for (const one of all) one.hidden = one.dataset.tier !== shown;
  },
};
