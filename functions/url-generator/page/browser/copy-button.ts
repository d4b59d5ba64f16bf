import { announce, element, setText } from "./elements.js";

/** How long a button says that it has copied. */
const FEEDBACK_MILLISECONDS = 4000;

/** Makes a button copy a text, and say so. @param fallback shows the text if the browser does not allow copying */
export function copyButton(id: string, text: () => string, fallback?: HTMLTextAreaElement): void {
  const button = element(id);
  const label = button.querySelector("span") as HTMLElement;
  const usual = label.textContent ?? "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  button.addEventListener("click", async () => {
    const isCopied = await copy(text());
    if (!isCopied && fallback) {
      fallback.value = text();
      fallback.hidden = false;
      fallback.focus();
      fallback.select();
    }
    const feedback = isCopied ? "Copied" : fallback ? "Copy it from below" : "Copy it from the address bar";
    setText(label, feedback);
    announce(feedback);
    clearTimeout(timer);
    timer = setTimeout(() => {
      setText(label, usual);
      announce("");
    }, FEEDBACK_MILLISECONDS);
  });
}

/** @returns false if the browser does not allow it */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
