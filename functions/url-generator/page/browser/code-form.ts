import { busy, element, setText } from "./elements.js";

/** Sends the code that the visitor enters. @param confirm returns what is wrong with the code, if anything; never throws */
export function listenForCode(confirm: (code: string) => Promise<string | undefined>): void {
  const form = element<HTMLFormElement>("code-form");
  const field = element<HTMLInputElement>("code");
  const button = form.querySelector("button") as HTMLButtonElement;
  const note = (text: string) => {
    setText(element("code-note"), text);
    field.setAttribute("aria-invalid", String(text !== ""));
    if (text) field.focus();
  };
  field.addEventListener("input", () => note(""));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const code = field.value.trim();
    if (code === "") return note("Enter the code.");
    void busy(button, async () => {
      const problem = await confirm(code);
      if (problem) note(problem);
      else field.value = "";
    });
  });
}
