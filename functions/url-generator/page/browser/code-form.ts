import { RejectedError } from "./api.js";
import { busy, element, setText } from "./elements.js";
import { text } from "./texts.js";

/** Sends the code that the visitor enters. @param confirm returns what is wrong with the code, if anything; never throws */
export function listenForCode(confirm: (code: string) => Promise<Error | undefined>): void {
  const form = element<HTMLFormElement>("code-form");
  const field = element<HTMLInputElement>("code");
  const button = form.querySelector("button") as HTMLButtonElement;
  const note = (problem: string, language?: string) => {
    setText(element("code-note"), problem, language);
    field.setAttribute("aria-invalid", String(problem !== ""));
    if (problem) field.focus();
  };
  field.addEventListener("input", () => note(""));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const code = field.value.trim();
    if (code === "") return note(text("codeMissing"));
    void busy(button, async () => {
      const problem = await confirm(code);
      if (problem) note(problem.message, problem instanceof RejectedError ? problem.language : undefined);
      else field.value = "";
    });
  });
}
